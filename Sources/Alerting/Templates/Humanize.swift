// Numbers for people: 1.235k, 1h 1m 1s, 95.9%.

/// The `humanize…` functions of Prometheus' templates.
enum Humanize {
    private static let large = ["k", "M", "G", "T", "P", "E", "Z", "Y"]
    private static let largeBinary = ["ki", "Mi", "Gi", "Ti", "Pi", "Ei", "Zi", "Yi"]
    private static let small = ["m", "u", "n", "p", "f", "a", "z", "y"]

    /// `%.4g`.
    static func fourDigits(_ value: Double) -> String {
        GoFloat.text(value, verb: "g", precision: 4)
    }

    /// Four significant digits with a decimal prefix.
    static func decimal(_ value: Double) -> String {
        if value == 0 || !value.isFinite { return fourDigits(value) }
        return value.magnitude >= 1 ? scaled(value, 1000, large) : enlarged(value)
    }

    /// Four significant digits with a binary prefix.
    static func binary(_ value: Double) -> String {
        if value.magnitude <= 1 || !value.isFinite { return fourDigits(value) }
        return scaled(value, 1024, largeBinary)
    }

    private static func scaled(_ value: Double, _ base: Double, _ prefixes: [String]) -> String {
        var (rest, prefix) = (value, "")
        for candidate in prefixes {
            if rest.magnitude < base { break }
            prefix = candidate
            rest /= base
        }
        return fourDigits(rest) + prefix
    }

    private static func enlarged(_ value: Double) -> String {
        var (rest, prefix) = (value, "")
        for candidate in small {
            if rest.magnitude >= 1 { break }
            prefix = candidate
            rest *= 1000
        }
        return fourDigits(rest) + prefix
    }

    /// A ratio in percent.
    static func percentage(_ value: Double) -> String {
        fourDigits(value * 100) + "%"
    }

    /// Seconds as days, hours, minutes and seconds.
    static func duration(_ value: Double) -> String {
        if !value.isFinite { return fourDigits(value) }
        if value == 0 { return fourDigits(value) + "s" }
        guard value.magnitude >= 1 else { return enlarged(value) + "s" }
        let sign = value < 0 ? "-" : ""
        let whole = GoFloat.integer(value.magnitude)
        let seconds = whole % 60
        let minutes = (whole / 60) % 60
        let hours = (whole / 3600) % 24
        let days = whole / 86400
        if days != 0 { return "\(sign)\(days)d \(hours)h \(minutes)m \(seconds)s" }
        if hours != 0 { return "\(sign)\(hours)h \(minutes)m \(seconds)s" }
        if minutes != 0 { return "\(sign)\(minutes)m \(seconds)s" }
        return sign + fourDigits(value.magnitude) + "s"
    }
}

extension GoFloat {
    /// Go's conversion of a float to a 64-bit integer on amd64: out of range is the least one.
    static func integer(_ value: Double) -> Int64 {
        Int64(exactly: value.rounded(.towardZero)) ?? Int64.min
    }
}
