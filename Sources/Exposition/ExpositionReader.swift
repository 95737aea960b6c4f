// Reads expositions: text 0.0.4 and OpenMetrics 1.0.

/// How much one exposition may hold.
package struct ExpositionLimits: Sendable, Equatable {
    /// Bytes of the exposition.
    package var bytes: Int
    /// Samples of the exposition.
    package var samples: Int
    /// Labels of one sample.
    package var labels: Int

    /// Bounds for one exposition.
    package init(bytes: Int, samples: Int, labels: Int) {
        self.bytes = bytes
        self.samples = samples
        self.labels = labels
    }

    /// 64 MiB, 500,000 samples, 128 labels.
    package static let standard = ExpositionLimits(bytes: 64 << 20, samples: 500_000, labels: 128)
}

/// Reads expositions; a mistake anywhere refuses the whole.
package enum ExpositionReader {
    /// The families in the order of the file.
    ///
    /// OpenMetrics is read strictly: an incomplete or inconsistent exposition is refused. Text
    /// 0.0.4 is read as Prometheus does; a family's lines may be scattered.
    ///
    /// - Throws: the first mistake with its line.
    /// - Source: OpenMetrics specification 1.0; prometheus/docs exposition_formats.md
    package static func read(
        _ bytes: [UInt8], format: ExpositionFormat, limits: ExpositionLimits = .standard
    ) throws(ExpositionError) -> [ScrapedFamily] {
        guard bytes.count <= limits.bytes else {
            throw ExpositionError(line: 1, message: "more than \(limits.bytes) bytes")
        }
        switch format {
        case .text004:
            var reading = TextReading(limits: limits)
            var lines = ExpositionLines(bytes, isStrict: false, mostLabels: limits.labels)
            while let line = lines.next() { try reading.read(line) }
            return reading.families
        case .openMetrics100:
            var reading = OpenMetricsReading(limits: limits)
            var lines = ExpositionLines(bytes, isStrict: true, mostLabels: limits.labels)
            while let line = lines.next() { try reading.read(line) }
            return try reading.finish(lastLine: lines.number)
        }
    }
}

/// The lines of an exposition.
struct ExpositionLines {
    private let bytes: [UInt8]
    private let isStrict: Bool
    private let mostLabels: Int
    private var start = 0
    private(set) var number = 0

    init(_ bytes: [UInt8], isStrict: Bool, mostLabels: Int) {
        self.bytes = bytes
        self.isStrict = isStrict
        self.mostLabels = mostLabels
    }

    /// A scanner of the next line without its line feed; nil after the last one.
    mutating func next() -> LineScanner? {
        guard start < bytes.count else { return nil }
        let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
        number += 1
        defer { start = end + 1 }
        return LineScanner(
            bytes: bytes, range: start..<end, line: number, isStrict: isStrict,
            mostLabels: mostLabels)
    }
}
