// The functions that Prometheus adds to Go's templates.

import PositionedYAML

extension TemplateFunctions {
    /// - Source: prometheus.io/docs/prometheus/latest/configuration/template_reference
    static let prometheus: [String: TemplateFunction] =
        queries.merging(numbers) { first, _ in first }.merging(texts) { first, _ in first }

    private static let queries: [String: TemplateFunction] = [
        "query": TemplateFunction([.string]) { (environment, values) throws(TemplateFailure) in
            do throws(TemplateQueryError) {
                return .samples(try environment.query(values[0].text ?? ""))
            } catch {
                throw TemplateFailure(error.message)
            }
        },
        "first": TemplateFunction([.samples]) { (_, values) throws(TemplateFailure) in
            guard case .samples(let samples) = values[0], let first = samples.first else {
                throw TemplateFailure("first() called on vector with no elements")
            }
            return .sample(first)
        },
        "label": TemplateFunction([.string, .sample]) { (_, values) throws(TemplateFailure) in
            .string(try sample(values[1]).labels[values[0].text ?? ""] ?? "")
        },
        "value": TemplateFunction([.sample]) { (_, values) throws(TemplateFailure) in
            .float(try sample(values[0]).value)
        },
        "strvalue": TemplateFunction([.sample]) { (_, values) throws(TemplateFailure) in
            .string(try sample(values[0]).labels["__value__"] ?? "")
        },
        "sortByLabel": TemplateFunction([.string, .samples]) { _, values in
            guard case .samples(let samples) = values[1] else { return .samples([]) }
            let name = values[0].text ?? ""
            let keys = samples.map { $0.labels[name] ?? "" }
            let order = samples.indices.sorted {
                if keys[$0].utf8.elementsEqual(keys[$1].utf8) { return $0 < $1 }
                return keys[$0].utf8.lexicographicallyPrecedes(keys[$1].utf8)
            }
            return .samples(order.map { samples[$0] })
        },
        "args": TemplateFunction([], variadic: .any) { _, values in
            let pairs = values.enumerated().map { (name: "arg\($0.offset)", value: $0.element) }
            return .arguments(pairs.sorted { $0.name < $1.name })
        },
        "externalURL": TemplateFunction([]) { environment, _ in
            .string(environment.externalURL)
        },
        "pathPrefix": TemplateFunction([]) { environment, _ in
            .string(TemplateText.path(ofURL: environment.externalURL))
        },
        "graphLink": TemplateFunction([.string]) { _, values in
            .string("/graph?g0.expr=\(TemplateEscape.query(values[0].text ?? ""))&g0.tab=0")
        },
        "tableLink": TemplateFunction([.string]) { _, values in
            .string("/graph?g0.expr=\(TemplateEscape.query(values[0].text ?? ""))&g0.tab=1")
        },
    ]

    private static let numbers: [String: TemplateFunction] = [
        "humanize": number { value in .string(Humanize.decimal(value)) },
        "humanize1024": number { value in .string(Humanize.binary(value)) },
        "humanizeDuration": number { value in .string(Humanize.duration(value)) },
        "humanizePercentage": number { value in .string(Humanize.percentage(value)) },
        "humanizeTimestamp": number { (value) throws(TemplateFailure) in
            if !value.isFinite { return .string(Humanize.fourDigits(value)) }
            return .string(try time(value).description)
        },
        "toTime": number { (value) throws(TemplateFailure) in
            .time(try time(value), isPointer: true)
        },
        "toDuration": number { (value) throws(TemplateFailure) in
            .duration(try nanoseconds(value, "duration"), isPointer: true)
        },
        "now": TemplateFunction([]) { environment, _ in
            .float(Double(environment.now) / 1000)
        },
        "parseDuration": TemplateFunction([.string]) { (_, values) throws(TemplateFailure) in
            let text = values[0].text ?? ""
            if text.isEmpty { throw TemplateFailure("empty duration string") }
            guard let duration = PrometheusDuration.parse(text) else {
                // A duration that has the right shape can only be too long.
                if TemplateText.isDurationShape(text) {
                    throw TemplateFailure("duration out of range")
                }
                throw TemplateFailure("not a valid duration string: \(GoQuote.quote(text))")
            }
            return .float(Double(duration.milliseconds) / 1000)
        },
    ]

    private static let texts: [String: TemplateFunction] = [
        "title": text(TemplateText.title),
        "toUpper": text(TemplateText.upper),
        "toLower": text(TemplateText.lower),
        "stripPort": text(TemplateText.withoutPort),
        "stripDomain": text(TemplateText.withoutDomain),
        "urlQueryEscape": text(TemplateEscape.query),
        "safeHtml": TemplateFunction([.string]) { _, values in .html(values[0].text ?? "") },
        "match": TemplateFunction([.string, .string]) { (_, values) throws(TemplateFailure) in
            .bool(
                try TemplateText.matches(
                    pattern: values[0].text ?? "", in: values[1].text ?? ""))
        },
        "reReplaceAll": TemplateFunction([.string, .string, .string]) {
            (_, values) throws(TemplateFailure) in
            .string(
                try TemplateText.replace(
                    pattern: values[0].text ?? "", with: values[1].text ?? "",
                    in: values[2].text ?? ""))
        },
    ]

    private static func sample(_ value: TemplateValue) throws(TemplateFailure) -> TemplateSample {
        guard case .sample(let sample) = value else {
            throw TemplateFailure(
                "runtime error: invalid memory address or nil pointer dereference")
        }
        return sample
    }

    private static func text(
        _ body: @escaping @Sendable (String) -> String
    ) -> TemplateFunction {
        TemplateFunction([.string]) { _, values in .string(body(values[0].text ?? "")) }
    }

    /// A function of anything that converts to a float.
    private static func number(
        _ body: @escaping @Sendable (Double) throws(TemplateFailure) -> TemplateValue
    ) -> TemplateFunction {
        TemplateFunction([.any]) { (_, values) throws(TemplateFailure) in
            try body(try float(values[0]))
        }
    }

    private static func float(_ value: TemplateValue) throws(TemplateFailure) -> Double {
        switch value {
        case .float(let number): return number
        case .integer(let number): return Double(number)
        case .long(let number): return Double(number)
        case .duration(let nanoseconds, isPointer: false): return Double(nanoseconds) / 1e9
        case .string(let text):
            do throws(GoNumberFailure) {
                return try GoNumber.float(text)
            } catch {
                let reason = error == .range ? "value out of range" : "invalid syntax"
                throw TemplateFailure(
                    "strconv.ParseFloat: parsing \(GoQuote.quote(text)): \(reason)")
            }
        default:
            throw TemplateFailure("can't convert \(value.typeName) to float")
        }
    }

    /// Seconds as nanoseconds that fit 64 bits.
    private static func nanoseconds(
        _ value: Double, _ kind: String
    ) throws(TemplateFailure) -> Int64 {
        guard value.isFinite else { throw TemplateFailure("value is NaN or Inf") }
        let scaled = value * 1e9
        guard scaled <= 0x1p63, scaled >= -0x1p63 else {
            throw TemplateFailure(
                "\(GoFloat.shortest(value)) cannot be represented as a nanoseconds \(kind) "
                    + "since it overflows int64")
        }
        return GoFloat.integer(scaled)
    }

    /// The instant of a number of seconds, in whole milliseconds as Prometheus keeps them.
    private static func time(_ value: Double) throws(TemplateFailure) -> GoTime {
        GoTime(milliseconds: try nanoseconds(value, "timestamp") / 1_000_000)
    }
}
