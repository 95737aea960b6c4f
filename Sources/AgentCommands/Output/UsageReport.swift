// The answer of /api/v1/organizations for people, spreadsheets and programs.

import ExactJSON

/// How `usage` is written.
package enum UsageFormat: String, Sendable, CaseIterable {
    case table
    case json
    case csv
}

/// The usage of organizations.
package struct UsageReport: Sendable {
    private let organizations: [JSONValue]

    /// A report of organizations in the shape of the API.
    package init(_ organizations: [JSONValue]) {
        self.organizations = organizations
    }

    /// Identifiers in order.
    package var identifiers: [String] { organizations.compactMap { $0["id"]?.stringValue } }

    /// The report of one organization alone.
    package func limited(to id: String) -> UsageReport {
        UsageReport(organizations.filter { $0["id"]?.stringValue == id })
    }

    /// The whole report, ending with a line feed.
    package func text(_ format: UsageFormat) -> String {
        switch format {
        case .json: JSONValue.array(organizations).text(.pretty) + "\n"
        case .csv: SpreadsheetText.write(heading: Self.csvHeading, rows: csvRows)
        case .table: table
        }
    }

    // MARK: Table

    private var table: String {
        var usage = TextTable([
            "ORGANIZATION", "USED", "BASE", "PERCENT", "OVERAGE", "REMAINING", "DAYS UNTIL RESET",
            "BLOCKED",
        ])
        var products = TextTable(["ORGANIZATION", "PRODUCT", "USED", "ENABLED"])
        var notes = ""
        for organization in organizations {
            let id = Self.cell(organization["id"])
            usage.add([
                id, Self.figure(organization["used"]), Self.figure(organization["base_allocation"]),
                Self.percent(organization), Self.figure(organization["overage"]),
                Self.figure(organization["remaining"]),
                Self.figure(organization["days_until_reset"]),
                Self.yesOrNo(organization["blocked"]),
            ])
            for product in organization["products"]?.arrayValue ?? [] {
                products.add([
                    id, Self.cell(product["id"]), Self.figure(product["used"]),
                    Self.yesOrNo(product["enabled"]),
                ])
            }
            if organization["stale"]?.boolValue == true, case .text(let name) = id {
                notes += LineText.printable(name)
                notes += ": stale, its sources have not answered lately\n"
            }
        }
        let parts = [usage.text] + (products.isEmpty ? [] : [products.text])
        return (parts + (notes.isEmpty ? [] : [notes])).joined(separator: "\n")
    }

    /// At most two decimals, cut and not rounded, so that nothing short of 100 reads as 100.
    private static func percent(_ organization: JSONValue) -> TableCell {
        guard let lexeme = organization["usage_percent"]?.numberLexeme else {
            return .text(organization["used"]?.isNull == false ? "-" : "unknown")
        }
        guard lexeme.utf8.allSatisfy({ "0123456789.-".utf8.contains($0) }) else {
            // Only tiny and huge shares are written with an exponent.
            return .number(lexeme.contains("-") ? "0" : lexeme)
        }
        let parts = lexeme.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { return .number(lexeme) }
        var decimals = parts[1].prefix(2)
        while decimals.last == "0" { decimals.removeLast() }
        return .number(decimals.isEmpty ? String(parts[0]) : "\(parts[0]).\(decimals)")
    }

    private static func figure(_ value: JSONValue?) -> TableCell {
        value?.numberLexeme.map(TableCell.number) ?? .text("unknown")
    }

    private static func yesOrNo(_ value: JSONValue?) -> TableCell {
        .text(value?.boolValue.map { $0 ? "yes" : "no" } ?? "unknown")
    }

    // MARK: CSV

    /// These columns and their order do not change; later ones are added behind.
    private static let csvHeading = [
        "organization", "product", "used", "base_allocation", "usage_percent", "overage",
        "remaining", "days_until_reset", "blocked", "stale", "enabled",
    ]

    /// One row an organization with an empty product, then one row each of its products.
    private var csvRows: [[TableCell]] {
        organizations.flatMap { organization -> [[TableCell]] in
            let id = Self.cell(organization["id"])
            let figures = [
                "used", "base_allocation", "usage_percent", "overage", "remaining",
                "days_until_reset", "blocked", "stale",
            ].map { Self.cell(organization[$0]) }
            let products = organization["products"]?.arrayValue ?? []
            return [[id, .empty] + figures + [.empty]]
                + products.map { product in
                    [id, Self.cell(product["id"]), Self.cell(product["used"])]
                        + Array(repeating: .empty, count: 7) + [Self.cell(product["enabled"])]
                }
        }
    }

    private static func cell(_ value: JSONValue?) -> TableCell {
        switch value {
        case .string(let text): .text(text)
        case .number(let number): .number(number.lexeme)
        case .bool(let bool): .text(bool ? "true" : "false")
        default: .empty
        }
    }
}
