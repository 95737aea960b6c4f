// The outbox for people, spreadsheets and programs.

import ExactJSON

/// The notifications that `notify list` shows.
package struct NotificationReport: Sendable {
    /// These columns and their order do not change; later ones are added behind.
    private static let columns = [
        "id", "state", "receiver", "integration", "integration_index", "group", "created_at",
        "attempts", "last_attempt_at", "next_attempt_at", "why",
    ]
    /// What a table shows.
    private static let shown = [
        "id", "state", "receiver", "integration", "group", "created_at", "attempts",
        "next_attempt_at", "why",
    ]

    private let notifications: [JSONValue]

    /// A report of notifications in the shape of the control socket's answer.
    package init(_ notifications: [JSONValue]) {
        self.notifications = notifications
    }

    /// The whole report, ending with a line feed.
    package func text(_ format: UsageFormat) -> String {
        switch format {
        case .json: return JSONValue.array(notifications).text(.pretty) + "\n"
        case .csv:
            return SpreadsheetText.write(
                heading: Self.columns, rows: notifications.map { Self.row($0, Self.columns) })
        case .table:
            var table = TextTable(
                Self.shown.map { String($0.uppercased().map { $0 == "_" ? " " : $0 }) })
            for notification in notifications { table.add(Self.row(notification, Self.shown)) }
            return table.text
        }
    }

    private static func row(_ notification: JSONValue, _ columns: [String]) -> [TableCell] {
        columns.map { column in
            switch notification[column] {
            case .string(let text): .text(text)
            case .number(let number): .number(number.lexeme)
            default: .empty
            }
        }
    }
}
