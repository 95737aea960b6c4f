// The answers of …/audit and …/transitions for people: one list, newest first.

import Credits
import ExactJSON

/// Changes, blocks and resumes of an organization as a table.
package struct ChangeReport: Sendable {
    private let rows: [(at: String, cells: [String])]

    /// The newest changes and transitions, in the shape of the API.
    package init(changes: JSONValue, transitions: JSONValue, limit: Int) {
        let changed = (changes.arrayValue ?? []).map { change in
            let cells = ["action", "actor", "before", "after", "reason"].map {
                change[$0]?.stringValue ?? ""
            }
            return (at: change["at"]?.stringValue ?? "", cells: cells)
        }
        let moved = (transitions.arrayValue ?? []).map { transition in
            let used = transition["used"]?.numberLexeme ?? "?"
            let cells = [
                "limit.\(transition["kind"]?.stringValue ?? "?")", "", "",
                "used \(used) of \(transition["limit"]?.numberLexeme ?? "?")",
                transition["cause"]?.stringValue ?? "",
            ]
            return (at: transition["at"]?.stringValue ?? "", cells: cells)
        }
        // What a change caused stands above it, as the later one of the two.
        let sorted = (moved + changed).enumerated().sorted { left, right in
            let instants = [left, right].map {
                Timestamp(rfc3339: $0.element.at)?.milliseconds ?? 0
            }
            return instants[0] == instants[1]
                ? left.offset < right.offset : instants[0] > instants[1]
        }
        rows = sorted.prefix(limit).map(\.element)
    }

    /// The table, or that there is nothing.
    package var text: String {
        guard !rows.isEmpty else { return "nothing has changed yet\n" }
        var table = TextTable(["AT", "WHAT", "BY", "BEFORE", "AFTER", "WHY"])
        for row in rows { table.add([.text(row.at)] + row.cells.map { .text($0) }) }
        return table.text
    }
}
