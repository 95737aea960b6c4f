// What the ledger keeps about an organization beside its entries.

import Credits

/// A product as the ledger knows it.
package struct ProductRecord: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// Identifier of the product.
    package let id: String
    /// Whether it was enabled at any time.
    package let wasEverEnabled: Bool

    /// A product of an organization.
    package init(organization: String, id: String, wasEverEnabled: Bool) {
        self.organization = organization
        self.id = id
        self.wasEverEnabled = wasEverEnabled
    }
}

/// A change of one part of an organization's terms.
///
/// Each part has its own history, because base and limit act at once, pricing and zone from the
/// next 1st, and a time-boxed raise ends by itself.
package enum TermsChange: Sendable, Hashable {
    /// Credits a month.
    case base(CreditAmount)
    /// The limit policy and who may change it.
    case policy(LimitPolicy, owner: LimitOwner)
    /// Prices; nil removes them.
    case pricing(Pricing?)
    /// IANA name of the zone.
    case zone(String)
    /// The most that a product may use in a month, inside the limit; nil removes the cap.
    case cap(CreditAmount?, product: String)
}

/// A change of terms: what, from when, until when, who and why.
package struct TermsRecord: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// The change.
    package let change: TermsChange
    /// When it begins to count.
    package let effectiveFrom: Timestamp
    /// When it ceases to count, for a time-boxed raise; nil for lasting changes.
    package let until: Timestamp?
    /// When it was written.
    package let recordedAt: Timestamp
    /// Who wrote it: `file`, or a user.
    package let changedBy: String
    /// Why; may be empty.
    package let reason: String

    /// A change from an instant on.
    package init(
        organization: String, change: TermsChange, effectiveFrom: Timestamp,
        until: Timestamp? = nil, recordedAt: Timestamp, changedBy: String, reason: String = ""
    ) {
        self.organization = organization
        self.change = change
        self.effectiveFrom = effectiveFrom
        self.until = until
        self.recordedAt = recordedAt
        self.changedBy = changedBy
        self.reason = reason
    }
}

/// A block that began or ended.
package struct LimitTransition: Sendable, Hashable {
    /// Whether the limit began or ceased to block.
    package enum Kind: String, Sendable, Hashable {
        case blocked
        case resumed
    }

    /// Identifier of the organization.
    package let organization: String
    /// Blocked or resumed.
    package let kind: Kind
    /// When.
    package let at: Timestamp
    /// What caused it: an entry's sequence, a limit change, or the reset.
    package let cause: String
    /// Use of the month at that instant.
    package let used: CreditAmount
    /// The limit at that instant.
    package let limit: CreditAmount

    /// A transition at an instant.
    package init(
        organization: String, kind: Kind, at: Timestamp, cause: String, used: CreditAmount,
        limit: CreditAmount
    ) {
        self.organization = organization
        self.kind = kind
        self.at = at
        self.cause = cause
        self.used = used
        self.limit = limit
    }
}

/// One complete poll that changed the ledger.
package struct PollRecord: Sendable, Hashable {
    /// Random identifier; every entry of the poll names it.
    package let id: String
    /// Identifier of the source.
    package let source: String
    /// Identifier of the organization.
    package let organization: String
    /// The days asked for.
    package let window: DayWindow
    /// When the poll began.
    package let startedAt: Timestamp
    /// When it was posted.
    package let recordedAt: Timestamp
    /// Pages read.
    package let pageCount: Int
    /// Rows read.
    package let rowCount: Int

    /// A poll of a source.
    package init(
        id: String, source: String, organization: String, window: DayWindow,
        startedAt: Timestamp, recordedAt: Timestamp, pageCount: Int, rowCount: Int
    ) {
        self.id = id
        self.source = source
        self.organization = organization
        self.window = window
        self.startedAt = startedAt
        self.recordedAt = recordedAt
        self.pageCount = pageCount
        self.rowCount = rowCount
    }
}

/// A change that somebody made: who, when, what, before, after, why.
package struct AuditRecord: Sendable, Hashable {
    /// When.
    package let at: Timestamp
    /// Identifier of the organization.
    package let organization: String
    /// Who: `file`, `user:NAME` over the control socket, or a token's name.
    package let actor: String
    /// What was done: `limit.changed` …
    package let action: String
    /// The state before, as text.
    package let before: String
    /// The state after.
    package let after: String
    /// Why; may be empty.
    package let reason: String

    /// A change made by somebody.
    package init(
        at: Timestamp, organization: String, actor: String, action: String, before: String,
        after: String, reason: String
    ) {
        self.at = at
        self.organization = organization
        self.actor = actor
        self.action = action
        self.before = before
        self.after = after
        self.reason = reason
    }
}
