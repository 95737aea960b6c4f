// Paths and queries of request targets, decoded strictly.

/// Splits and decodes a request target.
enum RequestTarget {
    /// The path's segments, percent-decoded; nil when an escape or its text is malformed.
    static func segments(of path: String) -> [String]? {
        var segments: [String] = []
        for part in path.utf8.split(separator: UInt8(ascii: "/")) {
            guard let decoded = decoded(Substring(part), plusIsSpace: false) else { return nil }
            segments.append(decoded)
        }
        return segments
    }

    /// The parameters of a query or form, in order; malformed ones are taken as written.
    static func parameters(of query: String) -> [(name: String, value: String)] {
        query.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            guard let middle = pair.firstIndex(of: UInt8(ascii: "=")) else {
                return (text(Substring(pair)), "")
            }
            return (
                text(Substring(pair[..<middle])),
                text(Substring(pair[pair.index(after: middle)...]))
            )
        }
    }

    private static func text(_ part: Substring) -> String {
        decoded(part, plusIsSpace: true) ?? String(part)
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
        let isPlain = text.utf8.allSatisfy { byte in
            byte != UInt8(ascii: "%") && (byte != UInt8(ascii: "+") || !plusIsSpace)
        }
        if isPlain { return String(text) }
        var output: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.popFirst().flatMap(digit),
                    let low = bytes.popFirst().flatMap(digit)
                else { return nil }
                output.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: output.append(UInt8(ascii: " "))
            default: output.append(byte)
            }
        }
        return String(validating: output, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
