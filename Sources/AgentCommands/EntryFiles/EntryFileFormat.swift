// How entries are written to a file, one after the other.

import ExactJSON
import Ledger

/// A format of files of entries.
package enum EntryFileFormat: String, Sendable, Hashable, CaseIterable {
    /// RFC 4180 with a heading; cells are safe in a spreadsheet.
    case csv
    /// One JSON object a line.
    case jsonl

    /// What comes before the first entry.
    package var heading: String {
        switch self {
        case .csv:
            SpreadsheetText.line(EntryColumn.allCases.map { .text($0.rawValue) })
        case .jsonl: ""
        }
    }

    /// An entry's line or lines.
    package func text(of entry: Entry) -> String {
        switch self {
        case .csv:
            SpreadsheetText.line(
                EntryColumn.allCases.map { column in
                    let text = entry.text(column)
                    return Self.isNumber(column, text) ? .number(text) : .text(text)
                })
        case .jsonl:
            JSONValue.object(
                JSONObject(
                    EntryColumn.allCases.map { column in
                        (column.rawValue, Self.value(column, entry.text(column)))
                    })
            ).text(.compact) + "\n"
        }
    }

    private static func isNumber(_ column: EntryColumn, _ text: String) -> Bool {
        column.isNumber && JSONNumber(lexeme: text) != nil
    }

    private static func value(_ column: EntryColumn, _ text: String) -> JSONValue {
        guard column.isNumber, let number = JSONNumber(lexeme: text) else { return .string(text) }
        return .number(number)
    }
}
