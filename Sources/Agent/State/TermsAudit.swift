// Words for changes of terms, in the audit and in the log.

import Credits
import Ledger

/// Describes changes of terms.
enum TermsAudit {
    /// The audit's record of a change: what was before is that of the instant `former`.
    static func record(
        of change: TermsRecord, before history: TermsHistory, at former: Timestamp, now: Timestamp
    ) -> AuditRecord {
        AuditRecord(
            at: now, organization: change.organization, actor: change.changedBy,
            action: action(change.change),
            before: history.records.isEmpty
                ? "" : value(of: change.change, in: history, at: former),
            after: value(change.change) + (change.until.map { ", until \($0)" } ?? ""),
            reason: change.reason)
    }

    /// One line for the log.
    static func sentence(of record: TermsRecord) -> String {
        var sentence = "\(record.organization): \(action(record.change)) to \(value(record.change))"
        if record.effectiveFrom > record.recordedAt {
            sentence += ", from \(record.effectiveFrom) on"
        }
        if let until = record.until { sentence += ", until \(until)" }
        return sentence + " by \(record.changedBy)"
    }

    /// One line for `check`: what a change that is not made yet would be, and from when.
    static func forecast(of record: TermsRecord, now: Timestamp) -> String {
        let when =
            record.effectiveFrom > now
            ? "takes effect on the next 1st, \(record.effectiveFrom)" : "takes effect at once"
        return "\(record.organization): \(action(record.change)) to \(value(record.change)) \(when)"
    }

    /// What a change is about, in a word.
    static func subject(of record: TermsRecord) -> String {
        if case .cap = record.change { "cap" } else { "limit" }
    }

    /// What the audit calls changes of terms.
    static let actions: Set<String> = [
        "base_allocation.changed", "limit.changed", "pricing.changed", "time_zone.changed",
        "product_cap.changed",
    ]

    /// Whether a change counts from the instant at which it is made; others wait for the 1st.
    static func actsAtOnce(_ change: TermsChange) -> Bool {
        switch change {
        case .base, .policy, .cap: true
        case .pricing, .zone: false
        }
    }

    private static func action(_ change: TermsChange) -> String {
        switch change {
        case .base: "base_allocation.changed"
        case .policy: "limit.changed"
        case .pricing: "pricing.changed"
        case .zone: "time_zone.changed"
        case .cap: "product_cap.changed"
        }
    }

    private static func value(_ change: TermsChange) -> String {
        switch change {
        case .base(let amount): amount.description
        case .policy(let policy, let owner): "\(policy) (owned by \(owner.rawValue))"
        case .pricing(let pricing): text(pricing)
        case .zone(let identifier): identifier
        case .cap(let amount, let product): "\(product): \(amount?.description ?? "none")"
        }
    }

    private static func value(
        of change: TermsChange, in history: TermsHistory, at now: Timestamp
    ) -> String {
        let terms = history.terms(at: now)
        switch change {
        case .base: return terms.baseAllocation.description
        case .policy: return value(.policy(terms.policy, owner: terms.owner))
        case .pricing: return text(terms.pricing)
        case .zone: return terms.calendar.identifier
        case .cap(_, let product): return value(.cap(terms.caps[product], product: product))
        }
    }

    private static func text(_ pricing: Pricing?) -> String {
        guard let pricing else { return "none" }
        return "\(pricing.base) and \(pricing.overage) \(pricing.currency) a credit"
    }
}
