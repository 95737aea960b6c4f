// What the holds of one organization come to, by product: what the gate adds to the use.
//
// 1. Each sum is that of the counting holds of its state; sums that would not fit stay at the
//    largest amount, so that they never free credits.

import Credits

/// Sums of holds.
package struct HeldSum: Sendable, Hashable {
    /// Reserved.
    package internal(set) var held = CreditAmount.zero
    /// Settled, and not reported by the source yet.
    package internal(set) var unreported = CreditAmount.zero

    /// Nothing held.
    package init() {}

    /// held + unreported.
    package var pending: CreditAmount { held.addingAtMost(unreported) }
}

/// The sums of one organization.
package struct HeldCredits: Sendable, Hashable {
    /// All products together.
    package private(set) var total = HeldSum()
    /// By product; a product without counting holds is left out.
    package private(set) var products: [String: HeldSum] = [:]

    /// Nothing held.
    package init() {}

    /// Whether nothing counts.
    package var isEmpty: Bool { products.isEmpty }

    /// Takes a hold as it is after its last change: made, or ended from being open.
    ///
    /// Where a sum did not fit, it stays at the largest amount.
    package mutating func take(_ hold: Hold) {
        let product = hold.request.product
        let sum = products[product] ?? HeldSum()
        if hold.state == .held {
            replace(\.held, of: product, by: sum.held.addingAtMost(hold.request.credits))
            return
        }
        let isLargest = sum.held.microCredits == .max
        let rest = isLargest ? nil : try? sum.held.subtracting(hold.request.credits)
        replace(\.held, of: product, by: rest ?? sum.held)
        replace(\.unreported, of: product, by: sum.unreported.addingAtMost(hold.countingCredits))
    }

    /// Puts what a product's holds of a state come to now in the place of what they came to.
    mutating func replace(
        _ part: WritableKeyPath<HeldSum, CreditAmount>, of product: String, by amount: CreditAmount
    ) {
        var sum = products[product] ?? HeldSum()
        sum[keyPath: part] = amount
        products[product] = sum == HeldSum() ? nil : sum
        total[keyPath: part] = products.values.reduce(.zero) {
            $0.addingAtMost($1[keyPath: part])
        }
    }
}

extension CreditAmount {
    /// The sum of two amounts of 0 or more, or the largest amount where it does not fit.
    package func addingAtMost(_ other: CreditAmount) -> CreditAmount {
        (try? adding(other)) ?? CreditAmount(microCredits: .max)
    }
}
