// Finding and making the ledger's file, before SQLite opens it.

import Foundation
import Ports

/// How a ledger is opened.
package enum LedgerOpening: Sendable, Hashable {
    /// For the agent and for an import: made when missing, migrated when old.
    case createIfMissing
    /// For commands that change it: must be there, migrated when old.
    case existing
    /// For commands that look, also beside a running agent: must be there, nothing is changed and
    /// nothing is locked; one transaction sees one state.
    case readOnly
}

/// The file of a ledger.
struct SQLiteFile {
    /// The absolute path, links resolved, so that one file has one lock.
    let path: String

    /// Finds the ledger's directory and the file itself.
    ///
    /// - Throws: `StoreError.failed` naming what is missing.
    init(path given: String) throws(StoreError) {
        guard given.hasPrefix("/"), !given.hasSuffix("/") else {
            throw .failed("the ledger's path must be absolute and name a file: \(given)")
        }
        if let resolved = Self.resolved(given) {
            path = resolved
            return
        }
        let name = given.split(separator: "/").last.map(String.init) ?? ""
        let directory = String(given.dropLast(name.count))
        guard let resolved = Self.resolved(directory) else {
            throw .failed(
                "the ledger's directory \(directory) cannot be used: \(SystemFailure.text()); "
                    + "create it, owned by the agent's user, or change the ledger's path")
        }
        path = (resolved == "/" ? "" : resolved) + "/" + name
    }

    /// Makes sure that a plain file is there: with mode 0600 when it is made here.
    ///
    /// Called under the ledger's lock and before SQLite opens the file.
    func prepare(_ opening: LedgerOpening) throws(StoreError) {
        var status = stat()
        if stat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw .failed("the ledger \(path) is no plain file; change the ledger's path")
            }
            return
        }
        guard opening == .createIfMissing else {
            throw .failed("there is no ledger at \(path); check the path, or start the agent")
        }
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .failed(
                "cannot create the ledger \(path): \(SystemFailure.text()); check the owner and "
                    + "mode of its directory")
        }
        close(descriptor)
        syncDirectory()
    }

    /// The name of a new file is durable only once its directory is.
    private func syncDirectory() {
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) + "/"
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static func resolved(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }
}
