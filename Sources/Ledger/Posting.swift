// The posting rules: absolute readings become signed entries.
//
// 1. Entry = new absolute − sum already posted for the key; zero posts nothing.
// 2. So replaying a poll posts nothing, and the entries of a key sum to its last absolute value.
// 3. A source that replaces others takes over their keys instead of posting beside them.
// 4. A key that a complete poll of its day leaves out is handled by the absence policy.

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

/// What an absent key means in a complete poll of its day.
package enum AbsencePolicy: String, Sendable, Hashable, CaseIterable {
    /// The vendor lists every day: absent is zero.
    case zero
    /// The vendor lists only what it has: absent changes nothing.
    case keep
    /// Absent in two complete polls in a row is zero.
    case confirm
}

/// The entries that a poll brings, and the keys they change.
package struct PostingPlan: Sendable, Hashable {
    /// The entries, by day and key.
    package var drafts: [EntryDraft] = []
    /// The new state of every changed key, in the same order.
    package var posted: [PostedKey] = []
    /// Keys absent from this poll that the next one has to confirm.
    package var unconfirmedAbsences: Set<String> = []
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
    package let disabledProducts: Set<String>

    /// A request to post a poll.
    package init(
        readings: [Reading], window: DayWindow, source: String, replaced: [String] = [],
        absence: AbsencePolicy = .confirm, disabledProducts: Set<String> = []
    ) {
        self.readings = readings
        self.window = window
        self.source = source
        self.replaced = replaced
        self.absence = absence
        self.disabledProducts = disabledProducts
    }
}

/// The posting rules.
package enum Posting {
    /// Plans the entries of a poll.
    ///
    /// - Parameters:
    ///   - request: the poll.
    ///   - posted: what was posted for the keys of the source and of those it replaces.
    ///   - absentBefore: keys that the previous poll had left unconfirmed.
    /// - Throws: `AmountError` when a difference does not fit.
    package static func plan(
        _ request: PostingRequest, posted: [PostedKey], absentBefore: Set<String> = []
    ) throws(AmountError) -> PostingPlan {
        var state = Dictionary(posted.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        var plan = PostingPlan()
        var stated: Set<String> = []
        for reading in request.readings.sorted(by: isBefore)
        where !request.disabledProducts.contains(reading.key.product) {
            let keys = keys(of: reading.key, in: request, state: state)
            stated.formUnion(keys)
            for (index, key) in keys.enumerated() {
                let target = index == 0 ? reading.credits : .zero
                let statement = Statement(
                    key: reading.key, canonical: key, target: target,
                    quantity: index == 0 ? reading.quantity.description : "0",
                    rate: reading.creditsPerUnit.description)
                try post(statement, by: request.source, state: &state, into: &plan)
            }
        }
        try settleAbsences(
            request, posted: posted, stated: stated, absentBefore: absentBefore, state: &state,
            into: &plan)
        return plan
    }

    private static func isBefore(_ left: Reading, _ right: Reading) -> Bool {
        (left.key.day, left.key.canonicalText) < (right.key.day, right.key.canonicalText)
    }

    /// The canonical keys that a reading speaks for: the first takes its value, the rest go to 0.
    private static func keys(
        of key: ReadingKey, in request: PostingRequest, state: [String: PostedKey]
    ) -> [String] {
        let own = key.canonicalText
        let inherited = request.replaced
            .map { key.renamed(source: $0).canonicalText }
            .filter { state[$0] != nil }
        return state[own] == nil && !inherited.isEmpty ? inherited : [own] + inherited
    }

    private static func settleAbsences(
        _ request: PostingRequest, posted: [PostedKey], stated: Set<String>,
        absentBefore: Set<String>, state: inout [String: PostedKey], into plan: inout PostingPlan
    ) throws(AmountError) {
        guard request.absence != .keep else { return }
        let absent = posted.filter { key in
            request.window.contains(key.day) && !stated.contains(key.key)
                && key.credits != .zero && !request.disabledProducts.contains(key.product)
        }
        for key in absent.sorted(by: { ($0.day, $0.key) < ($1.day, $1.key) }) {
            if request.absence == .confirm, !absentBefore.contains(key.key) {
                plan.unconfirmedAbsences.insert(key.key)
                continue
            }
            let statement = Statement(
                key: ReadingKey(
                    source: key.source, organization: key.organization, product: key.product,
                    unit: key.unit, day: key.day),
                canonical: key.key, target: .zero, quantity: "0", rate: "1")
            try post(statement, by: request.source, state: &state, into: &plan)
        }
    }

    /// An absolute value for one canonical key.
    private struct Statement {
        let key: ReadingKey
        let canonical: String
        let target: CreditAmount
        let quantity: String
        let rate: String
    }

    private static func post(
        _ statement: Statement, by source: String, state: inout [String: PostedKey],
        into plan: inout PostingPlan
    ) throws(AmountError) {
        let before = state[statement.canonical]
        let delta = try statement.target.subtracting(before?.credits ?? .zero)
        guard delta != .zero else { return }
        let key = statement.key
        let revision = (before?.revision ?? 0) + 1
        plan.drafts.append(
            EntryDraft(
                day: key.day, product: key.product, kind: delta.isNegative ? .correction : .usage,
                credits: delta, quantity: statement.quantity, unit: key.unit,
                rate: statement.rate, source: source, key: statement.canonical,
                revision: revision, note: ""))
        let after = PostedKey(
            key: statement.canonical, source: before?.source ?? key.source,
            organization: key.organization, product: key.product, unit: key.unit, day: key.day,
            credits: statement.target, revision: revision)
        state[statement.canonical] = after
        plan.posted.append(after)
    }
}

extension ReadingKey {
    /// The same key of another source.
    fileprivate func renamed(source: String) -> ReadingKey {
        ReadingKey(
            source: source, organization: organization, product: product, unit: unit, day: day,
            periodDays: periodDays, dimensions: dimensions)
    }
}
