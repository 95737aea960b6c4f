// The methods of Go's times and durations that a template can call.

/// Methods of `time.Time`, `time.Duration`, `time.Month` and `time.Weekday`.
enum TemplateMethods {
    /// Methods that Go's templates refuse because of what they return.
    static let manyResults = [
        "Clock": 3, "Date": 3, "ISOWeek": 2, "Zone": 2, "ZoneBounds": 2, "GobEncode": 2,
        "MarshalBinary": 2, "MarshalJSON": 2, "MarshalText": 2,
    ]

    /// Looks a method up; the answer has the receiver bound.
    static func named(_ name: String, of receiver: TemplateValue) -> TemplateFunction? {
        switch receiver {
        case .time(let time, _):
            if let value = part(name, of: time) { return constant(value) }
            return operation(name, of: time)
        case .duration(let span, _): return method(name, ofDuration: span)
        case .keyValues(let labels): return method(name, of: labels)
        case .list(let list): return method(name, of: list)
        case .month, .weekday:
            guard name == "String", let text = receiver.stringer else { return nil }
            return constant(.string(text))
        default: return nil
        }
    }

    static func constant(_ value: TemplateValue) -> TemplateFunction {
        TemplateFunction([]) { _, _ in value }
    }

    private static func part(_ name: String, of time: GoTime) -> TemplateValue? {
        let date = time.date
        switch name {
        case "Year": return .integer(Int64(date.year))
        case "Month": return .month(date.month)
        case "Day": return .integer(Int64(date.day))
        case "Hour": return .integer(Int64(time.hour))
        case "Minute": return .integer(Int64(time.minute))
        case "Second": return .integer(Int64(time.second))
        case "Nanosecond": return .integer(time.nanoseconds)
        case "YearDay": return .integer(Int64(time.dayOfYear))
        case "Weekday": return .weekday(time.weekday)
        case "Unix": return .long(time.seconds)
        case "UnixMilli": return .long(time.seconds &* 1000 &+ time.nanoseconds / 1_000_000)
        case "UnixMicro": return .long(time.seconds &* 1_000_000 &+ time.nanoseconds / 1000)
        case "UnixNano": return .long(time.unixNanoseconds)
        case "String": return .string(time.description)
        case "UTC": return .time(time, isPointer: false)
        case "Location": return .string("UTC")
        case "IsDST": return .bool(false)
        case "IsZero": return .bool(time == GoTime(seconds: -62_135_596_800, nanoseconds: 0))
        default: return nil
        }
    }

    private static func operation(_ name: String, of time: GoTime) -> TemplateFunction? {
        switch name {
        case "Format":
            return TemplateFunction([.string]) { _, values in
                .string(time.format(values[0].text ?? ""))
            }
        case "Add":
            return TemplateFunction([.duration]) { _, values in
                .time(time.adding(nanoseconds: values[0].signed ?? 0), isPointer: false)
            }
        case "AddDate":
            return TemplateFunction([.integer, .integer, .integer]) {
                (_, values) throws(TemplateFailure) in
                let numbers = values.map { $0.signed ?? 0 }
                guard
                    let sum = time.adding(years: numbers[0], months: numbers[1], days: numbers[2])
                else { throw TemplateFailure("date out of range") }
                return .time(sum, isPointer: false)
            }
        case "Sub":
            return comparison { .duration(time.since($0), isPointer: false) }
        case "Before": return comparison { .bool(time < $0) }
        case "After": return comparison { .bool($0 < time) }
        case "Equal": return comparison { .bool(time == $0) }
        case "Truncate", "Round":
            return TemplateFunction([.duration]) { _, values in
                let result = rounded(time, to: values[0].signed ?? 0, up: name == "Round")
                return .time(result, isPointer: false)
            }
        default: return nil
        }
    }

    private static func comparison(
        _ body: @escaping @Sendable (GoTime) -> TemplateValue
    ) -> TemplateFunction {
        TemplateFunction([.time]) { _, values in
            guard case .time(let other, _) = values[0] else { return .missing }
            return body(other)
        }
    }

    /// Multiples of a span count from the year 1, as Go's zero time.
    private static func rounded(_ time: GoTime, to span: Int64, up: Bool) -> GoTime {
        guard span > 0 else { return time }
        let (start, size) = (Int64(62_135_596_800), UInt64(span))
        let seconds = UInt64(bitPattern: time.seconds &+ start)
        let product = seconds.multipliedFullWidth(by: 1_000_000_000)
        let (low, carry) = product.low.addingReportingOverflow(UInt64(time.nanoseconds))
        let high = (product.high &+ (carry ? 1 : 0)) % size
        let rest = Int64(size.dividingFullWidth((high, low)).remainder)
        let goesUp = up && rest >= span - rest
        return time.adding(nanoseconds: goesUp ? span - rest : -rest)
    }

    private static func method(_ name: String, ofDuration span: Int64) -> TemplateFunction? {
        func fraction(_ unit: Int64) -> TemplateFunction {
            let value = Double(span / unit) + Double(span % unit) / Double(unit)
            return constant(.float(value))
        }
        switch name {
        case "String": return constant(.string(GoTime.text(ofDuration: span)))
        case "Hours": return fraction(3_600_000_000_000)
        case "Minutes": return fraction(60_000_000_000)
        case "Seconds": return fraction(1_000_000_000)
        case "Milliseconds": return constant(.long(span / 1_000_000))
        case "Microseconds": return constant(.long(span / 1000))
        case "Nanoseconds": return constant(.long(span))
        case "Abs":
            let magnitude = Int64(exactly: span.magnitude) ?? Int64.max
            return constant(.duration(magnitude, isPointer: false))
        case "Truncate":
            return TemplateFunction([.duration]) { _, values in
                let unit = values[0].signed ?? 0
                return .duration(unit > 0 ? span - span % unit : span, isPointer: false)
            }
        default: return nil
        }
    }
}
