// Every hold that counts, in memory: the open ones by identifier and by their end, the settled ones
// by product until they are reported.
//
// 1. The sums are those of the holds that the book was given; what it is given twice counts once.
// 2. The book follows the store: it takes only what was committed.

import Credits

/// The counting holds of all organizations.
package struct HoldBook: Sendable {
    /// A product of an organization.
    private struct Place: Sendable, Hashable {
        let organization: String
        let product: String
    }

    /// Settled credits of one instant.
    private struct Settled: Sendable {
        let at: Timestamp
        var microCredits: Int64
    }

    private var open: [String: Hold] = [:]
    private var deadlines = DeadlineHeap()
    private var settled: [Place: [Settled]] = [:]
    /// Exact sums; 128 bits hold every sum of 64-bit amounts.
    private var heldSums: [Place: Int128] = [:]
    /// What counts beside the ledger, by organization.
    package private(set) var credits: [String: HeldCredits] = [:]

    /// A book without holds.
    package init() {}

    /// How many holds are open.
    package var openCount: Int { open.count }

    /// The open hold of an identifier.
    package func openHold(_ id: String) -> Hold? { open[id] }

    /// When the next open hold ends by itself.
    package var nextExpiry: Timestamp? { deadlines.first?.at }

    /// The sums of an organization.
    package func credits(of organization: String) -> HeldCredits {
        credits[organization] ?? HeldCredits()
    }

    /// Takes a hold as it is now.
    package mutating func take(_ hold: Hold) {
        let place = Place(
            organization: hold.request.organization, product: hold.request.product)
        let former = open[hold.id]
        switch hold.state {
        case .held:
            guard former == nil else { return }
            open[hold.id] = hold
            deadlines.insert(DeadlineHeap.Element(at: hold.expiresAt, id: hold.id))
            reserve(hold.request.credits, more: true, at: place)
        case .settled, .reported, .voided, .expired:
            if former != nil {
                open[hold.id] = nil
                reserve(hold.request.credits, more: false, at: place)
                dropEndedDeadlines()
            }
            if hold.state == .settled, let endedAt = hold.endedAt {
                settle(hold.countingCredits, at: endedAt, in: place)
            }
        }
    }

    /// The open holds whose time is over, in the order of their ends.
    package func overdue(at now: Timestamp, limit: Int) -> [Hold] {
        Array(deadlines.due(at: now).lazy.compactMap { self.open[$0.id] }.prefix(limit))
    }

    /// What a complete poll of some products makes cease to count, sorted.
    package func releases(
        of organization: String, settledBefore instant: Timestamp,
        of isReported: (_ product: String) -> Bool
    ) -> [HoldRelease] {
        settled.compactMap { place, list -> HoldRelease? in
            guard place.organization == organization, let first = list.first, first.at < instant,
                isReported(place.product)
            else { return nil }
            return HoldRelease(
                organization: organization, product: place.product, settledBefore: instant)
        }.sorted { $0.product < $1.product }
    }

    /// Takes a release that was committed.
    package mutating func take(_ release: HoldRelease) {
        let place = Place(organization: release.organization, product: release.product)
        guard let list = settled[place] else { return }
        let rest = list.drop { $0.at < release.settledBefore }
        settled[place] = rest.isEmpty ? nil : Array(rest)
        sumSettled(of: place)
    }

    private mutating func reserve(_ credits: CreditAmount, more: Bool, at place: Place) {
        let sum =
            (heldSums[place] ?? 0) + Int128(more ? credits.microCredits : -credits.microCredits)
        heldSums[place] = sum == 0 ? nil : sum
        replace(\.held, at: place, by: Self.amount(sum))
    }

    private mutating func settle(_ credits: CreditAmount, at instant: Timestamp, in place: Place) {
        var list = settled[place] ?? []
        // They come in the order of their settlement, but for a clock that was set back.
        let index = list.lastIndex { $0.at <= instant }
        if let index, list[index].at == instant {
            list[index].microCredits =
                Self.amount(
                    Int128(list[index].microCredits) + Int128(credits.microCredits)
                ).microCredits
        } else {
            list.insert(
                Settled(at: instant, microCredits: credits.microCredits),
                at: index.map { $0 + 1 } ?? 0)
        }
        settled[place] = list
        let sum = self.credits(of: place.organization).products[place.product]?.unreported ?? .zero
        replace(\.unreported, at: place, by: sum.addingAtMost(credits))
    }

    private mutating func sumSettled(of place: Place) {
        let sum = (settled[place] ?? []).reduce(Int128(0)) { $0 + Int128($1.microCredits) }
        replace(\.unreported, at: place, by: Self.amount(sum))
    }

    private mutating func replace(
        _ part: WritableKeyPath<HeldSum, CreditAmount>, at place: Place, by amount: CreditAmount
    ) {
        var sums = credits(of: place.organization)
        sums.replace(part, of: place.product, by: amount)
        credits[place.organization] = sums.isEmpty ? nil : sums
    }

    private static func amount(_ sum: Int128) -> CreditAmount {
        CreditAmount(microCredits: Int64(clamping: sum))
    }

    /// Holds that ended before their time leave their deadlines behind: they go when they lead, or
    /// when they are most of what is there.
    private mutating func dropEndedDeadlines() {
        while let first = deadlines.first, open[first.id] == nil { deadlines.removeFirst() }
        guard deadlines.count > 2 * open.count + 64 else { return }
        deadlines = DeadlineHeap(
            open.values.map { DeadlineHeap.Element(at: $0.expiresAt, id: $0.id) })
    }
}
