// A change of the balance made by a person: one entry of its own, with reason and author.
//
// 1. Its key begins with an empty source, which no configured source has, so no poll ever speaks
//    for it and no posted value belongs to it.
// 2. Its key ends with its sequence, so every one is the first and last revision of its key, and
//    what it states is what it counts.

import Credits

/// A wish to change a balance by hand.
package struct Adjustment: Sendable, Hashable {
    /// The most bytes of a reason.
    package static let maximumReasonBytes = 1000

    /// Identifier of the organization.
    package let organization: String
    /// Identifier of the product.
    package let product: String
    /// The ledger day; nil for today.
    package let day: CalendarDay?
    /// The signed amount.
    package let credits: CreditAmount
    /// Whether it is a balance brought in from elsewhere.
    package let isOpening: Bool
    /// Who wishes it: `user:NAME`, or a token's name.
    package let actor: String
    /// Why.
    package let reason: String
    /// Repeats of one wish carry the same key; nil when it is not repeated.
    package let key: String?

    /// A wish of somebody.
    package init(
        organization: String, product: String, day: CalendarDay?, credits: CreditAmount,
        isOpening: Bool = false, actor: String, reason: String, key: String? = nil
    ) {
        self.organization = organization
        self.product = product
        self.day = day
        self.credits = credits
        self.isOpening = isOpening
        self.actor = actor
        self.reason = reason
        self.key = key
    }

    private var note: String { "\(actor): \(reason)" }
    private var kind: EntryKind { isOpening ? .opening : .adjustment }

    /// Whether an entry is the one that this wish made.
    package func made(_ entry: Entry) -> Bool {
        entry.product == product && entry.credits == credits && entry.kind == kind
            && entry.note == note && day.map { $0 == entry.day } ?? true
    }

    /// Its entry at a place of the chain, on a day.
    package func draft(sequence: Int64, on day: CalendarDay) -> EntryDraft {
        let key = ReadingKey(
            source: "", organization: organization, product: product, unit: "credits", day: day,
            dimensions: [ReadingDimension(name: "adjustment", value: "\(sequence)")])
        return EntryDraft(
            day: day, product: product, kind: kind, credits: credits, quantity: credits.description,
            unit: "credits", rate: "1", source: "", key: key.canonicalText, revision: 1, note: note)
    }
}
