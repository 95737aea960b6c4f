// `$N` to `?N`: SQLite would number `$1` by its first appearance, not by its digits.

/// Rewrites the parameters of a statement for SQLite.
package enum SQLiteParameters {
    /// The statement with every `$N` outside of quotes as `?N`.
    package static func rewritten(_ sql: String) -> String {
        var output: [UInt8] = []
        output.reserveCapacity(sql.utf8.count)
        var quote: UInt8?
        var bytes = sql.utf8.makeIterator()
        var current = bytes.next()
        while let byte = current {
            current = bytes.next()
            if let open = quote {
                // A doubled quote closes and opens again, which comes to the same.
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
            } else if byte == UInt8(ascii: "$"), let next = current, isDigit(next) {
                output.append(UInt8(ascii: "?"))
                continue
            }
            output.append(byte)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
