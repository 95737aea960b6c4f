// The events of a poll of whole days, each identity once.
//
// 1. An identity that comes again replaces what it said before: the later page is the newer one.

import Credits

/// Gathers the rows of events until the poll is complete.
struct EventFold {
    private let rules: EventRules
    /// A row and the days that were asked for.
    struct Row {
        let place: RowPlace
        let span: RequestSpan
    }

    private var rows: [Row] = []
    private var indices: [String: Int] = [:]
    /// Rows that replaced an earlier one.
    private(set) var repeatedCount = 0

    /// A fold; nil when the source's rows count as they come.
    init?(_ rules: StyleRules) {
        guard case .events(let rules) = rules, rules.cursor == nil, rules.identity != nil else {
            return nil
        }
        self.rules = rules
    }

    /// Takes a row.
    mutating func take(_ place: RowPlace, _ span: RequestSpan) throws(PollFailure) {
        let identity = try EventIdentity.text(of: place, rules)
        let row = Row(place: place, span: span)
        if let index = indices[identity] {
            rows[index] = row
            repeatedCount += 1
        } else {
            indices[identity] = rows.count
            rows.append(row)
        }
    }

    /// The rows that count, in the order in which they were first seen.
    mutating func finish() -> [Row] {
        defer { rows = [] }
        return rows
    }
}
