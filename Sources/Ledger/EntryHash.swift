// SHA-256 over fields that cannot run into each other.

import Crypto

/// The hash that chains entries.
package enum EntryHash {
    private static let digits = Array("0123456789abcdef".utf8)

    /// SHA-256 over the fields, each written as its byte count, `:`, its bytes and `,`.
    ///
    /// - Source: the framing is that of netstrings (cr.yp.to/proto/netstrings.txt).
    package static func hexadecimal(_ fields: [String]) -> String {
        var framed: [UInt8] = []
        framed.reserveCapacity(fields.reduce(0) { $0 + $1.utf8.count + 6 })
        for field in fields {
            framed.append(contentsOf: String(field.utf8.count).utf8)
            framed.append(UInt8(ascii: ":"))
            framed.append(contentsOf: field.utf8)
            framed.append(UInt8(ascii: ","))
        }
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in SHA256.hash(data: framed) {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
