// May this organization's product run an AI operation? A pure function of snapshot and now.

import AgentConfiguration
import Credits
import Ledger

/// Why the gate answered as it did; in the order in which they are asked.
package enum GateReason: String, Sendable, Hashable, CaseIterable {
    case unknownOrganization = "unknown_organization"
    case productDisabled = "product_disabled"
    case limitReached = "limit_reached"
    case usageStale = "usage_stale"
    case withinAllowance = "within_allowance"
    case withinBase = "within_base"
}

/// The gate's answer.
package struct GateDecision: Sendable, Hashable {
    /// Whether the operation may run.
    package let isAllowed: Bool
    /// Why.
    package let reason: GateReason
    /// Identifier of the organization asked about.
    package let organization: String
    /// Identifier of the product asked about, if any.
    package let product: String?
    /// Where the organization stands; nil when it is unknown.
    package let standing: Standing?
    /// Whether `standing` rests on known usage.
    package let isUsageKnown: Bool
    /// The product's cap when that decided; nil when the organization's limit did.
    package var cap: ProductCap?

    /// `allow` or `block`.
    package var word: String { isAllowed ? "allow" : "block" }

    /// Seconds after which a blocked caller may ask again: the smaller of 60 and those to the
    /// reset, at least 1; nil when allowed.
    package func retryAfterSeconds(at now: Timestamp) -> Int64? {
        guard !isAllowed else { return nil }
        guard let standing else { return 60 }
        let rest = (standing.periodReset.milliseconds - now.milliseconds + 999) / 1000
        return min(60, max(1, rest))
    }
}

/// A decision and how long it lasts.
package struct LastingDecision: Sendable {
    /// The decision.
    package let decision: GateDecision
    /// When it is the same, and its answer to the letter; empty when that is not known.
    package let instants: Range<Timestamp>
}

/// A product's cap inside its organization's limit.
package struct ProductCap: Sendable, Hashable {
    /// Used by the product this month.
    package let used: CreditAmount
    /// The most that it may use in a month.
    package let cap: CreditAmount

    /// cap − used, never negative.
    package var remaining: CreditAmount {
        (try? cap.subtracting(used)).map { max($0, .zero) } ?? cap
    }
}

/// The gate's rules.
///
/// Credits that are held, or were settled and are not reported yet, count like used ones: the gate
/// blocks once all of them reach the limit, a hold is refused when it would pass it. Holds whose
/// time is over count for the gate no more, whether or not that is committed.
package enum LimitGate {
    /// Decides for an organization and, optionally, one of its products.
    ///
    /// - Source: contract section 4. An unknown product follows its organization.
    package static func decide(
        organization id: String, product: String?, snapshot: AgentSnapshot, now: Timestamp
    ) -> GateDecision {
        decideForLong(
            organization: id, product: product, snapshot: snapshot, now: now,
            calendars: CalendarBook()
        ).decision
    }

    /// Decides, and says for how long the decision holds while the snapshot does.
    ///
    /// - Parameter calendars: remembers the days of zones from one decision to the next.
    package static func decideForLong(
        organization id: String, product: String?, snapshot: AgentSnapshot, now: Timestamp,
        calendars: CalendarBook
    ) -> LastingDecision {
        guard let organization = snapshot.organization(id) else {
            let decision = GateDecision(
                isAllowed: false, reason: .unknownOrganization, organization: id,
                product: product, standing: nil, isUsageKnown: false)
            return LastingDecision(decision: decision, instants: now..<now)
        }
        let terms = organization.state.terms.terms(at: now)
        let page = calendars.page(of: terms.calendar, at: now)
        let decision = GateQuestion(
            organization: organization,
            standing: Standing(
                account: organization.state.account, terms: terms, page: page),
            held: snapshot.holds[id] ?? HeldCredits(), now: now, countsExpired: false
        ).decide(product: product, hold: nil)
        // What changes with time alone: the day, raises that begin or end, staleness, and on a
        // block the holds that expire, and in the last minute before the reset when to ask again.
        let end = [
            page.instants.upperBound, organization.state.terms.nextChange(after: now),
            organization.nextStaleness(after: now),
            decision.isAllowed ? nil : page.monthEnd.adding(milliseconds: -60_000),
            decision.reason == .limitReached
                ? snapshot.holds[id]?.nextExpiry(after: now) : nil,
        ].compactMap { $0 }.min()
        return LastingDecision(decision: decision, instants: now..<max(now, end ?? now))
    }
}

/// What is asked about one organization at one instant.
package struct GateQuestion: Sendable {
    /// The organization after the last commit.
    let organization: OrganizationSnapshot
    /// Where it stands.
    let standing: Standing
    /// What its holds come to.
    var held: HeldCredits
    /// The instant.
    let now: Timestamp
    /// Whether open holds count whose time is over: until their end is committed a hold can be
    /// made only beside them, while a reader need not wait for a ledger that cannot be written.
    var countsExpired = true

    /// Decides about a product, and about a hold of so many credits.
    func decide(product: String?, hold: CreditAmount?) -> GateDecision {
        var cap: ProductCap?
        let (isAllowed, reason) = judge(product: product, hold: hold, cap: &cap)
        return GateDecision(
            isAllowed: isAllowed, reason: reason, organization: organization.id, product: product,
            standing: standing, isUsageKnown: organization.hasKnownUsage, cap: cap)
    }

    private func judge(
        product: String?, hold: CreditAmount?, cap: inout ProductCap?
    ) -> (Bool, GateReason) {
        if let product, organization.state.products[product]?.isEnabled == false {
            return (false, .productDisabled)
        }
        let reaches = Self.reaches(
            standing.limit, used: organization.hasKnownUsage ? standing.used : nil,
            pending: held.total(at: countsExpired ? nil : now).pending, hold: hold)
        if reaches { return (false, .limitReached) }
        if let product, let reached = reachedCap(of: product, hold: hold) {
            cap = reached
            return (false, .limitReached)
        }
        if organization.isStale(at: now) {
            return (organization.state.configuration.whenStale == .allow, .usageStale)
        }
        return (true, standing.used >= standing.base ? .withinAllowance : .withinBase)
    }

    private func reachedCap(of product: String, hold: CreditAmount?) -> ProductCap? {
        guard let most = organization.state.terms.terms(at: now).caps[product] else { return nil }
        let used = organization.state.account.used(product: product, in: standing.month)
        let reaches = Self.reaches(
            most, used: organization.hasKnownUsage ? used : nil,
            pending: held.products[product]?.sum(at: countsExpired ? nil : now).pending ?? .zero,
            hold: hold)
        return reaches ? ProductCap(used: used, cap: most) : nil
    }

    /// Whether use and holds reach a limit, or would pass it with one hold more.
    ///
    /// - Parameter used: nil while usage is unknown; then holds alone count.
    private static func reaches(
        _ limit: CreditAmount, used: CreditAmount?, pending: CreditAmount, hold: CreditAmount?
    ) -> Bool {
        if used == nil, hold == nil, pending == .zero { return false }
        let sum = (used ?? .zero).addingAtMost(pending)
        guard let hold else { return sum >= limit }
        return sum.addingAtMost(hold) > limit
    }
}
