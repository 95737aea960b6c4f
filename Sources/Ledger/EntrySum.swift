// What entries come to, reckoned where they are stored: for statements of large months.

import Credits

/// The counting entries of one product, day and kind in a part of the ledger.
package struct EntrySum: Sendable, Hashable {
    /// The ledger day.
    package let day: CalendarDay
    /// Identifier of the product.
    package let product: String
    /// What the entries stand for.
    package let kind: EntryKind
    /// Their signed sum.
    package let credits: CreditAmount
    /// How many there are, at least one.
    package let count: Int64
    /// The lowest of their sequences.
    package let firstSequence: Int64
    /// The highest of their sequences.
    package let lastSequence: Int64

    /// The sum of entries.
    package init(
        day: CalendarDay, product: String, kind: EntryKind, credits: CreditAmount, count: Int64,
        firstSequence: Int64, lastSequence: Int64
    ) {
        self.day = day
        self.product = product
        self.kind = kind
        self.credits = credits
        self.count = count
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
    }
}

/// Which entries count.
package struct EntryBounds: Sendable, Hashable {
    /// The highest sequence that counts.
    package let lastSequence: Int64
    /// The latest instant of recording that counts; nil for all.
    package let knownAt: Timestamp?
    /// Entries recorded from here on are late.
    package let lateFrom: Timestamp

    /// Bounds of what counts.
    package init(lastSequence: Int64, knownAt: Timestamp?, lateFrom: Timestamp) {
        self.lastSequence = lastSequence
        self.knownAt = knownAt
        self.lateFrom = lateFrom
    }
}

/// A part of the ledger, summed.
package struct EntrySums: Sendable, Hashable {
    /// The sums, by day, product and kind.
    package let sums: [EntrySum]
    /// How many of the counting entries are late.
    package let lateCount: Int64
    /// The place of the part's last entry; nil when it has none.
    package let end: EntryPlace?
    /// Whether nothing comes behind it.
    package let isLast: Bool

    /// A part with its sums.
    package init(sums: [EntrySum], lateCount: Int64, end: EntryPlace?, isLast: Bool) {
        self.sums = sums
        self.lateCount = lateCount
        self.end = end
        self.isLast = isLast
    }
}
