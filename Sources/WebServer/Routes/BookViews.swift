// Entries and statements as JSON: the shapes of contract section 5.

import Agent
import Credits
import ExactJSON
import Ledger

/// Renders what the ledger holds.
enum BookViews {
    /// One entry; its organization is in the request.
    static func entry(_ entry: Entry) -> JSONValue {
        let columns = EntryColumn.allCases.filter { $0 != .organization }
        return .object(
            JSONObject(
                columns.map { column in
                    let text = entry.text(column)
                    let number = column.isNumber ? JSONNumber(lexeme: text) : nil
                    return (column.rawValue, number.map(JSONValue.number) ?? .string(text))
                }))
    }

    /// The statement of a month.
    static func statement(_ statement: Statement) -> JSONValue {
        [
            "organization": .string(statement.organization),
            "month": .string(statement.month.description),
            "status": .string(statement.status.rawValue),
            "revision": .integer(statement.revision),
            "period": [
                "start": .string(statement.periodStart.description),
                "reset": .string(statement.periodReset.description),
            ],
            "closes_at": .string(statement.closesAt.description),
            "as_known_at": statement.knownAt.map { .string($0.description) } ?? .null,
            "base_allocation": .credits(statement.base),
            "used": .credits(statement.used),
            "within_base": .credits(statement.withinBase),
            "overage": .credits(statement.overage),
            "cost": statement.cost.map(cost) ?? .null,
            "products": .array(statement.products.map(product)),
            "entries": .integer(statement.entryCount),
            "corrections": .integer(statement.correctionCount),
            "adjustments": .integer(statement.adjustmentCount),
            "first_entry": statement.firstEntry.map(named) ?? .null,
            "last_entry": statement.lastEntry.map(named) ?? .null,
        ]
    }

    private static func cost(_ cost: StatementCost) -> JSONValue {
        [
            "currency": .string(cost.pricing.currency),
            "base_rate": .decimal(cost.pricing.base),
            "overage_rate": .decimal(cost.pricing.overage),
            "base": .decimal(cost.base),
            "overage": .decimal(cost.overage),
            "total": .decimal(cost.total),
        ]
    }

    private static func product(_ product: StatementProduct) -> JSONValue {
        [
            "product": .string(product.id),
            "total": .credits(product.total),
            "days": .array(
                product.days.map {
                    ["day": .string($0.day.description), "credits": .credits($0.credits)]
                }),
        ]
    }

    private static func named(_ entry: StatementEntry) -> JSONValue {
        [
            "sequence": .integer(entry.sequence),
            "recorded_at": .string(entry.recordedAt.description),
            "hash": .string(entry.hash),
        ]
    }
}

extension JSONValue {
    /// An exact decimal as a number.
    fileprivate static func decimal(_ decimal: ExactDecimal) -> JSONValue {
        JSONNumber(lexeme: decimal.description).map(JSONValue.number) ?? .null
    }
}
