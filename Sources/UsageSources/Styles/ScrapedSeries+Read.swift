// From the body of an exposition to its series, for style `prometheus`.

import Credits
import Exposition

extension ScrapedSeries {
    /// Every series of a body; strict when it says that it is OpenMetrics.
    ///
    /// - Throws: `PollFailure`, also when OpenMetrics lacks its end mark.
    static func all(
        of body: [UInt8], contentType: String
    ) throws(PollFailure) -> [ScrapedSeries] {
        // A source that names no type speaks the older format.
        let format = ExpositionFormat(contentType: contentType) ?? .text004
        if contentType.lowercased().contains("html") {
            throw PollFailure(
                .notJSON, "page 1: HTML instead of an exposition; check `request.url`")
        }
        let families: [ScrapedFamily]
        do throws(ExpositionError) {
            families = try ExpositionReader.read(body, format: format)
        } catch {
            throw PollFailure(.badValue, "page 1, \(error)")
        }
        return families.flatMap { family in
            family.samples.map { series($0, of: family) }
        }
    }

    private static func series(
        _ sample: ScrapedSample, of family: ScrapedFamily
    ) -> ScrapedSeries {
        ScrapedSeries(
            name: sample.name,
            labels: sample.labels.map { ScrapedSeries.Label(name: $0.name, value: $0.value) },
            lexeme: sample.lexeme, mayGrow: mayGrow(sample, of: family),
            type: family.type.rawValue, line: sample.line)
    }

    private static func mayGrow(_ sample: ScrapedSample, of family: ScrapedFamily) -> Bool {
        switch family.type {
        case .counter, .unknown: true
        case .histogram, .summary: sample.name.hasSuffix("_count") || sample.name.hasSuffix("_sum")
        case .gauge, .gaugeHistogram, .stateset, .info: false
        }
    }
}
