// One SQLite transaction's statements, through GRDB.
//
// 1. The first failure is kept: the driver rolls back even if the body swallowed it.

import Foundation
import GRDB
import Ports

/// `SQLConnection` over GRDB's database handle; lives as long as one transaction.
final class SQLiteConnection: SQLConnection {
    private let database: Database
    private let place: String
    /// The first failure of this transaction.
    private(set) var failure: SQLiteFailure?

    /// A connection for one transaction on the file at a place.
    init(_ database: Database, place: String) {
        self.database = database
        self.place = place
    }

    func execute(_ sql: String, _ parameters: [SQLValue]) throws(StoreError) -> [SQLRow] {
        do {
            return try rows(of: SQLiteParameters.rewritten(sql), parameters)
        } catch {
            let failure = SQLiteFailure(error, place: place)
            self.failure = self.failure ?? failure
            throw failure.storeError
        }
    }

    private func rows(of sql: String, _ parameters: [SQLValue]) throws -> [SQLRow] {
        let statement = try database.cachedStatement(sql: sql)
        let arguments = StatementArguments(parameters.map(\.databaseValue))
        guard statement.columnCount > 0 else {
            try statement.execute(arguments: arguments)
            return []
        }
        var rows: [SQLRow] = []
        let cursor = try Row.fetchCursor(statement, arguments: arguments)
        while let row = try cursor.next() {
            rows.append(SQLRow(row.databaseValues.map(SQLValue.init)))
        }
        return rows
    }
}

extension SQLValue {
    /// The value for GRDB.
    fileprivate var databaseValue: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let value): value.databaseValue
        case .real(let value): value.databaseValue
        case .text(let text): text.databaseValue
        case .blob(let bytes): Data(bytes).databaseValue
        }
    }

    /// The value from GRDB.
    fileprivate init(_ value: DatabaseValue) {
        self =
            switch value.storage {
            case .null: .null
            case .int64(let value): .integer(value)
            case .double(let value): .real(value)
            case .string(let text): .text(text)
            case .blob(let data): .blob(Array(data))
            }
    }
}
