// The posting rules: absolute readings become signed entries.
//
// 1. Entry = new absolute − sum already posted for the key; zero posts nothing.
// 2. So replaying a poll posts nothing, and the entries of a key sum to its last absolute value.
// 3. A source that replaces others takes over their keys instead of posting beside them.
// 4. A key that a complete poll of its day leaves out is handled by the absence policy; where the
//    vendor says whether a day is final, that decides instead.
// 5. Of sources with a rank one counts on each product, unit and day, see `Authority`: what the
//    others posted is taken back in the same plan.

import Credits

/// What has been posted for a key.
package struct PostedKey: Sendable, Hashable {
    /// Canonical text of the key.
    package let key: String
    /// Identifier of the source in the key.
    package let source: String
    /// Identifier of the organization.
    package let organization: String
    /// Identifier of the product.
    package let product: String
    /// Unit of the quantity.
    package let unit: String
    /// The ledger day.
    package let day: CalendarDay
    /// Sum of the key's entries.
    package let credits: CreditAmount
    /// Revision of its last entry.
    package let revision: Int64

    /// The state of a key.
    package init(
        key: String, source: String, organization: String, product: String, unit: String,
        day: CalendarDay, credits: CreditAmount, revision: Int64
    ) {
        self.key = key
        self.source = source
        self.organization = organization
        self.product = product
        self.unit = unit
        self.day = day
        self.credits = credits
        self.revision = revision
    }
}

/// The entries that a poll brings, and the keys they change.
package struct PostingPlan: Sendable, Hashable {
    /// The entries, by day and key.
    package var drafts: [EntryDraft] = []
    /// The new state of every changed key, in the same order.
    package var posted: [PostedKey] = []
    /// Keys absent from this poll that the next one has to confirm.
    package var unconfirmedAbsences: Set<String> = []
    /// Readings that do not count because another source of the same usage does.
    package var supersededCount: Int64 = 0
    /// The days of such readings, by product.
    package var supersededDays: [String: Set<CalendarDay>] = [:]
}

/// A poll's readings and how they are to be posted.
package struct PostingRequest: Sendable {
    /// The readings of one complete poll.
    package let readings: [Reading]
    /// The window of the poll.
    package let window: DayWindow
    /// Identifier of the source that polled.
    package let source: String
    /// Sources that it replaces, in the order configured.
    package let replaced: [String]
    /// What an absent key means.
    package let absence: AbsencePolicy
    /// Products whose rows are passed over.
    package var disabledProducts: Set<String>
    /// The last day that had ended when the poll began; nil when none of the window had.
    package var finishedThrough: CalendarDay?
    /// Days of which the vendor says whether they are final.
    package var finality: [CalendarDay: Bool] = [:]
    /// Days that were locked after an earlier poll had covered them: changes of them come late.
    package var lockedDays: Set<CalendarDay> = []
    /// The ranks of the organization's sources.
    package var authority = Authority()

    /// A request to post a poll.
    package init(
        readings: [Reading], window: DayWindow, source: String, replaced: [String] = [],
        absence: AbsencePolicy = .confirm, disabledProducts: Set<String> = [],
        finishedThrough: CalendarDay? = nil, finality: [CalendarDay: Bool] = [:]
    ) {
        self.readings = readings
        self.window = window
        self.source = source
        self.replaced = replaced
        self.absence = absence
        self.disabledProducts = disabledProducts
        self.finishedThrough = finishedThrough
        self.finality = finality
    }

    /// The days that the poll covers after their end; nil when there are none.
    package var finishedDays: DayWindow? {
        guard let finishedThrough, finishedThrough >= window.first else { return nil }
        return DayWindow(first: window.first, last: min(window.last, finishedThrough))
    }
}

/// The posting rules.
package enum Posting {
    /// Plans the entries of a poll.
    ///
    /// - Parameters:
    ///   - request: the poll.
    ///   - posted: what was posted for the keys of the source and of those it replaces, and of
    ///     the other sources with a rank.
    ///   - absentBefore: keys that the previous poll had left unconfirmed.
    /// - Throws: `AmountError` when a difference does not fit.
    package static func plan(
        _ request: PostingRequest, posted: [PostedKey], absentBefore: Set<String> = []
    ) throws(AmountError) -> PostingPlan {
        var run = PostingRun(request, posted: posted)
        for reading in request.readings.sorted(by: isBefore)
        where !request.disabledProducts.contains(reading.key.product) {
            try run.take(reading)
        }
        try run.settleAbsences(absentBefore: absentBefore)
        try run.takeBackSuperseded()
        return run.plan
    }

    private static func isBefore(_ left: Reading, _ right: Reading) -> Bool {
        (left.key.day, left.key.canonicalText) < (right.key.day, right.key.canonicalText)
    }
}
