// The statement of a month: what an organization was given, used and owes.

import Credits

/// How far a month's statement may still change.
package enum StatementStatus: String, Sendable, Hashable, CaseIterable {
    /// The month has not ended.
    case open
    /// The month has ended; late data still belongs to revision 1.
    case settling
    /// Whatever arrives now makes another revision.
    case closed
}

/// What the credits of a month cost.
package struct StatementCost: Sendable, Hashable {
    /// The prices in force at the end of the month.
    package let pricing: Pricing
    /// Credits within the base allocation at the base price.
    package let base: ExactDecimal
    /// Credits beyond it at the overage price.
    package let overage: ExactDecimal
    /// Both together.
    package let total: ExactDecimal
}

/// A product's net use of a day.
package struct StatementDay: Sendable, Hashable {
    /// The day.
    package let day: CalendarDay
    /// Net use.
    package let credits: CreditAmount
}

/// A product's net use of a month.
package struct StatementProduct: Sendable, Hashable {
    /// Identifier of the product.
    package let id: String
    /// Net use of the month.
    package let total: CreditAmount
    /// Each day with an entry, in order.
    package let days: [StatementDay]
}

/// An entry that a statement names.
package struct StatementEntry: Sendable, Hashable {
    /// Its sequence.
    package let sequence: Int64
    /// When it was written.
    package let recordedAt: Timestamp
    /// Its hash.
    package let hash: String
}

/// The statement of one organization and month.
package struct Statement: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// The month in the organization's zone.
    package let month: BillingMonth
    /// How far it may still change.
    package let status: StatementStatus
    /// 0 until the month is closed, then 1, and one more for each later arrival.
    package let revision: Int64
    /// First instant of the month.
    package let periodStart: Timestamp
    /// First instant of the next month.
    package let periodReset: Timestamp
    /// When the settle time is over.
    package let closesAt: Timestamp
    /// The instant whose knowledge it states; nil for all there is.
    package let knownAt: Timestamp?
    /// The base allocation at the end of the month.
    package let base: CreditAmount
    /// Net use of the month.
    package let used: CreditAmount
    /// Use beyond the base allocation.
    package let overage: CreditAmount
    /// What it costs; nil without pricing.
    package let cost: StatementCost?
    /// Products with entries, sorted by identifier.
    package let products: [StatementProduct]
    /// Entries of the month.
    package let entryCount: Int64
    /// Those of them that correct what a source had reported.
    package let correctionCount: Int64
    /// Those of them that a person made.
    package let adjustmentCount: Int64
    /// The entry with the lowest sequence.
    package let firstEntry: StatementEntry?
    /// The entry with the highest sequence.
    package let lastEntry: StatementEntry?

    /// Use within the base allocation.
    package var withinBase: CreditAmount { (try? used.subtracting(overage)) ?? base }
}
