// What goes into a statement and comes out of it, whatever the database.

import Credits
import Ports

/// A value of a statement's parameter or of a row's column.
package enum SQLValue: Sendable, Hashable {
    /// No value.
    case null
    /// BIGINT.
    case integer(Int64)
    /// DOUBLE PRECISION.
    case real(Double)
    /// TEXT in UTF-8, without U+0000.
    case text(String)
    /// BLOB or BYTEA.
    case blob([UInt8])

    /// The integer, or NULL for nil.
    static func optional(_ value: Int64?) -> SQLValue {
        value.map { .integer($0) } ?? .null
    }
}

/// One row of an answer, read by column position.
package struct SQLRow: Sendable, Hashable {
    /// The columns in the order of the statement.
    package let values: [SQLValue]

    /// A row of values.
    package init(_ values: [SQLValue]) {
        self.values = values
    }

    /// The integer in a column.
    ///
    /// - Throws: `StoreError.failed` when the column holds something else.
    func integer(_ column: Int) throws(StoreError) -> Int64 {
        guard case .integer(let value) = value(column) else {
            throw unexpected("an integer", in: column)
        }
        return value
    }

    /// Whether a column holds NULL.
    func isNull(_ column: Int) -> Bool {
        value(column) == .null
    }

    /// The integer in a column, nil for NULL.
    func optionalInteger(_ column: Int) throws(StoreError) -> Int64? {
        isNull(column) ? nil : try integer(column)
    }

    /// The integer in a column, as an `Int`.
    func count(_ column: Int) throws(StoreError) -> Int {
        guard let count = Int(exactly: try integer(column)) else {
            throw unexpected("a count", in: column)
        }
        return count
    }

    /// What can be read back as an instant, in milliseconds since 1970.
    static let instants: Range<Int64> = -253_402_300_800_000..<253_402_300_800_000
    /// What can be read back as a day, in days since 1970.
    static let days: Range<Int64> = -2_932_897..<2_932_897

    /// The instant in a column, in milliseconds since 1970.
    func instant(_ column: Int) throws(StoreError) -> Timestamp {
        Timestamp(milliseconds: try bounded(column, Self.instants))
    }

    /// The instant in a column, nil for NULL.
    func optionalInstant(_ column: Int) throws(StoreError) -> Timestamp? {
        isNull(column) ? nil : try instant(column)
    }

    /// The day in a column, in days since 1970.
    func day(_ column: Int) throws(StoreError) -> CalendarDay {
        CalendarDay(daysSinceEpoch: try bounded(column, Self.days))
    }

    /// The amount in a column, in micro-credits.
    func credits(_ column: Int) throws(StoreError) -> CreditAmount {
        CreditAmount(microCredits: try integer(column))
    }

    /// Times beyond the year 9999 are mistakes; arithmetic on them could overflow.
    private func bounded(_ column: Int, _ bounds: Range<Int64>) throws(StoreError) -> Int64 {
        let value = try integer(column)
        guard bounds.contains(value) else {
            throw unexpected("a time before the year 10000", in: column)
        }
        return value
    }

    /// The text in a column.
    func text(_ column: Int) throws(StoreError) -> String {
        guard case .text(let value) = value(column) else {
            throw unexpected("text", in: column)
        }
        return value
    }

    /// The bytes in a column; NULL gives none.
    func blob(_ column: Int) throws(StoreError) -> [UInt8] {
        switch value(column) {
        case .blob(let bytes): return bytes
        case .null: return []
        default: throw unexpected("bytes", in: column)
        }
    }

    private func value(_ column: Int) -> SQLValue {
        values.indices.contains(column) ? values[column] : .null
    }

    private func unexpected(_ wanted: String, in column: Int) -> StoreError {
        .failed(
            "the ledger is damaged or was changed by hand: column \(column + 1) of a row should "
                + "hold \(wanted), it holds \(value(column)); restore a backup")
    }
}
