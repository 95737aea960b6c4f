// Instants. One unit everywhere: milliseconds since 1970-01-01T00:00:00Z.

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970.
    package let milliseconds: Int64

    /// The instant that many milliseconds after 1970 began.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// The instant that many seconds after 1970 began.
    package init(seconds: Int64) {
        self.milliseconds = seconds * 1000
    }

    /// The instants that have four digits for a year in UTC: others cannot be written so that they
    /// can be read again.
    package static let writable =
        Timestamp(milliseconds: -62_135_596_800_000)...Timestamp(milliseconds: 253_402_300_799_999)

    /// Reads RFC 3339 with any offset; nil when malformed, or when the instant has no year of four
    /// digits in UTC.
    package init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20,
            let day = CalendarDay(iso: String(decoding: bytes[0..<10], as: UTF8.self))
        else { return nil }
        guard bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == 32,
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = Self.number(bytes[11..<13]), let minute = Self.number(bytes[14..<16]),
            let second = Self.number(bytes[17..<19]), hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            var scale: Int64 = 100
            let start = index
            while index < bytes.count, let digit = Self.number(bytes[index..<(index + 1)]) {
                fraction += digit * scale
                scale /= 10
                index += 1
            }
            guard index > start else { return nil }
        }
        guard let offset = Self.offsetSeconds(bytes[min(index, bytes.count)...]) else { return nil }
        let seconds = day.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second - offset
        self.milliseconds = seconds * 1000 + fraction
        guard Self.writable.contains(self) else { return nil }
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    private static func offsetSeconds(_ text: ArraySlice<UInt8>) -> Int64? {
        let bytes = Array(text)
        if bytes.count == 1 {
            return bytes[0] == UInt8(ascii: "Z") || bytes[0] == UInt8(ascii: "z") ? 0 : nil
        }
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
            let hours = number(bytes[1..<3]), let minutes = number(bytes[4..<6]),
            hours < 24, minutes < 60
        else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 {
        milliseconds.flooredQuotient(by: 1000)
    }

    /// Seconds since 1970 with their fraction.
    package var fractionalSeconds: Double { Double(milliseconds) / 1000 }

    /// The instant that many milliseconds later; the first or last one there is beyond that.
    package func adding(milliseconds: Int64) -> Timestamp {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        guard overflow else { return Timestamp(milliseconds: sum) }
        return Timestamp(milliseconds: milliseconds < 0 ? .min : .max)
    }

    /// RFC 3339 in UTC; milliseconds only when there are some.
    package var description: String {
        let day = CalendarDay(daysSinceEpoch: seconds.flooredQuotient(by: 86_400))
        let rest = seconds - day.daysSinceEpoch * 86_400
        let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { $0.padded(to: 2) }
        let fraction = milliseconds &- seconds &* 1000
        let tail = fraction == 0 ? "" : "." + fraction.padded(to: 3)
        return "\(day)T\(clock.joined(separator: ":"))\(tail)Z"
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    /// Decimal digits with leading zeros.
    func padded(to width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
    }
}
