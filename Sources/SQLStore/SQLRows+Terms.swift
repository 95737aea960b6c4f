// The history of an organization's terms: one row a change, its part named by `part`.

import Credits
import Ledger
import Ports

extension SQLRows {
    func terms(of organization: String) throws -> [TermsRecord] {
        try run(
            """
            SELECT organization, effective_from, effective_until, recorded_at, changed_by,
                reason, part, amount, limit_mode, limit_owner, currency, base_price,
                overage_price, time_zone, product
            FROM terms WHERE organization = $1 ORDER BY position
            """, [.text(organization)]
        ).map { row in
            TermsRecord(
                organization: try row.text(0), change: try change(row),
                effectiveFrom: try row.instant(1),
                until: try row.optionalInstant(2),
                recordedAt: try row.instant(3),
                changedBy: try row.text(4), reason: try row.text(5))
        }
    }

    func appendTerms(_ record: TermsRecord) throws {
        let position = try reserve(1, of: "terms")
        try run(
            """
            INSERT INTO terms (
                organization, position, effective_from, effective_until, recorded_at,
                changed_by, reason, part, amount, limit_mode, limit_owner, currency,
                base_price, overage_price, time_zone, product
            ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """,
            [
                .text(record.organization), .integer(position),
                try kept(record.effectiveFrom),
                try record.until.map(kept) ?? .null,
                try kept(record.recordedAt), .text(record.changedBy),
                .text(record.reason),
            ] + Self.columns(of: record.change))
    }

    /// part, amount, limit_mode, limit_owner, currency, base_price, overage_price, time_zone,
    /// product.
    private static func columns(of change: TermsChange) -> [SQLValue] {
        let none = SQLValue.null
        switch change {
        case .base(let amount):
            return [.text("base"), .integer(amount.microCredits)]
                + [none, none, none, none, none, none, none]
        case .policy(let policy, let owner):
            return [
                .text("policy"), .integer(policy.allowance.microCredits),
                .text(policy.mode.rawValue), .text(owner.rawValue),
            ] + [none, none, none, none, none]
        case .pricing(let pricing):
            let prices: [SQLValue] =
                pricing.map { pricing in
                    [pricing.currency, pricing.base.description, pricing.overage.description]
                        .map { .text($0) }
                } ?? [none, none, none]
            return [.text("pricing"), none, none, none] + prices + [none, none]
        case .zone(let identifier):
            return [.text("zone"), none, none, none, none, none, none, .text(identifier), none]
        case .cap(let amount, let product):
            return [.text("cap"), .optional(amount?.microCredits)]
                + [none, none, none, none, none, none, .text(product)]
        }
    }

    private func change(_ row: SQLRow) throws(StoreError) -> TermsChange {
        let part = try row.text(6)
        switch part {
        case "base":
            return .base(try row.credits(7))
        case "policy":
            let owner = try row.text(9)
            return .policy(
                try policy(row), owner: try known(LimitOwner(rawValue: owner), "an owner", owner))
        case "pricing":
            return .pricing(try pricing(row))
        case "zone":
            return .zone(try row.text(13))
        case "cap":
            return .cap(row.isNull(7) ? nil : try row.credits(7), product: try row.text(14))
        default:
            return try known(nil, "a part of terms", part)
        }
    }

    private func policy(_ row: SQLRow) throws(StoreError) -> LimitPolicy {
        let allowance = try row.credits(7)
        let mode = try row.text(8)
        switch try known(LimitMode(rawValue: mode), "a limit mode", mode) {
        case .hard: return .hard
        case .soft:
            guard !allowance.isNegative else {
                throw .failed("the ledger holds a negative allowance, \(allowance)")
            }
            return .soft(allowance: allowance)
        }
    }

    private func pricing(_ row: SQLRow) throws(StoreError) -> Pricing? {
        if row.isNull(10) { return nil }
        let currency = try row.text(10)
        let base = try row.text(11)
        let overage = try row.text(12)
        do throws(AmountError) {
            return Pricing(
                currency: currency, base: try ExactDecimal(base),
                overage: try ExactDecimal(overage))
        } catch {
            throw .failed("the ledger holds a price that cannot be read: \(error)")
        }
    }
}
