// A copy of a ledger, made by SQLite itself, also beside a running agent.
//
// 1. The ledger is only read: no lock is taken, nothing is checkpointed.
// 2. The copy appears under its name whole, checked and synced, or not at all; a file that is
//    there already is never touched.

import Foundation
import Ports

/// Copies the SQLite ledger at an absolute path to another absolute path.
///
/// - Returns: the size of the copy in bytes.
/// - Throws: `StoreError.failed` when the ledger cannot be read or the copy cannot be written.
package func backUpSQLiteLedger(path: String, to target: String) async throws -> Int64 {
    try SQLiteBackup.requireFree(target)
    let partial = "\(target).partial-\(getpid())"
    try SQLiteBackup.requireFree(partial)
    do {
        try await SQLiteBackup.copy(path, to: partial)
        let size = try SQLiteBackup.settle(partial, as: target)
        unlink(partial)
        return size
    } catch {
        unlink(partial)
        throw error
    }
}

/// The steps of a backup.
private enum SQLiteBackup {
    /// Refuses to write where there is something.
    static func requireFree(_ path: String) throws(StoreError) {
        var status = stat()
        if lstat(path, &status) == 0 {
            throw .failed("\(path) exists already; name a file that does not")
        }
        guard errno == ENOENT else {
            throw .failed("cannot write the backup \(path): \(SystemFailure.text())")
        }
    }

    /// Copies, then opens the copy as a ledger is opened: that checks all of its pages.
    static func copy(_ path: String, to partial: String) async throws {
        let ledger = try SQLiteDriver(path: path, opening: .readOnly)
        do {
            try await ledger.copy(to: partial)
        } catch {
            try? await ledger.close()
            throw error
        }
        try await ledger.close()
        try await SQLiteDriver(path: partial, opening: .readOnly).close()
    }

    /// Syncs the copy and gives it its name, unless somebody took the name meanwhile.
    static func settle(_ partial: String, as target: String) throws(StoreError) -> Int64 {
        func failure() -> StoreError {
            .failed("cannot write the backup \(target): \(SystemFailure.text())")
        }
        let descriptor = open(partial, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0,
            fstat(descriptor, &status) == 0, link(partial, target) == 0
        else { throw failure() }
        let directory = String(target[..<(target.lastIndex(of: "/") ?? target.startIndex)]) + "/"
        let folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw failure() }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure() }
        return Int64(status.st_size)
    }
}
