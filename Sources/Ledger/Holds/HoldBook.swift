// Every hold that counts, in memory: the open ones by identifier and by their end, the settled ones
// as sums by product until they are reported.
//
// 1. The sums are those of the holds that the book was given; open ones that it is given twice
//    count once.
// 2. The book follows the store: it takes only what was committed.

import Credits

/// The counting holds of all organizations.
package struct HoldBook: Sendable {
    private var open: [String: Hold] = [:]
    private var deadlines = DeadlineHeap()
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
        let organization = hold.request.organization
        let former = open[hold.id]
        if hold.state == .held {
            guard former == nil else { return }
            open[hold.id] = hold
            deadlines.insert(DeadlineHeap.Element(at: hold.expiresAt, id: hold.id))
            credits[organization, default: HeldCredits()].take(hold)
        } else if former != nil {
            open[hold.id] = nil
            credits[organization]?.take(hold)
            dropIfEmpty(organization)
            dropEndedDeadlines()
        } else {
            credits[organization, default: HeldCredits()].takeSettled(hold)
            dropIfEmpty(organization)
        }
    }

    /// The open holds whose time is over, in the order of their ends.
    package func overdue(at now: Timestamp, limit: Int) -> [Hold] {
        Array(deadlines.due(at: now).lazy.compactMap { self.open[$0.id] }.prefix(limit))
    }

    /// What ceases to count of the holds of an organization that were settled in the times that
    /// are given for each product: a release for each time, in their order.
    package func releases(
        of organization: String, settled times: (_ product: String) -> [Range<Timestamp>]
    ) -> [HoldRelease] {
        guard let credits = credits[organization] else { return [] }
        var found: [Range<Timestamp>: (first: Timestamp, products: [String])] = [:]
        for product in credits.products.keys {
            for time in times(product) {
                guard let first = credits.firstSettlement(of: product, in: time) else { continue }
                let others = found[time]
                found[time] = (
                    min(first, others?.first ?? first), (others?.products ?? []) + [product]
                )
            }
        }
        return found.map { time, found in
            HoldRelease(
                organization: organization, products: found.products,
                settled: max(time.lowerBound, found.first)..<time.upperBound)
        }.sorted {
            ($0.settled.upperBound, $0.settled.lowerBound)
                < ($1.settled.upperBound, $1.settled.lowerBound)
        }
    }

    /// Takes a release whose cause was committed.
    package mutating func take(_ release: HoldRelease) {
        for product in release.products {
            credits[release.organization]?.release(product, settled: release.settled)
        }
        dropIfEmpty(release.organization)
    }

    private mutating func dropIfEmpty(_ organization: String) {
        if credits[organization]?.isEmpty == true { credits[organization] = nil }
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
