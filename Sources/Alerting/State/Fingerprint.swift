// The fingerprint of a label set, as Prometheus and Alertmanager compute it.

import PromQL

/// FNV-1a with 64 bits.
struct FingerprintHash {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func combine(_ text: String) {
        for byte in text.utf8 { combine(byte) }
    }

    /// The byte between names and values: it occurs in no UTF-8 text.
    mutating func separate() {
        combine(0xFF)
    }

    private mutating func combine(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    /// 16 lower-case hexadecimal digits.
    var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Identifies an alert by its labels.
///
/// - Source: prometheus/common model/signature.go
package struct Fingerprint: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The hash itself.
    package let value: UInt64

    /// Wraps a number, for example one that was stored.
    package init(value: UInt64) {
        self.value = value
    }

    /// The fingerprint of labels: every name and value in order, each followed by 0xFF.
    package init(_ labels: SeriesLabels) {
        var hash = FingerprintHash()
        for pair in labels.pairs {
            hash.combine(pair.name)
            hash.separate()
            hash.combine(pair.value)
            hash.separate()
        }
        value = hash.value
    }

    /// Reads 16 hexadecimal digits.
    package init?(_ text: String) {
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else { return nil }
        self.value = value
    }

    package static func < (left: Fingerprint, right: Fingerprint) -> Bool {
        left.value < right.value
    }

    /// 16 lower-case hexadecimal digits.
    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
