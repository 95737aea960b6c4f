// Reading a file of entries, one after the other, knowing the line of each.
//
// 1. Only one entry is in memory at a time, of at most a mebibyte.
// 2. The format is told by the first byte: JSON lines begin with a brace.

import ExactJSON
import Ledger

/// Why a file of entries cannot be read on.
package struct EntryFileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Line of the file, from 1.
    package let line: Int
    /// What is wrong.
    package let message: String

    package var description: String { "line \(line): \(message)" }
}

/// An entry in a file.
package struct EntryRow: Sendable, Hashable {
    /// The line it begins in, from 1.
    package let line: Int
    /// Its columns.
    package let text: EntryText
}

/// Reads entries from bytes.
package struct EntryFileReader {
    /// Gives the next bytes; none at the end.
    package typealias Chunks = () throws -> [UInt8]

    private var records: RecordReader
    private var format: EntryFileFormat?

    /// A reader of a file that comes in chunks.
    package init(_ chunks: @escaping Chunks) {
        records = RecordReader(chunks)
    }

    /// The next entry; nil at the end.
    ///
    /// - Throws: `EntryFileError`, or what the chunks throw.
    package mutating func next() throws -> EntryRow? {
        let format = try begun()
        while true {
            let line = records.line
            switch format {
            case .csv:
                guard let cells = try records.cells() else { return nil }
                if cells == [""] { continue }
                return EntryRow(line: line, text: try Self.text(cells, line: line))
            case .jsonl:
                guard let bytes = try records.rawLine() else { return nil }
                if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
                return EntryRow(line: line, text: try Self.text(json: bytes, line: line))
            }
        }
    }

    /// The format, after the heading was read.
    private mutating func begun() throws -> EntryFileFormat {
        if let format { return format }
        let isJSON = try records.firstByte() == UInt8(ascii: "{")
        format = isJSON ? .jsonl : .csv
        if isJSON { return .jsonl }
        let names = EntryColumn.allCases.map(\.rawValue)
        guard let heading = try records.cells() else {
            throw EntryFileError(line: 1, message: "the file is empty")
        }
        guard heading == names else {
            throw EntryFileError(
                line: 1,
                message: "is not the heading of exported entries; expected "
                    + names.joined(separator: ","))
        }
        return .csv
    }

    private static func text(_ cells: [String], line: Int) throws(EntryFileError) -> EntryText {
        let columns = EntryColumn.allCases
        guard cells.count == columns.count else {
            throw EntryFileError(
                line: line, message: "has \(cells.count) cells, expected \(columns.count)")
        }
        return EntryText(
            Dictionary(
                zip(columns, cells.map(SpreadsheetText.unprotected)),
                uniquingKeysWith: { first, _ in first }))
    }

    private static func text(json bytes: [UInt8], line: Int) throws(EntryFileError) -> EntryText {
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            throw EntryFileError(line: line, message: "is no JSON: \(error)")
        }
        guard let object = value.objectValue else {
            throw EntryFileError(line: line, message: "is no object")
        }
        let names = EntryColumn.allCases.map(\.rawValue)
        if let stray = object.names.first(where: { !names.contains($0) }) {
            throw EntryFileError(
                line: line, message: "has a field of no entry: \(stray.prefix(80))")
        }
        var texts: [EntryColumn: String] = [:]
        for column in EntryColumn.allCases {
            let member = object[column.rawValue]
            guard let text = member?.stringValue ?? member?.numberLexeme else {
                throw EntryFileError(line: line, message: "lacks `\(column.rawValue)`")
            }
            texts[column] = text
        }
        return EntryText(texts)
    }
}
