// Byte-wise comparison and hashing of strings.
//
// Swift compares strings by canonical equivalence; Prometheus compares label names and values
// byte by byte. These helpers give Prometheus' order, and a hash computed once per label set.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Byte-wise order and equality of strings, as Prometheus compares labels.
package enum ByteOrder {
    /// Compares two strings by their UTF-8 bytes: negative, zero or positive.
    package static func compare(_ left: String, _ right: String) -> Int {
        let result = left.utf8.withContiguousStorageIfAvailable { first in
            right.utf8.withContiguousStorageIfAvailable { second in
                compare(first, second)
            }
        }
        if let nested = result, let order = nested { return order }
        if left.utf8.elementsEqual(right.utf8) { return 0 }
        return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
    }

    /// Whether two strings have the same UTF-8 bytes.
    package static func equal(_ left: String, _ right: String) -> Bool {
        // Different under canonical equivalence means different bytes; the reverse needs a look.
        left == right && (left.utf8.count == right.utf8.count) && compare(left, right) == 0
    }

    private static func compare(
        _ first: UnsafeBufferPointer<UInt8>, _ second: UnsafeBufferPointer<UInt8>
    ) -> Int {
        let shared = min(first.count, second.count)
        if shared > 0, let left = first.baseAddress, let right = second.baseAddress {
            let order = memcmp(left, right, shared)
            if order != 0 { return Int(order) }
        }
        return first.count - second.count
    }
}

/// A small, fast, deterministic hash of byte strings; not for adversarial tables by itself, the
/// dictionaries that use it mix in their own seed.
struct ByteHash {
    private(set) var state: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func combine(_ text: String) {
        let done: Void? = text.utf8.withContiguousStorageIfAvailable { bytes in
            combine(UnsafeRawBufferPointer(bytes))
        }
        if done == nil {
            Array(text.utf8).withUnsafeBytes { combine($0) }
        }
    }

    mutating func combine(_ word: UInt64) {
        let product = (state ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        state = product.high ^ product.low &+ 0xE703_7ED1_A0B4_28DB
    }

    private mutating func combine(_ bytes: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 8 <= bytes.count {
            combine(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var tail: UInt64 = 0
        while offset < bytes.count {
            tail = tail << 8 | UInt64(bytes[offset])
            offset += 1
        }
        combine(tail ^ UInt64(truncatingIfNeeded: bytes.count) << 56)
    }
}
