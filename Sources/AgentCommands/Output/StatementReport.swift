// The answer of …/statements/{month} for people, spreadsheets and programs.

import ExactJSON

/// A statement of a month.
package struct StatementReport: Sendable {
    private let statement: JSONValue

    /// A statement in the shape of the API.
    package init(_ statement: JSONValue) {
        self.statement = statement
    }

    /// The whole statement, ending with a line feed.
    package func text(_ format: UsageFormat) -> String {
        switch format {
        case .json: statement.text(.pretty) + "\n"
        case .csv: SpreadsheetText.write(heading: Self.csvHeading, rows: csvRows)
        case .table: table
        }
    }

    private var products: [JSONValue] { statement["products"]?.arrayValue ?? [] }

    // MARK: Table

    private var table: String {
        let lines = summary.compactMap { label, value in value.map { (label, $0) } }
        let width = lines.map(\.0.count).max() ?? 0
        let head = lines.map { label, value in
            let space = String(repeating: " ", count: width - label.count)
            return label + space + "  " + LineText.printable(value) + "\n"
        }.joined()
        var days = TextTable(["PRODUCT", "DAY", "CREDITS"])
        for product in products {
            days.add([
                Self.cell(product["product"]), .text("total"), Self.cell(product["total"]),
            ])
            for day in product["days"]?.arrayValue ?? [] {
                days.add([.empty, Self.cell(day["day"]), Self.cell(day["credits"])])
            }
        }
        return days.isEmpty ? head : head + "\n" + days.text
    }

    private var summary: [(String, String?)] {
        [
            ("organization", word("organization")), ("month", word("month")),
            ("status", statusText), ("as known at", word("as_known_at")),
            ("base allocation", word("base_allocation")), ("used", word("used")),
            ("overage", word("overage")),
            ("cost at base rate", cost("base", rate: "base_rate")),
            ("cost at overage rate", cost("overage", rate: "overage_rate")),
            ("cost in total", cost("total", rate: nil)), ("entries", entriesText),
            ("corrections", word("corrections")), ("adjustments", word("adjustments")),
        ]
    }

    private var statusText: String? {
        switch word("status") {
        case "closed": "closed, revision \(word("revision") ?? "?")"
        case "settling": "settling, closes at \(word("closes_at") ?? "?")"
        case let status: status
        }
    }

    private var entriesText: String? {
        guard let count = word("entries") else { return nil }
        guard let first = statement["first_entry"]?["sequence"]?.numberLexeme,
            let last = statement["last_entry"]?["sequence"]?.numberLexeme
        else { return count }
        return "\(count) (\(first) to \(last))"
    }

    private func cost(_ name: String, rate: String?) -> String? {
        guard let cost = statement["cost"], let amount = cost[name]?.numberLexeme,
            let currency = cost["currency"]?.stringValue
        else { return nil }
        let price = rate.flatMap { cost[$0]?.numberLexeme }.map { " (\($0) a credit)" } ?? ""
        return "\(amount) \(currency)\(price)"
    }

    private func word(_ name: String) -> String? {
        statement[name]?.stringValue ?? statement[name]?.numberLexeme
    }

    // MARK: CSV

    private static let costNames = [
        "currency", "base_rate", "overage_rate", "base", "overage", "total",
    ]

    /// These columns and their order do not change; later ones are added behind.
    private static let csvHeading = [
        "organization", "month", "status", "revision", "product", "day", "used",
        "base_allocation", "within_base", "overage", "currency", "base_rate", "overage_rate",
        "base_cost", "overage_cost", "total_cost", "entries", "corrections", "adjustments",
        "first_entry", "last_entry",
    ]

    /// One row for the month, then one each of its products, and one each of their days.
    private var csvRows: [[TableCell]] {
        let head = ["organization", "month", "status", "revision"].map { Self.cell(statement[$0]) }
        let figures = ["used", "base_allocation", "within_base", "overage"]
        let counts = ["entries", "corrections", "adjustments"]
        var month = head + [.empty, .empty] + figures.map { Self.cell(statement[$0]) }
        month += Self.costNames.map { Self.cell(statement["cost"]?[$0]) }
        month += counts.map { Self.cell(statement[$0]) }
        month += ["first_entry", "last_entry"].map { Self.cell(statement[$0]?["sequence"]) }
        let rest = [TableCell](repeating: .empty, count: Self.csvHeading.count - 7)
        return [month]
            + products.flatMap { product -> [[TableCell]] in
                let id = Self.cell(product["product"])
                let days = product["days"]?.arrayValue ?? []
                return [head + [id, .empty, Self.cell(product["total"])] + rest]
                    + days.map { day in
                        head + [id, Self.cell(day["day"]), Self.cell(day["credits"])] + rest
                    }
            }
    }

    private static func cell(_ value: JSONValue?) -> TableCell {
        switch value {
        case .string(let text): .text(text)
        case .number(let number): .number(number.lexeme)
        default: .empty
        }
    }
}
