// Parameters and columns in PostgreSQL's binary format: exact, and without quoting.

import CLibpq
import Ports

/// The parameters of one statement as libpq takes them.
struct PostgresParameters {
    private var types: [Oid] = []
    private var places: [(start: Int, count: Int)?] = []
    private var bytes: [UInt8] = []

    init(_ values: [SQLValue]) {
        for value in values { add(value) }
    }

    /// Runs a body with libpq's arrays: types, values, lengths, formats.
    func withArrays<Result>(
        _ body: (
            Int32, UnsafePointer<Oid>?, UnsafePointer<UnsafePointer<CChar>?>?,
            UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        // One byte more, so that an empty value has an address too: none would be NULL.
        (bytes + [0]).withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = places.map { place in place.flatMap { base?.advanced(by: $0.start) } }
            let lengths = places.map { Int32(truncatingIfNeeded: $0?.count ?? 0) }
            let formats = [Int32](repeating: 1, count: places.count)
            return body(Int32(places.count), types, values, lengths, formats)
        }
    }

    private mutating func add(_ value: SQLValue) {
        switch value {
        case .null: add(type: 0, nil)
        case .integer(let value): add(type: PostgresType.int8, value.bigEndian)
        case .real(let value): add(type: PostgresType.float8, value.bitPattern.bigEndian)
        case .text(let text): add(type: PostgresType.text, Array(text.utf8))
        case .blob(let bytes): add(type: PostgresType.bytea, bytes)
        }
    }

    private mutating func add(type: Oid, _ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value) { add(type: type, Array($0)) }
    }

    private mutating func add(type: Oid, _ value: [UInt8]?) {
        types.append(type)
        places.append(value.map { (bytes.count, $0.count) })
        bytes += value ?? []
    }
}

/// The types that the ledger's statements use, by their fixed numbers.
enum PostgresType {
    static let bool: Oid = 16
    static let bytea: Oid = 17
    static let name: Oid = 19
    static let int8: Oid = 20
    static let int2: Oid = 21
    static let int4: Oid = 23
    static let text: Oid = 25
    static let float8: Oid = 701
    static let unknown: Oid = 705
    static let varchar: Oid = 1043
}

/// Reads the rows of an answer.
enum PostgresRows {
    /// All rows.
    ///
    /// - Throws: `PostgresFailure` for a type that the ledger does not use.
    static func read(_ result: OpaquePointer) throws(PostgresFailure) -> [SQLRow] {
        let count = PQntuples(result)
        guard count > 0 else { return [] }
        let columns = PQnfields(result)
        let types = (0..<columns).map { PQftype(result, $0) }
        var rows: [SQLRow] = []
        rows.reserveCapacity(Int(count))
        for row in 0..<count {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns {
                values.append(try value(result, row, column, types[Int(column)]))
            }
            rows.append(SQLRow(values))
        }
        return rows
    }

    private static func value(
        _ result: OpaquePointer, _ row: Int32, _ column: Int32, _ type: Oid
    ) throws(PostgresFailure) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0,
            let start = PQgetvalue(result, row, column)
        else { return .null }
        let bytes = UnsafeRawBufferPointer(
            start: start, count: Int(PQgetlength(result, row, column)))
        switch type {
        case PostgresType.int8, PostgresType.int4, PostgresType.int2:
            return .integer(integer(bytes))
        case PostgresType.bool: return .integer(bytes.first == 0 ? 0 : 1)
        case PostgresType.text, PostgresType.varchar, PostgresType.name, PostgresType.unknown:
            return .text(String(decoding: bytes, as: UTF8.self))
        case PostgresType.bytea: return .blob(Array(bytes))
        case PostgresType.float8:
            return .real(Double(bitPattern: UInt64(bitPattern: integer(bytes))))
        default:
            throw PostgresFailure(
                .refused, "the ledger answered with a type that it does not use (\(type))")
        }
    }

    /// A big-endian integer of up to eight bytes with its sign.
    private static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        let isNegative = bytes.first.map { $0 & 0x80 != 0 } ?? false
        return bytes.prefix(8).reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }
    }
}
