// Go's layouts: the reference time Mon Jan 2 15:04:05 MST 2006.

extension GoTime: CustomStringConvertible {
    /// Go's `String`: `2006-01-02 15:04:05.999999999 -0700 MST`.
    var description: String {
        format("2006-01-02 15:04:05.999999999 -0700 MST")
    }

    /// RFC 3339 with as many digits of a second as there are.
    var rfc3339: String {
        format("2006-01-02T15:04:05.999999999Z07:00")
    }

    /// Longest first where one begins another.
    private static let pieces = [
        "January", "Jan", "Monday", "Mon", "MST", "2006", "002", "01", "02", "03", "04", "05",
        "06", "1", "2", "3", "4", "5", "15", "__2", "_2", "PM", "pm", "-070000", "-07:00:00",
        "-0700", "-07:00", "-07", "Z070000", "Z07:00:00", "Z0700", "Z07:00", "Z07",
    ].sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }.map { Array($0.utf8) }

    /// The instant under a layout.
    func format(_ layout: String) -> String {
        var rest = Array(layout.utf8)[...]
        var output = ""
        var plain: [UInt8] = []
        while !rest.isEmpty {
            if let (digits, trims) = Self.fraction(rest) {
                output += String(decoding: plain, as: UTF8.self)
                plain = []
                let mark = String(decoding: [rest[rest.startIndex]], as: UTF8.self)
                output += fractionText(mark, digits: digits, trims: trims)
                rest = rest.dropFirst(digits + 1)
            } else if let piece = Self.pieces.first(where: { Self.begins(rest, with: $0) }) {
                output += String(decoding: plain, as: UTF8.self)
                plain = []
                output += text(of: String(decoding: piece, as: UTF8.self))
                rest = rest.dropFirst(piece.count)
            } else {
                plain.append(rest.removeFirst())
            }
        }
        return output + String(decoding: plain, as: UTF8.self)
    }

    private static func begins(_ bytes: ArraySlice<UInt8>, with piece: [UInt8]) -> Bool {
        guard bytes.starts(with: piece) else { return false }
        // "Jan" and "Mon" inside a longer lower-case word are plain text.
        if piece == Array("Jan".utf8) || piece == Array("Mon".utf8) {
            let next = bytes.dropFirst(3).first
            return next.map { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? true
        }
        return true
    }

    /// `.000` or `,999`, not followed by another digit.
    private static func fraction(_ bytes: ArraySlice<UInt8>) -> (Int, trims: Bool)? {
        guard let mark = bytes.first, mark == UInt8(ascii: ".") || mark == UInt8(ascii: ","),
            let digit = bytes.dropFirst().first,
            digit == UInt8(ascii: "0") || digit == UInt8(ascii: "9")
        else { return nil }
        let run = bytes.dropFirst().prefix { $0 == digit }
        let next = bytes.dropFirst(run.count + 1).first
        if let next, (0x30...0x39).contains(next) { return nil }
        return (run.count, digit == UInt8(ascii: "9"))
    }

    private func fractionText(_ mark: String, digits: Int, trims: Bool) -> String {
        var text = Self.padded(Int(nanoseconds), 9)
        text = String(text.prefix(digits)) + String(repeating: "0", count: max(0, digits - 9))
        if trims {
            while text.hasSuffix("0") { text.removeLast() }
            if text.isEmpty { return "" }
        }
        return mark + text
    }

    private static func padded(_ value: Int, _ width: Int, with pad: String = "0") -> String {
        let text = String(value.magnitude)
        let zeros = String(repeating: pad, count: max(0, width - text.utf8.count))
        return (value < 0 ? "-" : "") + zeros + text
    }

    private func text(of piece: String) -> String {
        let date = date
        switch piece {
        case "2006": return Self.padded(date.year, 4)
        case "06": return Self.padded(date.year % 100, 2)
        case "January": return Self.name(ofMonth: date.month)
        case "Jan": return String(Self.name(ofMonth: date.month).prefix(3))
        case "Monday": return Self.name(ofWeekday: weekday)
        case "Mon": return String(Self.name(ofWeekday: weekday).prefix(3))
        case "01": return Self.padded(date.month, 2)
        case "1": return String(date.month)
        case "02": return Self.padded(date.day, 2)
        case "_2": return Self.padded(date.day, 2, with: " ")
        case "2": return String(date.day)
        case "002": return Self.padded(dayOfYear, 3)
        case "__2": return Self.padded(dayOfYear, 3, with: " ")
        default: return clockText(of: piece)
        }
    }

    private func clockText(of piece: String) -> String {
        let twelve = hour % 12 == 0 ? 12 : hour % 12
        switch piece {
        case "15": return Self.padded(hour, 2)
        case "03": return Self.padded(twelve, 2)
        case "3": return String(twelve)
        case "04": return Self.padded(minute, 2)
        case "4": return String(minute)
        case "05": return Self.padded(second, 2)
        case "5": return String(second)
        case "PM": return hour >= 12 ? "PM" : "AM"
        case "pm": return hour >= 12 ? "pm" : "am"
        case "MST": return offset == 0 ? "UTC" : zone(minutes: false, separator: "")
        case "-0700", "-070000": return zone(minutes: true, separator: "")
        case "-07:00", "-07:00:00": return zone(minutes: true, separator: ":")
        case "-07": return zone(minutes: false, separator: "")
        case "Z0700", "Z070000": return offset == 0 ? "Z" : zone(minutes: true, separator: "")
        case "Z07": return offset == 0 ? "Z" : zone(minutes: false, separator: "")
        default: return offset == 0 ? "Z" : zone(minutes: true, separator: ":")
        }
    }

    /// `+02`, `+0200` or `+02:00`; minutes that are not 0 are always written.
    private func zone(minutes: Bool, separator: String) -> String {
        let magnitude = Int(offset.magnitude)
        let sign = offset < 0 ? "-" : "+"
        let hours = Self.padded(magnitude / 3600, 2)
        let rest = magnitude / 60 % 60
        guard minutes || rest > 0 else { return sign + hours }
        return sign + hours + separator + Self.padded(rest, 2)
    }
}
