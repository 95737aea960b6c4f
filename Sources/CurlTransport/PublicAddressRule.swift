// Which addresses count as public. Pure; judged on the address that is connected to, because a
// name or a URL can hide it.
//
// 1. IPv6 is public only inside 2000::/3 or as a translated form of public IPv4.
// 2. A translated form is judged by the IPv4 address inside it.
//
// Source: IANA special-purpose address registries for IPv4 and IPv6.

/// The judgement of `AddressPolicy.publicOnly`.
package enum PublicAddressRule {
    private struct Range {
        let prefix: [UInt8]
        let bits: Int
        let name: String

        init(_ prefix: [UInt8], _ bits: Int, _ name: String) {
            self.prefix = prefix
            self.bits = bits
            self.name = name
        }

        func contains(_ bytes: [UInt8]) -> Bool {
            (0..<bits).allSatisfy { bit in
                let mask = UInt8(0x80) >> UInt8(bit % 8)
                let expected = bit / 8 < prefix.count ? prefix[bit / 8] : 0
                return bytes[bit / 8] & mask == expected & mask
            }
        }
    }

    private static let version4Ranges: [Range] = [
        Range([0, 0, 0, 0], 32, "unspecified"),
        Range([0], 8, "reserved"),
        Range([10], 8, "private"),
        Range([100, 64], 10, "carrier-grade NAT"),
        Range([127], 8, "loopback"),
        Range([169, 254], 16, "link-local"),
        Range([172, 16], 12, "private"),
        Range([192, 0, 0], 24, "reserved"),
        Range([192, 0, 2], 24, "documentation"),
        Range([192, 88, 99], 24, "reserved"),
        Range([192, 168], 16, "private"),
        Range([198, 18], 15, "benchmark"),
        Range([198, 51, 100], 24, "documentation"),
        Range([203, 0, 113], 24, "documentation"),
        Range([224], 4, "multicast"),
        Range([255, 255, 255, 255], 32, "broadcast"),
        Range([240], 4, "reserved"),
    ]

    private static let version6Ranges: [Range] = [
        Range([], 128, "unspecified"),
        Range([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 128, "loopback"),
        Range([0xFC], 7, "unique local"),
        Range([0xFE, 0x80], 10, "link-local"),
        Range([0xFE, 0xC0], 10, "site-local"),
        Range([0xFF], 8, "multicast"),
        Range([0x20, 0x01, 0x0D, 0xB8], 32, "documentation"),
        Range([0x3F, 0xFF, 0x00], 20, "documentation"),
        Range([0x20, 0x01, 0x00, 0x02, 0x00, 0x00], 48, "benchmark"),
        Range([0x20, 0x01, 0x00, 0x10], 28, "reserved"),
        Range([0x20, 0x01, 0x00, 0x20], 28, "reserved"),
    ]

    private static let globalUnicast = Range([0x20], 3, "global unicast")
    private static let mapped = Range(
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], 96, "IPv4-mapped")
    private static let nat64 = Range([0x00, 0x64, 0xFF, 0x9B], 96, "NAT64")
    private static let sixToFour = Range([0x20, 0x02], 16, "6to4")
    private static let teredo = Range([0x20, 0x01, 0x00, 0x00], 32, "Teredo")

    /// Why an address is not public, in words such as `loopback` or `NAT64 form of private
    /// 10.0.0.1`; nil when it is public.
    package static func objection(to address: NetworkAddress) -> String? {
        let bytes = address.bytes
        if bytes.count == 4 {
            return version4Ranges.first { $0.contains(bytes) }?.name
        }
        if let range = version6Ranges.first(where: { $0.contains(bytes) }) { return range.name }
        if mapped.contains(bytes) { return inner(Array(bytes[12...]), mapped) }
        if nat64.contains(bytes) { return inner(Array(bytes[12...]), nat64) }
        if sixToFour.contains(bytes) { return inner(Array(bytes[2..<6]), sixToFour) }
        if teredo.contains(bytes) {
            // The server's address, then the client's with every bit turned.
            return inner(Array(bytes[4..<8]), teredo)
                ?? inner(bytes[12...].map { ~$0 }, teredo)
        }
        return globalUnicast.contains(bytes) ? nil : "reserved"
    }

    private static func inner(_ bytes: [UInt8], _ form: Range) -> String? {
        guard let address = NetworkAddress(bytes: bytes) else { return form.name }
        return objection(to: address).map { "\(form.name) form of \($0) \(address)" }
    }

    /// The error text for an address that may not be connected to; nil when it may.
    ///
    /// - Parameter address: nil when the connection is not over IP.
    static func message(for address: NetworkAddress?) -> String? {
        let rule = "this request may reach public addresses only"
        guard let address else { return "the address is not an IP address, but \(rule)" }
        return objection(to: address).map { "\(address) is not public (\($0)), but \(rule)" }
    }
}
