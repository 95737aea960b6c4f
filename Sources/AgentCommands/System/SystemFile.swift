// Files that are read and written piece by piece.
//
// 1. A written file appears under its name whole, or not at all.

import Glibc

/// Why a file cannot be used.
package struct SystemFileError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ what: String, _ path: String) {
        description = "\(path): \(what)"
    }
}

/// A file that is read in chunks.
package final class SystemFileReader {
    private static let chunkBytes = 1 << 16

    private let descriptor: Int32
    private let path: String

    /// Opens a file.
    package init(path: String) throws(SystemFileError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw SystemFileError(SystemError.text(errno), path) }
    }

    deinit { close(descriptor) }

    /// The next bytes; none at the end.
    package func next() throws(SystemFileError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: Self.chunkBytes)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count >= 0 { return Array(buffer.prefix(count)) }
            if errno != EINTR { throw SystemFileError(SystemError.text(errno), path) }
        }
    }
}

/// A file that is written piece by piece and takes its name at the end.
package final class SystemFileWriter {
    private let descriptor: Int32
    private let path: String
    private let partial: String
    private var isFinished = false

    /// Begins a file that only its owner may read.
    package init(path: String) throws(SystemFileError) {
        self.path = path
        partial = "\(path).partial-\(getpid())"
        descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemFileError(SystemError.text(errno), path) }
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(partial) }
    }

    /// Adds a text.
    package func write(_ text: String) throws(SystemFileError) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                start += count
            } else if errno != EINTR {
                throw SystemFileError(SystemError.text(errno), path)
            }
        }
    }

    /// Gives the file its name, in place of a former one.
    package func finish() throws(SystemFileError) {
        guard fsync(descriptor) == 0, rename(partial, path) == 0 else {
            throw SystemFileError(SystemError.text(errno), path)
        }
        isFinished = true
    }
}
