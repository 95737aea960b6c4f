// Reads text 0.0.4 line by line, as tolerant as Prometheus.
//
// 1. `families` keeps the order of first appearance; `indices` finds a family by its name.
// 2. A sample belongs to the family of its own name, or to the histogram or summary whose name
//    it extends.

/// The state of reading text 0.0.4.
struct TextReading {
    private struct Sighting: Hashable {
        let series: SeriesIdentity
        let timestamp: Double?
    }

    private(set) var families: [ScrapedFamily] = []
    private let limits: ExpositionLimits
    private var indices: [String: Int] = [:]
    private var typed: Set<String> = []
    private var helped: Set<String> = []
    private var sightings: Set<Sighting> = []

    init(limits: ExpositionLimits) {
        self.limits = limits
    }

    /// Reads one line.
    mutating func read(_ line: LineScanner) throws(ExpositionError) {
        var scanner = line
        scanner.skipBlanks()
        if scanner.isAtEnd || scanner.isRest("\r") { return }
        if scanner.take(UInt8(ascii: "#")) {
            try comment(&scanner)
        } else {
            try sample(&scanner)
        }
    }

    // MARK: - Metadata

    private mutating func comment(_ scanner: inout LineScanner) throws(ExpositionError) {
        scanner.skipBlanks()
        guard !scanner.isAtEnd, let keyword = try? scanner.word("a word") else { return }
        guard keyword == "TYPE" || keyword == "HELP" else { return }
        scanner.skipBlanks()
        let name = try scanner.metricName()
        if !scanner.isAtEnd { try scanner.separator(before: "the text") }
        if keyword == "HELP" {
            let text = try scanner.remainder()
            guard helped.insert(name).inserted else {
                throw scanner.mistake("a second HELP line for `\(name)`")
            }
            let index = index(of: name)
            families[index].help = Self.help(text)
        } else {
            try type(of: name, &scanner)
        }
    }

    private static func help(_ text: String) -> String {
        ExpositionEscapes.resolve(text, isStrict: true, quotes: false) ?? text
    }

    private mutating func type(
        of name: String, _ scanner: inout LineScanner
    ) throws(ExpositionError) {
        let word = try scanner.word("a type")
        scanner.skipBlanks()
        let type: ScrapedType
        switch word.lowercased() {
        case "counter": type = .counter
        case "gauge": type = .gauge
        case "histogram": type = .histogram
        case "summary": type = .summary
        case "untyped", "unknown": type = .unknown
        default: throw scanner.mistake("`\(word)` is not a type of text format 0.0.4")
        }
        guard scanner.isAtEnd else { throw scanner.mistake("text after the type") }
        guard typed.insert(name).inserted else {
            throw scanner.mistake("a second TYPE line for `\(name)`")
        }
        let index = index(of: name)
        guard families[index].samples.isEmpty else {
            throw scanner.mistake("the TYPE line of `\(name)` comes after its samples")
        }
        families[index].type = type
    }

    // MARK: - Samples

    private mutating func sample(_ scanner: inout LineScanner) throws(ExpositionError) {
        guard sightings.count < limits.samples else {
            throw scanner.mistake("more than \(limits.samples) samples")
        }
        let name = try scanner.metricName()
        scanner.skipBlanks()
        let labels = try scanner.labels()
        scanner.skipBlanks()
        let (value, lexeme) = try scanner.value()
        scanner.skipBlanks()
        var timestamp: Double?
        if !scanner.isAtEnd {
            let word = try scanner.word("a timestamp")
            guard let milliseconds = Int64(word) else {
                throw scanner.mistake("`\(word)` is not a timestamp in milliseconds")
            }
            timestamp = Double(milliseconds) / 1000
            scanner.skipBlanks()
        }
        guard scanner.isAtEnd else { throw scanner.mistake("text after the sample") }
        let series = SeriesIdentity(labels, name: name)
        guard sightings.insert(Sighting(series: series, timestamp: timestamp)).inserted else {
            throw scanner.mistake("the series of `\(name)` appears twice")
        }
        let sample = ScrapedSample(
            name: name, labels: labels, value: value, lexeme: lexeme, timestamp: timestamp,
            exemplar: nil, line: scanner.line)
        families[owner(of: sample)].samples.append(sample)
    }

    private mutating func owner(of sample: ScrapedSample) -> Int {
        if let index = indices[sample.name] { return index }
        for suffix in ["_bucket", "_sum", "_count"] where sample.name.hasSuffix(suffix) {
            let base = String(sample.name.dropLast(suffix.count))
            guard let index = indices[base] else { continue }
            let type = families[index].type
            if type == .histogram || (type == .summary && suffix != "_bucket") { return index }
        }
        return index(of: sample.name)
    }

    private mutating func index(of name: String) -> Int {
        if let index = indices[name] { return index }
        let family = ScrapedFamily(name: name, type: .unknown, help: "", unit: "", samples: [])
        families.append(family)
        indices[name] = families.count - 1
        return families.count - 1
    }
}
