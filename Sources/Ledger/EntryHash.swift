// SHA-256 over fields that cannot run into each other.

import Crypto

/// The hash that chains entries.
package enum EntryHash {
    /// SHA-256 over the fields, each written as its byte count, `:`, its bytes and `,`.
    ///
    /// - Source: the framing is that of netstrings (cr.yp.to/proto/netstrings.txt).
    package static func hexadecimal(_ fields: [String]) -> String {
        var hasher = SHA256()
        for field in fields {
            hasher.update(data: Array("\(field.utf8.count):\(field),".utf8))
        }
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in hasher.finalize() {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
