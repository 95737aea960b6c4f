// Tables for a terminal: columns as wide as they need, numbers to the right.

/// A table of text.
package struct TextTable: Sendable {
    private let heading: [String]
    private var rows: [[TableCell]] = []

    /// A table without rows.
    package init(_ heading: [String]) {
        self.heading = heading
    }

    /// Adds a row; missing cells are empty.
    package mutating func add(_ row: [TableCell]) {
        rows.append(row)
    }

    /// Whether there are no rows.
    package var isEmpty: Bool { rows.isEmpty }

    /// The heading and the rows, without trailing spaces, each line with its line feed.
    package var text: String {
        let table = rows.map { row in heading.indices.map { $0 < row.count ? row[$0] : .empty } }
        let widths = heading.indices.map { column in
            table.map { Self.text($0[column]).count }.reduce(heading[column].count, max)
        }
        let isNumeric = heading.indices.map { column in
            table.contains { if case .number = $0[column] { true } else { false } }
        }
        func line(_ cells: [String]) -> String {
            var line = zip(cells.indices, cells).map { column, cell in
                let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
                return isNumeric[column] ? space + cell : cell + space
            }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        return ([heading] + table.map { $0.map(Self.text) }).map(line).joined()
    }

    private static func text(_ cell: TableCell) -> String {
        switch cell {
        case .text(let text), .number(let text): LineText.printable(text)
        case .empty: ""
        }
    }
}
