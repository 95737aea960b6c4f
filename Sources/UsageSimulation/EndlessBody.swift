// The patterns that endless bodies repeat.

/// Bytes to send again and again.
package enum EndlessBody {
    /// One row of usage and a comma.
    package static let rows = Array(
        "{\"date\":\"2026-11-01\",\"product\":\"assistant\",\"credits\":\"1\"},".utf8)

    /// The beginning of a gzip stream (RFC 1952) of spaces: the header, then a block of fixed
    /// Huffman codes (RFC 1951, 3.2.6) up to the byte border that `gzipPattern` starts from.
    package static let gzipStart: [UInt8] =
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF] + Array(stream.prefix(13))

    /// Eight copies of 258 bytes in 13 bytes; repeats without end after `gzipStart`.
    package static let gzipPattern = Array(stream.suffix(13))

    /// A block's header and one space, then copies: 26 bytes, of which the last 13 repeat.
    private static let stream: [UInt8] = {
        // Block header: not final, type 01; the header is written from its lowest bit.
        var bits: [UInt8] = [0, 1, 0]
        bits += code(0x30 + 0x20, 8)
        while bits.count < 26 * 8 + 13 {
            // Length 258 is code 285; distance 1 is code 0 in five bits.
            bits += code(0b1100_0101, 8) + code(0, 5)
        }
        return (0..<26).map { index in
            (0..<8).reduce(UInt8(0)) { $0 | bits[index * 8 + $1] << UInt8($1) }
        }
    }()

    /// A Huffman code, written from its highest bit.
    private static func code(_ value: UInt8, _ length: UInt8) -> [UInt8] {
        (0..<length).reversed().map { (value >> $0) & 1 }
    }
}
