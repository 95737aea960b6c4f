// Files and environment of the operating system.

import AgentConfiguration
import Glibc

/// The real twin of the seam to files.
package struct SystemFileAccess: FileAccess, Sendable {
    /// The most bytes of one file that are read.
    private static let maximumBytes = 32 << 20

    /// The operating system's files.
    package init() {}

    package func bytes(of path: String) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw FileAccessError(SystemError.text(errno)) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileAccessError(SystemError.text(errno))
            }
            bytes += buffer.prefix(count)
            guard bytes.count <= Self.maximumBytes else {
                throw FileAccessError("larger than \(Self.maximumBytes >> 20) MiB")
            }
        }
    }

    package func paths(matching pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, GLOB_NOSORT, nil, &found) == 0, let paths = found.gl_pathv else {
            return []
        }
        return (0..<Int(found.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
            .sorted()
    }

    package func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    package func fingerprint(of path: String) -> FileFingerprint {
        var status = stat()
        guard stat(path, &status) == 0 else { return FileFingerprint([]) }
        return FileFingerprint([
            Int(truncatingIfNeeded: status.st_dev), Int(truncatingIfNeeded: status.st_ino),
            Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
            status.st_ctim.tv_sec, status.st_ctim.tv_nsec,
        ])
    }
}

/// Errors of system calls in words.
package enum SystemError {
    /// Words for a value of `errno`.
    package static func text(_ code: Int32) -> String {
        switch code {
        case ENOENT: return "no such file or directory"
        case EACCES, EPERM: return "permission denied"
        case EISDIR: return "is a directory"
        default:
            guard let words = strerror(code) else { return "error \(code)" }
            return String(cString: words)
        }
    }
}

/// Paths as the operating system understands them.
package enum SystemPath {
    /// The same place, whatever the working directory becomes.
    package static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard getcwd(&buffer, buffer.count) != nil else { return path }
        let directory = String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let name = path.hasPrefix("./") ? path.dropFirst(2) : path[...]
        return directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }
}
