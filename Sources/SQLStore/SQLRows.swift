// All tables within one transaction. The protocols' parts are in the extensions.
//
// 1. A failed change fails the transaction, even if the body swallowed its error: what was
//    written before the failure would be half of something.
// 2. What reading would refuse is not written.

import Credits
import Foundation
import Ports

/// `StoreRows` over a connection; lives as long as one transaction.
final class SQLRows: StoreRows {
    private let connection: any SQLConnection
    private var failure: StoreError?

    private init(_ connection: any SQLConnection) {
        self.connection = connection
    }

    /// Runs a body over the tables as a connection's transaction sees them.
    static func transact<Value>(
        on connection: any SQLConnection, _ body: (any StoreRows) throws -> Value
    ) throws -> Value {
        let rows = SQLRows(connection)
        let value = try body(rows)
        if let failure = rows.failure { throw failure }
        return value
    }

    /// Runs one statement.
    @discardableResult
    func run(_ sql: String, _ parameters: [SQLValue] = []) throws(StoreError) -> [SQLRow] {
        for case .text(let text) in parameters where Self.holdsNUL(text) {
            throw failing(
                "text with a NUL character cannot be stored: \(text.prefix(80).debugDescription)")
        }
        do throws(StoreError) {
            return try connection.execute(sql, parameters)
        } catch {
            failure = failure ?? error
            throw error
        }
    }

    private static func holdsNUL(_ text: String) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { bytes in
            bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
        } ?? text.utf8.contains(0)
    }

    /// The error of a refused change; it fails the transaction.
    func failing(_ message: String) -> StoreError {
        let error = StoreError.failed(message)
        failure = failure ?? error
        return error
    }

    /// An instant to be kept. What reading would refuse is not written: a ledger that holds it
    /// does not open any more.
    func kept(_ instant: Timestamp) throws(StoreError) -> SQLValue {
        try kept(instant.milliseconds, SQLRow.instants)
    }

    /// A day to be kept.
    func kept(_ day: CalendarDay) throws(StoreError) -> SQLValue {
        try kept(day.daysSinceEpoch, SQLRow.days)
    }

    private func kept(_ value: Int64, _ bounds: Range<Int64>) throws(StoreError) -> SQLValue {
        guard bounds.contains(value) else {
            throw failing(
                "a time beyond the year 9999 cannot be kept (\(value)); nothing was written")
        }
        return .integer(value)
    }

    /// The first of `count` numbers of a counter that were never given before.
    func reserve(_ count: Int, of counter: String) throws(StoreError) -> Int64 {
        let rows = try run(
            """
            INSERT INTO counters (name, value) VALUES ($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = counters.value + excluded.value
            RETURNING value
            """, [.text(counter), .integer(Int64(count))])
        guard let last = try rows.first?.integer(0) else {
            throw failing("the counter \(counter) gave no number")
        }
        return last - Int64(count) + 1
    }

    /// A value that must be one of a closed list.
    func known<Value>(_ value: Value?, _ what: String, _ text: String) throws(StoreError) -> Value {
        guard let value else {
            throw .failed(
                "the ledger holds \(what) that this program does not know: "
                    + text.prefix(80).debugDescription)
        }
        return value
    }

    /// `$first, $first+1 …` for a list of values.
    func placeholders(_ count: Int, from first: Int) -> String {
        (0..<count).map { "$\(first + $0)" }.joined(separator: ", ")
    }
}
