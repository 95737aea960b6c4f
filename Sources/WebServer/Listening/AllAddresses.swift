// The address that stands for all of this machine's.

import Glibc
import NIOCore

/// All addresses of IPv6 and IPv4, or of IPv4 alone where the machine has no IPv6.
enum AllAddresses {
    /// `::` or `0.0.0.0`.
    static let text: String = {
        let descriptor = socket(
            AF_INET6, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return "0.0.0.0" }
        defer { close(descriptor) }
        let isBound = try? SocketAddress(ipAddress: "::", port: 0).withSockAddr { address, size in
            bind(descriptor, address, socklen_t(size)) == 0
        }
        return isBound == true ? "::" : "0.0.0.0"
    }()
}
