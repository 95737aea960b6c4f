// The PostgreSQL driver: one connection writes, a few read.
//
// 1. Everything of libpq happens on threads of its own.
// 2. Nothing is kept in a server's session, so a pooler in transaction mode may stand between.

import Ports
import Synchronization

/// A ledger in a PostgreSQL database.
package final class PostgresDriver: SQLDriver {
    private let url: PostgresURL
    private let options: PostgresOptions
    private let opening: LedgerOpening
    private let writer: PostgresLane
    private let readers: PostgresLane
    private let isClosed = Mutex(false)
    package let summary: String

    private init(
        _ url: PostgresURL, _ opening: LedgerOpening, _ options: PostgresOptions,
        writer: PostgresLane, version: String
    ) {
        self.url = url
        self.opening = opening
        self.options = options
        self.writer = writer
        readers = PostgresLane(name: "ledger-read", threads: options.readers) {
            // A standby may lag behind what this agent has written.
            PostgresSession(url: url, options: options, writes: opening != .readOnly)
        }
        summary = "PostgreSQL \(version) at \(url.place)"
    }

    deinit {
        writer.stop()
        readers.stop()
    }

    /// Connects and refuses what is no ledger.
    ///
    /// - Throws: `StoreError.failed`.
    package static func open(
        _ url: PostgresURL, opening: LedgerOpening, options: PostgresOptions = PostgresOptions()
    ) async throws -> PostgresDriver {
        let writer = PostgresLane(name: "ledger-write", threads: 1) {
            PostgresSession(url: url, options: options, writes: opening != .readOnly)
        }
        do {
            let version = try await writer.run { session in
                let transaction = PostgresTransaction(
                    session: session, options: options, access: .read)
                try transaction.run { try requireOwnSchema($0, url, opening) }
                return session.serverVersion
            }
            return PostgresDriver(url, opening, options, writer: writer, version: version)
        } catch {
            await writer.close()
            throw error
        }
    }

    package var dialect: SQLDialect { .postgres }

    package var excludesOthers: Bool { false }

    package var search: Duration { options.search }

    private var memory: LedgerMemory? {
        options.memory.map { LedgerMemory(path: $0, place: url.identity) }
    }

    package func lastLedger() -> LedgerMemo? { memory?.memo }

    package func remember(_ memo: LedgerMemo) { memory?.write(memo) }

    package func tell(_ words: String) { options.tell(words) }

    package var memoryPlace: String { options.memory ?? "" }

    package func transaction<Value: Sendable>(
        _ access: SQLAccess, _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        if access != .read, opening == .readOnly {
            throw StoreError.failed("the ledger \(url.place) was opened for reading only")
        }
        let lane = access == .read ? readers : writer
        return try await lane.run { [options] session in
            try PostgresTransaction(session: session, options: options, access: access).run(body)
        }
    }

    package func checkPresence() async throws {
        if isClosed.withLock({ $0 }) { throw StoreError.failed("the ledger is closed") }
    }

    package func close() async throws {
        isClosed.withLock { $0 = true }
        await writer.close()
        await readers.close()
    }

    private static func requireOwnSchema(
        _ connection: any SQLConnection, _ url: PostgresURL, _ opening: LedgerOpening
    ) throws {
        let schema = try connection.execute("SELECT CAST(current_schema() AS TEXT)", []).first
        guard let schema, !schema.isNull(0) else {
            throw StoreError.failed(
                "\(url.place) has no schema to create tables in: create one, or set the "
                    + "search_path of its user")
        }
        let tables = try connection.execute(
            """
            SELECT CAST(relname AS TEXT) FROM pg_catalog.pg_class
            JOIN pg_catalog.pg_namespace ON pg_namespace.oid = relnamespace
            WHERE nspname = current_schema() AND relkind IN ('r', 'p', 'v', 'm', 'f')
            ORDER BY relname
            """, []
        ).map { try $0.text(0) }
        guard let first = tables.first else {
            if opening == .createIfMissing { return }
            throw StoreError.failed(
                "there is no ledger at \(url.place); check the URL, or start the agent")
        }
        guard tables.contains("schema_versions"), tables.contains(LeaseTable.name) else {
            throw StoreError.failed(
                "\(url.place) holds another program's tables (\(first)); give the ledger a "
                    + "database or a schema of its own")
        }
    }
}
