// CSV that a spreadsheet shows and never runs.
//
// 1. A text that a spreadsheet would read as a formula gets an apostrophe in front; a number is
//    written as it is, also a negative one.
// 2. A text with an apostrophe of its own in front gets another, so that one can be taken away
//    again from every cell that begins with one.

/// A cell of a table.
package enum TableCell: Sendable, Hashable {
    /// Anything written by people or sources.
    case text(String)
    /// An exact number as the agent wrote it.
    case number(String)
    /// Nothing known.
    case empty
}

/// Writes CSV as RFC 4180 has it, with line feeds.
package enum SpreadsheetText {
    /// The heading and the rows.
    package static func write(heading: [String], rows: [[TableCell]]) -> String {
        ([heading.map(TableCell.text)] + rows).map(line).joined()
    }

    /// One row with its line feed.
    package static func line(_ cells: [TableCell]) -> String {
        cells.map(text).joined(separator: ",") + "\n"
    }

    /// The text of a cell without what `line` put in front.
    package static func unprotected(_ cell: String) -> String {
        cell.unicodeScalars.first == "'" ? String(cell.unicodeScalars.dropFirst()) : cell
    }

    private static func text(_ cell: TableCell) -> String {
        switch cell {
        case .empty: ""
        case .number(let number): quoted(number)
        case .text(let text): quoted(needsProtection(text) ? "'" + text : text)
        }
    }

    private static func needsProtection(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return "'=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first)
    }

    private static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else {
            return text
        }
        // Scalars, because "\r\n" and combined quotes are one Character.
        var output = "\""
        for scalar in text.unicodeScalars {
            output.unicodeScalars.append(scalar)
            if scalar == "\"" { output.unicodeScalars.append(scalar) }
        }
        return output + "\""
    }
}
