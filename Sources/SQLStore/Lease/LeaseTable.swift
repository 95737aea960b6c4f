// The lease in the ledger: one row that says who writes, checked by every write.
//
// 1. `epoch` moves with every holder. A write of a former epoch finds no row and is rolled back.
// 2. `writes` numbers the transactions, so that a commit whose answer got lost can be looked up,
//    and commits that a failover lost, or that a copy made before them lacks, are noticed.
// 3. Times are the database's own.

import Ports

/// The row of the lease.
struct LeaseRow: Sendable, Equatable {
    let ledger: String
    let epoch: Int64
    let writes: Int64
    /// In words; empty when nobody holds it.
    let holder: String
    /// `ProcessIdentity.text` of the holder.
    let process: String
    /// Milliseconds since the holder last wrote.
    let age: Int64
    let renewedAt: Int64

    var mark: LedgerMark { LedgerMark(ledger: ledger, epoch: epoch) }
    var memo: LedgerMemo { LedgerMemo(mark: mark, writes: writes) }

    /// Whether the holder wrote between two looks.
    func hasMoved(since other: LeaseRow) -> Bool {
        epoch != other.epoch || writes != other.writes || renewedAt != other.renewedAt
    }
}

/// The statements about the lease.
enum LeaseTable {
    /// Name of the table.
    static let name = "ledger_lease"

    /// Makes the table and its row where they are missing; otherwise nothing is changed.
    static func prepare(_ connection: any SQLConnection, _ dialect: SQLDialect) throws {
        let text = dialect.text + " NOT NULL"
        _ = try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS \(name) (
                id BIGINT PRIMARY KEY NOT NULL, ledger \(text), epoch BIGINT NOT NULL,
                writes BIGINT NOT NULL, holder \(text), process \(text),
                since BIGINT NOT NULL, renewed_at BIGINT NOT NULL
            )
            """, [])
        guard try connection.execute("SELECT 1 FROM \(name)", []).isEmpty else { return }
        _ = try connection.execute(
            """
            INSERT INTO \(name) (id, ledger, epoch, writes, holder, process, since, renewed_at)
            VALUES (1, $1, 0, 0, '', '', 0, 0)
            """, [.text(newIdentifier())])
    }

    /// Looks at the row.
    static func look(_ connection: any SQLConnection, _ dialect: SQLDialect) throws -> LeaseRow {
        let row = try connection.execute(
            """
            SELECT ledger, epoch, writes, holder, process, renewed_at,
                \(dialect.milliseconds) - renewed_at
            FROM \(name) WHERE id = 1
            """, []
        ).first
        guard let row else { throw missing }
        return LeaseRow(
            ledger: try row.text(0), epoch: try row.integer(1), writes: try row.integer(2),
            holder: try row.text(3), process: try row.text(4), age: try row.integer(6),
            renewedAt: try row.integer(5))
    }

    /// Takes the lease unless somebody wrote since it was looked at.
    ///
    /// - Returns: the new epoch; nil when somebody wrote.
    static func take(
        _ connection: any SQLConnection, _ dialect: SQLDialect, from row: LeaseRow,
        by process: ProcessIdentity
    ) throws -> Int64? {
        try connection.execute(
            """
            UPDATE \(name) SET epoch = epoch + 1, holder = $4, process = $5,
                since = \(dialect.milliseconds), renewed_at = \(dialect.milliseconds)
            WHERE id = 1 AND ledger = $1 AND epoch = $2 AND writes = $3 RETURNING epoch
            """,
            [
                .text(row.ledger), .integer(row.epoch), .integer(row.writes),
                .text(process.description), .text(process.text),
            ]
        ).first?.integer(0)
    }

    /// Checks the epoch, and keeps others from taking the lease until the transaction ends.
    ///
    /// - Parameter counts: whether the write gets a number of its own, not that of the last one.
    /// - Returns: the number of this write, nil when the epoch is over.
    static func confirm(
        _ connection: any SQLConnection, _ dialect: SQLDialect, _ mark: LedgerMark, counts: Bool
    ) throws -> Int64? {
        let condition = "id = 1 AND ledger = $1 AND epoch = $2"
        let sql =
            counts
            ? """
            UPDATE \(name) SET writes = writes + 1, renewed_at = \(dialect.milliseconds)
            WHERE \(condition) RETURNING writes
            """
            : "SELECT writes FROM \(name) WHERE \(condition)"
        return try connection.execute(sql, [.text(mark.ledger), .integer(mark.epoch)])
            .first?.integer(0)
    }

    /// How many writes were committed, once none is on its way any more.
    static func settledWrites(
        _ connection: any SQLConnection, _ dialect: SQLDialect, _ mark: LedgerMark
    ) throws -> Int64? {
        try connection.execute(
            """
            SELECT writes FROM \(name) WHERE id = 1 AND ledger = $1 AND epoch = $2
            \(dialect.forUpdate)
            """, [.text(mark.ledger), .integer(mark.epoch)]
        ).first?.integer(0)
    }

    /// Gives the lease back. The epoch moves, so that a copy made before is older than the ledger.
    static func release(_ connection: any SQLConnection, _ mark: LedgerMark) throws -> Int64? {
        try connection.execute(
            """
            UPDATE \(name) SET epoch = epoch + 1, holder = '', process = ''
            WHERE id = 1 AND ledger = $1 AND epoch = $2 RETURNING epoch
            """, [.text(mark.ledger), .integer(mark.epoch)]
        ).first?.integer(0)
    }

    private static var missing: StoreError {
        .failed(
            "the ledger is damaged or was changed by hand: the row of \(name) is missing; restore "
                + "a backup")
    }

    private static func newIdentifier() -> String {
        let digits = (0..<2).map { _ in
            let text = String(UInt64.random(in: 0...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return digits.joined()
    }
}
