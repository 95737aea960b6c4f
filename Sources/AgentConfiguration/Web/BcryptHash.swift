// The hash of a password, as htpasswd and exporter-toolkit write it.

/// A bcrypt hash: `$2y$`, two digits of cost, 22 characters of salt, 31 of hash.
package struct BcryptHash: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The cheapest and the dearest cost: each step doubles the work, 16 takes some seconds.
    package static let costs = 4...16

    /// The whole text; only for the place that compares passwords.
    package let exposed: String
    /// The cost.
    package let cost: Int

    /// Reads a hash; nil when it is none, or its cost is out of bounds.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 60, ["$2a$", "$2b$", "$2y$"].contains(String(text.prefix(4))),
            bytes[6] == UInt8(ascii: "$"), bytes[4...5].allSatisfy({ (0x30...0x39).contains($0) }),
            bytes[7...].allSatisfy(Self.isDigit)
        else { return nil }
        cost = Int(bytes[4] - 0x30) * 10 + Int(bytes[5] - 0x30)
        guard Self.costs.contains(cost) else { return nil }
        exposed = text
    }

    /// Always `<secret>`: whoever has a hash can try passwords against it.
    package var description: String { "<secret>" }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    /// bcrypt's own alphabet of base 64.
    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2E...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
