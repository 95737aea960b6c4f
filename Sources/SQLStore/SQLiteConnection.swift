// One SQLite transaction's statements. GRDB owns the connection and its transactions; binding and
// stepping go to SQLite itself, since posting is made of nothing else.
//
// 1. The first failure is kept: the driver rolls back even if the body swallowed it.
// 2. A statement is reset before its rows are given away, so none is ever in progress.

import GRDB
import GRDBSQLite
import Ports

/// `SQLConnection` over GRDB's database handle; lives as long as one transaction.
final class SQLiteConnection: SQLConnection {
    private let database: Database
    private let statements: SQLiteStatements
    private let place: String
    /// The first failure of this transaction.
    private(set) var failure: SQLiteFailure?

    /// A connection for one transaction on the file at a place.
    init(_ database: Database, _ statements: SQLiteStatements, place: String) {
        self.database = database
        self.statements = statements
        self.place = place
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(StoreError) -> [SQLRow] {
        do {
            let statement = try statements.statement(sql, in: database)
            return try Self.rows(of: statement.sqliteStatement, parameters, sql)
        } catch {
            let failure = SQLiteFailure(error, place: place)
            self.failure = self.failure ?? failure
            throw failure.storeError
        }
    }

    private static func rows(
        of statement: OpaquePointer, _ parameters: [SQLValue], _ sql: String
    ) throws -> [SQLRow] {
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        guard Int(sqlite3_bind_parameter_count(statement)) == parameters.count else {
            throw DatabaseError(
                resultCode: .SQLITE_MISUSE, message: "wrong number of parameters", sql: sql)
        }
        for (index, value) in parameters.enumerated() {
            guard value.bind(to: statement, at: Int32(index + 1)) == SQLITE_OK else {
                throw error(of: statement, sql)
            }
        }
        let columns = sqlite3_column_count(statement)
        var rows: [SQLRow] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                rows.append(SQLRow((0..<columns).map { SQLValue(statement, $0) }))
            case SQLITE_DONE:
                return rows
            default:
                throw error(of: statement, sql)
            }
        }
    }

    private static func error(of statement: OpaquePointer, _ sql: String) -> DatabaseError {
        let connection = sqlite3_db_handle(statement)
        return DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: sqlite3_errmsg(connection).map { String(cString: $0) }, sql: sql)
    }
}

/// The prepared statements of a connection, by the text before `$N` was rewritten.
///
/// Confined to the connection's queue.
final class SQLiteStatements: @unchecked Sendable {
    // Safe to share: used by jobs of the connection's serial queue alone.
    private static let maximum = 300
    private var prepared: [String: Statement] = [:]

    /// The statement of a text, prepared once.
    func statement(_ sql: String, in database: Database) throws -> Statement {
        if let known = prepared[sql] { return known }
        let statement = try database.makeStatement(sql: SQLiteParameters.rewritten(sql))
        if prepared.count >= Self.maximum { prepared.removeAll() }
        prepared[sql] = statement
        return statement
    }

    /// Gives all of them back; a connection with statements does not close.
    func clear() {
        prepared.removeAll()
    }
}

extension SQLValue {
    /// SQLite's mark for values that it must copy.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    fileprivate func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .null: return sqlite3_bind_null(statement, index)
        case .integer(let value): return sqlite3_bind_int64(statement, index, value)
        case .real(let value): return sqlite3_bind_double(statement, index, value)
        case .text(var text):
            return text.withUTF8 { bytes in
                // The address of an empty text may be none, which would bind NULL.
                guard let start = bytes.baseAddress, !bytes.isEmpty else {
                    return sqlite3_bind_text(statement, index, "", 0, Self.copied)
                }
                return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                    sqlite3_bind_text(
                        statement, index, $0, Int32(clamping: bytes.count), Self.copied)
                }
            }
        case .blob(let bytes):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return sqlite3_bind_blob(
                statement, index, bytes, Int32(clamping: bytes.count), Self.copied)
        }
    }

    fileprivate init(_ statement: OpaquePointer, _ column: Int32) {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: self = .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: self = .real(sqlite3_column_double(statement, column))
        case SQLITE_TEXT:
            let bytes = UnsafeBufferPointer(
                start: sqlite3_column_text(statement, column),
                count: Int(sqlite3_column_bytes(statement, column)))
            self = .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            let bytes = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(statement, column),
                count: Int(sqlite3_column_bytes(statement, column)))
            self = .blob(Array(bytes))
        default: self = .null
        }
    }
}
