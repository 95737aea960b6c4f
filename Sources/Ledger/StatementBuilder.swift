// Reckoning a statement from entries and the history of terms.
//
// 1. Only entries of the month's days count, however late they come: late data changes the
//    statement of its month and no other.
// 2. As known at an instant, nothing recorded later counts, neither entries nor terms, but for the
//    first terms there are; so a statement of the past reads the same for ever.
// 3. Base and prices are those in force at the month's last instant, or at the instant looked
//    from when that is earlier.
// 4. What one poll or one person writes at once after the month was closed is one revision.

import Credits

/// What is asked for.
package struct StatementRequest: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// The month in the organization's zone.
    package let month: BillingMonth
    /// The organization's terms through time.
    package let terms: TermsHistory
    /// How long after its end a month is settling.
    package let settleMilliseconds: Int64
    /// The instant whose knowledge counts; nil for all there is.
    package let knownAt: Timestamp?
    /// The present instant.
    package let now: Timestamp

    /// A request for a month.
    package init(
        organization: String, month: BillingMonth, terms: TermsHistory,
        settleMilliseconds: Int64, knownAt: Timestamp? = nil, now: Timestamp
    ) {
        self.organization = organization
        self.month = month
        self.terms = terms
        self.settleMilliseconds = settleMilliseconds
        self.knownAt = knownAt
        self.now = now
    }

    /// The days of the month.
    package var window: DayWindow {
        DayWindow(first: month.firstDay, last: month.next.firstDay.adding(days: -1))
    }
}

/// Reads the entries of a month in any order.
package struct StatementBuilder: Sendable {
    /// What makes entries one arrival.
    private struct Arrival: Sendable, Hashable {
        let recordedAt: Timestamp
        let poll: String
    }

    private let request: StatementRequest
    private let terms: Terms
    private let start: Timestamp
    private let reset: Timestamp
    private let closesAt: Timestamp
    private var account: Account
    private var lateArrivals: Set<Arrival> = []
    private var counts: [EntryKind: Int64] = [:]
    private var first: StatementEntry?
    private var last: StatementEntry?

    /// A statement before its first entry.
    package init(_ request: StatementRequest) {
        self.request = request
        let known = request.knownAt.map { request.terms.known(at: $0) } ?? request.terms
        // Zones change on the 1st only, so any instant amid the month tells its zone.
        let middle = request.month.firstDay.adding(days: 14).daysSinceEpoch * 86_400
        let calendar = known.terms(at: Timestamp(seconds: middle)).calendar
        start = calendar.start(of: request.month)
        reset = calendar.start(of: request.month.next)
        closesAt = reset.adding(milliseconds: request.settleMilliseconds)
        let seenFrom = request.knownAt ?? request.now
        terms = known.terms(at: min(seenFrom, reset.adding(milliseconds: -1)))
        account = Account(organization: request.organization)
    }

    /// Whether the month has begun at the instant looked from.
    package var hasBegun: Bool { seenFrom >= start }

    private var seenFrom: Timestamp { request.knownAt ?? request.now }

    /// Entries recorded from here on make another revision.
    package var lateFrom: Timestamp { closesAt }

    /// Reads the sum of entries of the month that are known and not late; their ends are named by
    /// `name`.
    package mutating func read(_ sum: EntrySum) throws(AmountError) {
        try account.post(sum.credits, product: sum.product, day: sum.day)
        counts[sum.kind, default: 0] += sum.count
    }

    /// Names an entry that was read in a sum, in case it is the first or the last one.
    package mutating func name(_ entry: Entry) {
        let named = StatementEntry(
            sequence: entry.sequence, recordedAt: entry.recordedAt, hash: entry.hash)
        if entry.sequence < first?.sequence ?? .max { first = named }
        if entry.sequence > last?.sequence ?? 0 { last = named }
    }

    /// Reads an entry; one of another month, or not known yet, changes nothing.
    package mutating func read(_ entry: Entry) throws(AmountError) {
        guard request.month.contains(entry.day) else { return }
        if let knownAt = request.knownAt, entry.recordedAt > knownAt { return }
        try account.post(entry.credits, product: entry.product, day: entry.day)
        counts[entry.kind, default: 0] += 1
        if entry.recordedAt >= closesAt {
            lateArrivals.insert(Arrival(recordedAt: entry.recordedAt, poll: entry.poll))
        }
        name(entry)
    }

    /// The statement of what was read.
    package func statement() throws(AmountError) -> Statement {
        let used = account.used(in: request.month)
        let overage = max(try used.subtracting(terms.baseAllocation), .zero)
        return Statement(
            organization: request.organization, month: request.month, status: status,
            revision: status == .closed ? 1 + Int64(lateArrivals.count) : 0,
            periodStart: start, periodReset: reset, closesAt: closesAt,
            knownAt: request.knownAt, base: terms.baseAllocation, used: used, overage: overage,
            cost: try cost(of: try used.subtracting(overage), overage), products: products,
            entryCount: counts.values.reduce(0, +), correctionCount: counts[.correction] ?? 0,
            adjustmentCount: (counts[.adjustment] ?? 0) + (counts[.opening] ?? 0),
            firstEntry: first, lastEntry: last)
    }

    private var status: StatementStatus {
        if seenFrom < reset { return .open }
        return seenFrom < closesAt ? .settling : .closed
    }

    private var products: [StatementProduct] {
        account.products.map { product in
            let days = account.days.keys.sorted().compactMap { day in
                account.days[day]?[product].map { StatementDay(day: day, credits: $0.net) }
            }
            return StatementProduct(
                id: product, total: account.used(product: product, in: request.month),
                days: days)
        }
    }

    private func cost(
        of withinBase: CreditAmount, _ overage: CreditAmount
    ) throws(AmountError) -> StatementCost? {
        guard let pricing = terms.pricing else { return nil }
        let base = try ExactDecimal(withinBase.description).multiplied(by: pricing.base)
        let beyond = try ExactDecimal(overage.description).multiplied(by: pricing.overage)
        return StatementCost(
            pricing: pricing, base: base, overage: beyond, total: try base.adding(beyond))
    }
}
