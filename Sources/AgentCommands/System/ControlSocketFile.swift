// The file of the control socket. Its permission is the credential.
//
// 1. It is replaced only under the ledger's lock: whoever made a stale one is gone.
// 2. It belongs to its owner alone, or to a group too when one is configured.

import Glibc

/// Why the control socket cannot be used.
package struct ControlSocketError: Error, Sendable, CustomStringConvertible {
    /// What is wrong, and the key to change.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The control socket in the file system.
package struct ControlSocketFile: Sendable {
    /// The most bytes of a Unix socket's path: `sun_path` less its end.
    package static let maximumPathBytes = 107

    private let path: String
    private let group: String?

    /// The socket of a configuration.
    package init(path: String, group: String?) {
        self.path = path
        self.group = group
    }

    /// Checks the path and removes a stale socket.
    ///
    /// - Throws: `ControlSocketError`.
    package func prepare() throws(ControlSocketError) {
        guard path.utf8.count <= Self.maximumPathBytes else {
            throw ControlSocketError(
                "the control socket's path has \(path.utf8.count) bytes, at most "
                    + "\(Self.maximumPathBytes) are possible: \(path); set a shorter one with the "
                    + "key `control_socket`")
        }
        if group != nil { _ = try groupIdentifier() }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT { return try requireDirectory() }
            throw failure("cannot be looked at")
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ControlSocketError(
                "\(path) exists and is no socket; move it away, or set another path with the key "
                    + "`control_socket`")
        }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw failure("is stale and cannot be removed")
        }
    }

    /// Sets mode and group of the socket that now listens.
    ///
    /// - Throws: `ControlSocketError`.
    package func protect() throws(ControlSocketError) {
        if group != nil {
            let identifier = try groupIdentifier()
            guard lchown(path, uid_t.max, identifier) == 0 else {
                throw failure("cannot be given to group \(group ?? "")")
            }
        }
        guard chmod(path, group == nil ? 0o600 : 0o660) == 0 else {
            throw failure("cannot be protected")
        }
    }

    /// Removes the socket at the end.
    package func remove() {
        unlink(path)
    }

    private func requireDirectory() throws(ControlSocketError) {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw ControlSocketError(
                "the control socket's directory \(directory) does not exist; create it, or set "
                    + "another path with the key `control_socket`")
        }
    }

    private func groupIdentifier() throws(ControlSocketError) -> gid_t {
        let name = group ?? ""
        var entry = Glibc.group()
        var buffer = [CChar](repeating: 0, count: 65_536)
        var found: UnsafeMutablePointer<Glibc.group>?
        guard getgrnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw ControlSocketError("control_socket_group: there is no group `\(name)`")
        }
        return entry.gr_gid
    }

    private func failure(_ what: String) -> ControlSocketError {
        ControlSocketError(
            "the control socket \(path) \(what): \(SystemError.text(errno)); see the keys "
                + "`control_socket` and `control_socket_group`")
    }
}

extension ControlSocketFile {
    /// Whether a client can ask on the socket.
    package enum Reachability: Sendable, Hashable {
        /// There is no such socket: no agent runs here.
        case absent
        /// There is one that this user may not use.
        case forbidden
        /// There is one.
        case present
    }

    /// Whether this user can ask on the socket.
    package var reachability: Reachability {
        if access(path, R_OK | W_OK) == 0 { return .present }
        return errno == EACCES ? .forbidden : .absent
    }
}
