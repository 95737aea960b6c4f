// May this organization's product run an AI operation? A pure function of snapshot and now.

import AgentConfiguration
import Credits

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

/// The gate's rules.
package enum LimitGate {
    /// Decides for an organization and, optionally, one of its products.
    ///
    /// - Source: contract section 4. An unknown product follows its organization.
    package static func decide(
        organization id: String, product: String?, snapshot: AgentSnapshot, now: Timestamp
    ) -> GateDecision {
        guard let organization = snapshot.organization(id) else {
            return GateDecision(
                isAllowed: false, reason: .unknownOrganization, organization: id,
                product: product, standing: nil, isUsageKnown: false)
        }
        let standing = organization.standing(at: now)
        let (isAllowed, reason) = judge(
            organization, product: product, standing: standing, now: now)
        return GateDecision(
            isAllowed: isAllowed, reason: reason, organization: id, product: product,
            standing: standing, isUsageKnown: organization.hasKnownUsage)
    }

    private static func judge(
        _ organization: OrganizationSnapshot, product: String?, standing: Standing,
        now: Timestamp
    ) -> (Bool, GateReason) {
        if let product, organization.state.products[product]?.isEnabled == false {
            return (false, .productDisabled)
        }
        if organization.hasKnownUsage, standing.reachesLimit { return (false, .limitReached) }
        if organization.isStale(at: now) {
            return (organization.state.configuration.whenStale == .allow, .usageStale)
        }
        return (true, standing.used >= standing.base ? .withinAllowance : .withinBase)
    }
}
