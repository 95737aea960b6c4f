// CSV that a spreadsheet shows and never runs.
//
// 1. A text that a spreadsheet would read as a formula gets an apostrophe in front; a number is
//    written as it is, also a negative one.

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
        let lines = [heading.map(TableCell.text)] + rows
        return lines.map { $0.map(text).joined(separator: ",") + "\n" }.joined()
    }

    private static func text(_ cell: TableCell) -> String {
        switch cell {
        case .empty: ""
        case .number(let number): quoted(number)
        case .text(let text): quoted(isFormula(text) ? "'" + text : text)
        }
    }

    private static func isFormula(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first else { return false }
        return "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first)
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
