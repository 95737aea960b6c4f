// Whose requests are counted together.

import NIOCore

/// One peer: an IPv4 address, or the first 64 bits of an IPv6 one, which is what one household has.
///
/// All clients of a Unix socket are one peer.
struct PeerKey: Hashable {
    private var bits: UInt64 = 0
    private var isIPv6 = false

    /// The peer of a connection's other end; nil for none that has an address.
    init(_ address: SocketAddress?) {
        guard let address else { return }
        // Past family and port, and past the flow in IPv6.
        let bytes = address.withSockAddr { pointer, size in
            Array(UnsafeRawBufferPointer(start: pointer, count: size))
        }
        switch address {
        case .v4: bits = Self.number(bytes[4..<8])
        case .v6:
            // An IPv4 address, as a listener for both kinds shows it.
            let isMapped =
                bytes[8..<18].allSatisfy { $0 == 0 } && bytes[18..<20].allSatisfy { $0 == 0xFF }
            isIPv6 = !isMapped
            bits = Self.number(isMapped ? bytes[20..<24] : bytes[8..<16])
        case .unixDomainSocket: break
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
