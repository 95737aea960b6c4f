// Where a listener listens.

/// An address of `--web.listen-address`, or the control socket.
package enum ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// A host (empty: all addresses) and a port (0: any free one).
    case tcp(host: String, port: Int)
    /// A Unix socket.
    case unix(path: String)

    /// Reads `HOST:PORT`, `:PORT` or `[IPv6]:PORT`; nil when malformed.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        self = .tcp(host: host, port: port)
    }

    package var description: String {
        switch self {
        case .tcp(let host, let port):
            host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}

/// Why a listener did not come up.
package struct ListenError: Error, Sendable, CustomStringConvertible {
    /// What happened and what to do.
    package let description: String

    init(_ address: ListenAddress, _ error: any Error) {
        let reason = "\(error)"
        if reason.contains("errno: 98") {
            description =
                "cannot listen on \(address): the address is in use by another program; stop it, "
                + "or choose another with --web.listen-address"
        } else if reason.contains("errno: 13") {
            description =
                "cannot listen on \(address): permission denied; choose a port of 1024 or more, "
                + "or a folder that this user may write to"
        } else {
            description = "cannot listen on \(address): \(reason)"
        }
    }
}
