// Who is at the other end of a Unix socket: the kernel says so.

import Glibc
import NIOCore

/// The kernel's `struct ucred`, which Glibc shows only to GNU sources.
private struct PeerCredentials: Sendable {
    var process: pid_t = 0
    var user: uid_t = 0
    var group: gid_t = 0
}

/// Names the peer of a Unix socket.
enum PeerIdentity {
    /// The operating-system user's name, or `uid N`; nil when the kernel does not say.
    static func userName(of channel: any Channel) async -> String? {
        guard let provider = channel as? any SocketOptionProvider else { return nil }
        let credentials: PeerCredentials? = try? await provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: CInt(SO_PEERCRED))
        ).get()
        guard let credentials else { return nil }
        return name(of: credentials.user)
    }

    private static func name(of user: uid_t) -> String {
        var entry = passwd()
        var buffer = [CChar](repeating: 0, count: 4096)
        var found: UnsafeMutablePointer<passwd>?
        guard getpwuid_r(user, &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.pw_name
        else { return "uid \(user)" }
        return String(cString: name)
    }
}
