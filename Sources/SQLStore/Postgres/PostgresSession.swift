// One connection to PostgreSQL. It belongs to the thread that made it.
//
// 1. Every wait has a deadline; a server that does not answer in time is lost.
// 2. A lost connection is closed at once, and made again when it is needed, with growing pauses.
// 3. Nothing is kept in the server's session: behind a pooler the next transaction may run in
//    another one. Settings are made within each transaction.

import CLibpq
import Foundation
import Ports

/// A connection that is made when it is needed.
final class PostgresSession {
    private let url: PostgresURL
    private let options: PostgresOptions
    private let writes: Bool
    private var handle: OpaquePointer?
    private var failures = 0
    private var nextAttempt = ContinuousClock.now
    private var lastFailure: PostgresFailure?

    /// A session that is not connected; one of a ledger that is written looks for the primary.
    init(url: PostgresURL, options: PostgresOptions, writes: Bool) {
        self.url = url
        self.options = options
        self.writes = writes
    }

    /// Version of the server, such as `15.4`; empty before the first connection.
    var serverVersion: String {
        guard let handle, let text = PQparameterStatus(handle, "server_version") else { return "" }
        return String(cString: text).split(separator: " ").first.map(String.init) ?? ""
    }

    /// Closes the connection.
    func drop() {
        PQfinish(handle)
        handle = nil
    }

    // MARK: Connecting

    /// Makes sure of a connection, with as many attempts as fit before a deadline.
    func connect(until deadline: ContinuousClock.Instant) throws(PostgresFailure) {
        if let handle, PQstatus(handle) == CONNECTION_OK { return }
        drop()
        while true {
            let pause = nextAttempt - .now
            if pause > .zero {
                if let lastFailure, nextAttempt > deadline { throw lastFailure }
                Thread.sleep(forTimeInterval: Double(pause.milliseconds + 1) / 1_000)
            }
            do throws(PostgresFailure) {
                try connectOnce()
                failures = 0
                lastFailure = nil
                return
            } catch {
                drop()
                failures += 1
                lastFailure = error
                let longest = min(5_000, 50 << min(failures, 7))
                nextAttempt = .now + .milliseconds(Int.random(in: longest / 2...longest))
                if error.kind == .refused || .now >= deadline { throw error }
            }
        }
    }

    private func connectOnce() throws(PostgresFailure) {
        let settings = [
            // Before the URL: it may say otherwise.
            ("connect_timeout", String(max(2, options.connect.milliseconds / 1_000))),
            ("fallback_application_name", "ai-credits-agent"),
            ("target_session_attrs", writes ? "read-write" : "any"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", String(options.answer.milliseconds)),
            ("dbname", url.text),
            ("client_encoding", "UTF8"),
        ]
        handle = Self.withCStrings(settings.map(\.0)) { names in
            Self.withCStrings(settings.map(\.1)) { PQconnectdbParams(names, $0, 1) }
        }
        guard let handle, PQstatus(handle) == CONNECTION_OK else {
            let words = handle.flatMap { PQerrorMessage($0) }.map { String(cString: $0) }
            let message = PostgresText.oneLine(words ?? "out of memory", hiding: url.text)
            throw PostgresFailure(ConnectionRefusal(message), place: url.place)
        }
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        PQsetnonblocking(handle, 1)
        try requireFitness(of: handle)
    }

    private func requireFitness(of handle: OpaquePointer) throws(PostgresFailure) {
        let encoding = PQparameterStatus(handle, "server_encoding").map { String(cString: $0) }
        guard encoding == nil || encoding == "UTF8" else {
            throw PostgresFailure(
                .refused,
                "the database of \(url.place) is in \(encoding ?? ""); create one in UTF8")
        }
        guard PQserverVersion(handle) >= 120_000 else {
            throw PostgresFailure(
                .refused, "\(url.place) is PostgreSQL \(serverVersion); 12 or newer is needed")
        }
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        return body(copies.map { UnsafePointer($0) } + [nil])
    }

    // MARK: Statements

    /// Runs statements without parameters in one message; what they answer is passed over.
    ///
    /// - Returns: the last command tag, such as `COMMIT`.
    @discardableResult
    func run(_ sql: String, within limit: Duration) throws(PostgresFailure) -> String {
        guard let handle else { throw notConnected }
        guard PQsendQuery(handle, sql) == 1 else { throw broken(nil) }
        let result = try answer(within: limit)
        defer { PQclear(result) }
        return PQcmdStatus(result).map { String(cString: $0) } ?? ""
    }

    /// Runs one statement.
    func query(
        _ sql: String, _ parameters: [SQLValue], within limit: Duration
    ) throws(PostgresFailure) -> [SQLRow] {
        guard let handle else { throw notConnected }
        let isSent = PostgresParameters(parameters).withArrays {
            PQsendQueryParams(handle, sql, $0, $1, $2, $3, $4, 1)
        }
        guard isSent == 1 else { throw broken(nil) }
        let result = try answer(within: limit)
        defer { PQclear(result) }
        guard let result else { return [] }
        return try PostgresRows.read(result)
    }

    private var notConnected: PostgresFailure {
        PostgresFailure(.lost, "the ledger \(url.place) is not connected")
    }

    /// The failure of a call; a connection that is of no more use is closed.
    private func broken(_ result: OpaquePointer?) -> PostgresFailure {
        let failure = PostgresFailure(result: result, connection: handle, place: url.place)
        if failure.kind == .lost { drop() }
        return failure
    }

    /// The last result of what was sent; the first failed one is thrown.
    private func answer(within limit: Duration) throws(PostgresFailure) -> OpaquePointer? {
        let deadline = ContinuousClock.now + limit
        var last: OpaquePointer?
        var failure: PostgresFailure?
        while true {
            do throws(PostgresFailure) {
                try awaitResult(until: deadline)
            } catch {
                PQclear(last)
                throw failure ?? error
            }
            guard let handle, let result = PQgetResult(handle) else { break }
            PQclear(last)
            last = result
            let status = PQresultStatus(result)
            let isFine =
                status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK
                || status == PGRES_EMPTY_QUERY
            if !isFine, failure == nil {
                failure = PostgresFailure(result: result, connection: handle, place: url.place)
            }
        }
        guard let failure else { return last }
        PQclear(last)
        if failure.kind == .lost { drop() }
        throw failure
    }

    /// Sends what is left and reads until a result is whole.
    private func awaitResult(until deadline: ContinuousClock.Instant) throws(PostgresFailure) {
        guard let handle else { throw notConnected }
        while true {
            let flushed = PQflush(handle)
            if flushed < 0 { throw broken(nil) }
            if flushed == 0, PQisBusy(handle) == 0 { return }
            let rest = deadline - .now
            guard rest > .zero else {
                drop()
                throw PostgresFailure(
                    .lost,
                    "the ledger \(url.place) did not answer in time: its server is stopped or "
                        + "overloaded, or the way to it is cut")
            }
            var wanted = pollfd(
                fd: PQsocket(handle), events: Int16(POLLIN | (flushed == 1 ? POLLOUT : 0)),
                revents: 0)
            _ = poll(&wanted, 1, Int32(clamping: min(rest.milliseconds + 1, 60_000)))
            if wanted.revents & Int16(POLLIN | POLLERR | POLLHUP) != 0,
                PQconsumeInput(handle) == 0
            {
                throw broken(nil)
            }
        }
    }
}
