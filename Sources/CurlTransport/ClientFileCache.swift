// The files of client certificates, read again when they change: certificates are renewed while
// the program runs.
//
// 1. A file is looked at before every request that needs it, and read when it is another one:
//    device, inode, size, time of the last change of content or of the entry.

import Glibc
import Ports

/// A client's certificate and key as PEM bytes.
struct ClientIdentity {
    /// The certificate, its chain behind it.
    var certificate: [UInt8]?
    /// Its key.
    var key: [UInt8]?
}

/// Certificate files as they were read last.
struct ClientFileCache {
    /// A file could not be used.
    struct Failure: Error {
        /// Which file, and what happened.
        let message: String
    }

    /// What tells a version of a file from the next.
    private struct Version: Equatable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        var modified: [Int]
    }

    private static let maximumBytes = 1 << 20
    private static let maximumFiles = 1024

    private var files: [String: (version: Version, bytes: [UInt8])] = [:]

    /// The certificate and key that a request needs.
    mutating func identity(
        of connection: ConnectionOptions
    ) throws(Failure) -> ClientIdentity {
        var identity = ClientIdentity()
        if let path = connection.clientCertificateFile {
            identity.certificate = try bytes(of: path, "client certificate")
        }
        if let path = connection.clientKeyFile {
            identity.key = try bytes(of: path, "key of the client certificate")
        }
        return identity
    }

    private mutating func bytes(of path: String, _ what: String) throws(Failure) -> [UInt8] {
        let name = "the \(what) \(path)"
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure(name) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.failure(name) }
        let version = Version(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            modified: [
                status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                status.st_ctim.tv_nsec,
            ])
        if let known = files[path], known.version == version { return known.bytes }
        let bytes = try Self.contents(of: descriptor, name)
        if files.count >= Self.maximumFiles { files = [:] }
        files[path] = (version, bytes)
        return bytes
    }

    private static func contents(
        of descriptor: Int32, _ name: String
    ) throws(Failure) -> [UInt8] {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(name)
            }
            guard count > 0 else { break }
            output += buffer[..<count]
            guard output.count <= maximumBytes else {
                throw Failure(message: "\(name) is larger than \(maximumBytes) bytes")
            }
        }
        guard !output.isEmpty else { throw Failure(message: "\(name) is empty") }
        return output
    }

    private static func failure(_ name: String) -> Failure {
        Failure(message: "\(name) cannot be read: \(String(cString: strerror(errno)))")
    }
}
