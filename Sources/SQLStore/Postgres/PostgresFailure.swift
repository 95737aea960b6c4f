// PostgreSQL's SQLSTATEs in words for a person at 3 a.m., and what may be tried again.

import CLibpq
import Ports

/// A failed call of libpq.
struct PostgresFailure: Error {
    /// What can be done about it.
    enum Kind {
        /// The connection is gone; the transaction did not commit, unless it was committing.
        case lost
        /// Another transaction was in the way: the whole transaction may run again.
        case conflict
        /// The statement cannot be done.
        case refused
    }

    let kind: Kind
    /// What the store's caller sees.
    let storeError: StoreError

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        storeError = .failed(message)
    }

    /// A connection that could not be made.
    init(_ refusal: ConnectionRefusal, place: String) {
        let words = "the ledger \(place) cannot be reached: \(refusal.description)"
        kind = refusal.isFinal ? .refused : .lost
        storeError = refusal.isFinal ? .failed(words) : .unreachable(words)
    }

    /// The failure that a result or a broken connection tells.
    init(result: OpaquePointer?, connection: OpaquePointer?, place: String) {
        let state =
            result.flatMap { PQresultErrorField($0, 67) }.map { String(cString: $0) } ?? ""
        let told = result.flatMap { PQresultErrorField($0, 77) } ?? PQerrorMessage(connection)
        let message = PostgresText.oneLine(told.map { String(cString: $0) } ?? "no message")
        let isBroken = connection.map { PQstatus($0) != CONNECTION_OK } ?? true
        kind = isBroken ? .lost : Self.kind(of: state)
        let detail = state.isEmpty ? message : "\(message) (SQLSTATE \(state))"
        storeError = .failed(
            "the ledger \(place) \(Self.advice(state, kind)); PostgreSQL: \(detail)")
    }

    private static func kind(of state: String) -> Kind {
        switch state {
        // Serialization failure, deadlock, lock not available; two first starts at one moment.
        case "40001", "40P01", "55P03", "42P07", "42710": return .conflict
        // A standby: the primary is elsewhere by now.
        case "25006": return .lost
        default:
            // Connection exceptions, shutdown, crash, idle for too long.
            let isLoss =
                state.hasPrefix("08") || state.hasPrefix("57P") || state == "25P03"
            return isLoss ? .lost : .refused
        }
    }

    private static func advice(_ state: String, _ kind: Kind) -> String {
        switch state {
        case "53100":
            return
                "was not changed: its server's disk is full; free space, then it goes on by itself"
        case "53300":
            return "cannot be reached: its server has no free connection; raise max_connections"
        case "25006":
            return
                "was not changed: the server is a standby or read-only; name the primary, or all "
                + "hosts, in the URL"
        case "42501":
            return
                "was not changed: its user lacks a right; grant it CREATE and USAGE on its schema"
        case "55P03":
            return "was not changed: another session has it locked; end that session"
        case "57014":
            return "was not changed: the statement took too long; look at the server's load"
        case "XX001", "XX002", "58030":
            return "is damaged or its disk fails: stop the agent and restore a backup"
        case let state where state.hasPrefix("23") || state == "P0001":
            return "was not changed: it already holds such a row, or the row is never to change"
        default:
            return kind == .lost ? "lost its connection" : "was not changed"
        }
    }
}

/// The connection was lost while a transaction committed: whether it did is not known yet.
struct CommitUnknown: Error {
    /// What cut the answer off.
    let cause: StoreError
}
