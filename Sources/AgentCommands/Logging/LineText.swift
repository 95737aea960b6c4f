// Text that stays on its line: for logs, tables and terminals.
//
// 1. No line break, control character or change of writing direction survives.

/// Writes text so that it cannot break out of its line.
package enum LineText {
    /// The most bytes of one value in a log; what is beyond is cut.
    package static let maximumBytes = 16_384

    /// The text with quotes, backslashes and unsafe characters as JSON escapes them.
    package static func escaped(_ text: String) -> String {
        escaped(text, escapesQuotes: true)
    }

    /// The text with unsafe characters as JSON escapes them: for a terminal.
    package static func printable(_ text: String) -> String {
        escaped(text, escapesQuotes: false)
    }

    /// Whether a character could end the line, steer a terminal or reorder the text.
    package static func isUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F...0x9F, 0x61C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069,
            0xFEFF:
            true
        default: false
        }
    }

    private static func escaped(_ text: String, escapesQuotes: Bool) -> String {
        var output = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars {
            length += scalar.utf8.count
            guard length <= maximumBytes else {
                output.append("…")
                break
            }
            switch scalar {
            case "\"" where escapesQuotes: output.append(contentsOf: "\\\"".unicodeScalars)
            case "\\" where escapesQuotes: output.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": output.append(contentsOf: "\\n".unicodeScalars)
            case "\r": output.append(contentsOf: "\\r".unicodeScalars)
            case "\t": output.append(contentsOf: "\\t".unicodeScalars)
            case _ where isUnsafe(scalar):
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
                output.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
            default: output.append(scalar)
            }
        }
        return String(output)
    }
}
