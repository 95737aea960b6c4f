// SQLite's result codes in words for a person at 3 a.m.

import GRDB
import Ports

/// A failed SQLite call.
struct SQLiteFailure: Error {
    /// What the store's caller sees.
    let storeError: StoreError
    /// A sync that failed once is never retried: what reached the disk is unknown.
    let isFinal: Bool

    /// The failure behind any error of GRDB's, on the file at a place.
    init(_ error: any Error, place: String) {
        guard let error = error as? DatabaseError else {
            storeError = .failed("the ledger \(place) failed: \(error)")
            isFinal = false
            return
        }
        let finalCodes: [ResultCode] = [.SQLITE_IOERR_FSYNC, .SQLITE_IOERR_DIR_FSYNC]
        isFinal = finalCodes.contains(error.extendedResultCode)
        let detail =
            "SQLite: \(error.message ?? "no message") "
            + "(code \(error.extendedResultCode.rawValue))"
        let advice = Self.advice(for: error.resultCode, isFinal: isFinal)
        let words = "the ledger \(place) \(advice); \(detail)"
        storeError = isFinal ? .untrusted(words) : .failed(words)
    }

    private static func advice(for code: ResultCode, isFinal: Bool) -> String {
        if isFinal {
            return "could not be synced to its disk, so what it holds is unknown: check the "
                + "disk; the agent ends, and reads it anew when it is started again"
        }
        switch code {
        case .SQLITE_FULL:
            return "was not changed: its disk is full; free space, then it goes on by itself"
        case .SQLITE_IOERR:
            return "was not changed: its disk is full or failing; free space or check the disk"
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            return "is damaged or is no ledger: stop the agent and restore a backup"
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return "was not changed: another program has it locked; end that program"
        case .SQLITE_READONLY:
            return "cannot be written: check its owner and mode, and that its file system is "
                + "not mounted read-only"
        case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            return "cannot be opened: check the owner and mode of the file and its directory"
        case .SQLITE_CONSTRAINT:
            return "was not changed: it already holds such a row, or the row is never to change"
        default:
            return "was not changed"
        }
    }
}
