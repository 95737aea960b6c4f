// Which file a path names, by asking the file system only.
//
// 1. The ledger is never opened here: closing any descriptor of a file drops every POSIX lock
//    that the process holds on it, and with them SQLite's.

import Foundation

/// Device and inode of a file.
struct FileIdentity: Sendable, Hashable {
    private let device: UInt64
    private let inode: UInt64

    /// The file that a path names; nil when there is none.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// The file behind a descriptor.
    init?(descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
    }
}

/// The files of an open ledger, as they were when it was opened.
struct LedgerPresence: Sendable {
    private let path: String
    private let identities: [(path: String, identity: FileIdentity)]

    /// Remembers the ledger and its write-ahead log.
    init(path: String) {
        self.path = path
        identities = [path, path + "-wal"].compactMap { path in
            FileIdentity(path: path).map { (path, $0) }
        }
    }

    /// What is wrong; nil while the paths still name the open files.
    var loss: String? {
        for (path, identity) in identities {
            guard let now = FileIdentity(path: path) else {
                return "\(path) was deleted while it was in use"
            }
            if now != identity { return "\(path) was replaced while it was in use" }
        }
        return nil
    }
}
