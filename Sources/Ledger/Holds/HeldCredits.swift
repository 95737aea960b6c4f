// What the holds of one organization come to, by product: what the gate adds to the use.
//
// 1. The sums are exact; one that does not fit an amount is told as the largest one.
// 2. A hold counts until its end is committed. Who only reads may leave out what has expired by
//    the clock: nothing can settle that any more.
// 3. Memory is bounded by the products, not by the holds: see `TimedCredits`.

import Credits

/// Sums of holds.
package struct HeldSum: Sendable, Hashable {
    /// Reserved.
    package let held: CreditAmount
    /// Settled, and not reported by the source yet.
    package let unreported: CreditAmount

    fileprivate init(held: Int128, unreported: Int128) {
        self.held = CreditAmount(microCredits: Int64(clamping: held))
        self.unreported = CreditAmount(microCredits: Int64(clamping: unreported))
    }

    /// held + unreported.
    package var pending: CreditAmount { held.addingAtMost(unreported) }
}

/// The holds of one product.
package struct ProductHolds: Sendable, Hashable {
    /// Open ones by their end.
    fileprivate var open = TimedCredits()
    /// Settled ones by their settlement.
    fileprivate var settled = TimedCredits()

    fileprivate var isEmpty: Bool { open.isEmpty && settled.isEmpty }

    /// What they come to; with an instant, without those that have expired by then.
    package func sum(at now: Timestamp?) -> HeldSum {
        HeldSum(
            held: open.microCredits - (now.map { open.sum(through: $0) } ?? 0),
            unreported: settled.microCredits)
    }
}

/// The holds of one organization.
package struct HeldCredits: Sendable, Hashable {
    /// By product; a product without counting holds is left out.
    package private(set) var products: [String: ProductHolds] = [:]
    private var held: Int128 = 0
    private var unreported: Int128 = 0

    /// Nothing held.
    package init() {}

    /// Whether nothing counts.
    package var isEmpty: Bool { products.isEmpty }

    /// What all that count come to, expired ones too as long as their end is not committed.
    package var total: HeldSum { HeldSum(held: held, unreported: unreported) }

    /// What all come to; with an instant, without those that have expired by then.
    package func total(at now: Timestamp?) -> HeldSum {
        guard let now else { return total }
        let expired = products.values.reduce(Int128(0)) { $0 + $1.open.sum(through: now) }
        return HeldSum(held: held - expired, unreported: unreported)
    }

    /// The next instant after `now` at which open holds expire that are known to do so together.
    package func nextExpiry(after now: Timestamp) -> Timestamp? {
        products.values.compactMap { $0.open.nextEnd(after: now) }.min()
    }

    /// By how many milliseconds at most credits count too long because sums are kept by spans of
    /// time: open ones after their end, and settled ones after a report.
    package var longestSpan: UInt64 {
        products.values.reduce(0) { max($0, $1.open.longestSpan, $1.settled.longestSpan) }
    }

    /// Takes a hold as it is after its last change: made, or ended from being open.
    package mutating func take(_ hold: Hold) {
        let product = hold.request.product
        let credits = hold.request.credits
        switch hold.state {
        case .held:
            held += Int128(credits.microCredits)
            products[product, default: ProductHolds()].open.add(credits, at: hold.expiresAt)
        case .settled, .reported, .voided, .expired:
            held -= Int128(credits.microCredits)
            products[product]?.open.subtract(credits, at: hold.expiresAt)
            takeSettled(hold)
            if products[product]?.isEmpty == true { products[product] = nil }
        }
    }

    /// Takes what a hold was settled at, if it counts.
    mutating func takeSettled(_ hold: Hold) {
        guard hold.state == .settled, let endedAt = hold.endedAt else { return }
        unreported += Int128(hold.countingCredits.microCredits)
        products[hold.request.product, default: ProductHolds()].settled
            .add(hold.countingCredits, at: endedAt)
    }

    /// The first settlement of a product that a release of a time frees; nil when it frees none.
    func firstSettlement(of product: String, in time: Range<Timestamp>) -> Timestamp? {
        products[product]?.settled.first(in: time)
    }

    /// Frees what a product's holds were settled at in a time.
    mutating func release(_ product: String, settled time: Range<Timestamp>) {
        guard let before = products[product]?.settled.microCredits else { return }
        products[product]?.settled.remove(in: time)
        unreported -= before - (products[product]?.settled.microCredits ?? 0)
        if products[product]?.isEmpty == true { products[product] = nil }
    }
}

extension CreditAmount {
    /// The sum of two amounts of 0 or more, or the largest amount where it does not fit.
    package func addingAtMost(_ other: CreditAmount) -> CreditAmount {
        (try? adding(other)) ?? CreditAmount(microCredits: .max)
    }
}
