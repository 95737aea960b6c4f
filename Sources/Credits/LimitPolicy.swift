// The limit: how far an organization may go beyond its base allocation.

/// What happens when the base allocation is used up.
package enum LimitMode: String, Sendable, Hashable, CaseIterable {
    /// Block at the base allocation.
    case hard
    /// Allow the allowance beyond it, then block.
    case soft
}

/// Who may change the policy.
package enum LimitOwner: String, Sendable, Hashable {
    /// The configuration file; command line and API refuse to change it.
    case file
    /// Command line and API.
    case api
}

/// A limit policy.
package struct LimitPolicy: Sendable, Hashable, CustomStringConvertible {
    /// Hard or soft.
    package let mode: LimitMode
    /// Credits allowed beyond the base allocation; zero under hard.
    package let allowance: CreditAmount

    /// Block at the base allocation: the default.
    package static let hard = LimitPolicy(mode: .hard, allowance: .zero)

    private init(mode: LimitMode, allowance: CreditAmount) {
        self.mode = mode
        self.allowance = allowance
    }

    /// Allow so many credits beyond the base allocation.
    package static func soft(allowance: CreditAmount) -> LimitPolicy {
        precondition(!allowance.isNegative, "an allowance is not negative")
        return LimitPolicy(mode: .soft, allowance: allowance)
    }

    /// The limit for a base allocation: the largest amount when the sum does not fit.
    package func limit(base: CreditAmount) -> CreditAmount {
        (try? base.adding(allowance)) ?? CreditAmount(microCredits: .max)
    }

    package var description: String {
        mode == .hard ? "hard" : "soft, allowance \(allowance)"
    }
}

/// Prices of one credit.
package struct Pricing: Sendable, Hashable {
    /// ISO 4217 code or any short name.
    package let currency: String
    /// Price within the base allocation.
    package let base: ExactDecimal
    /// Price beyond it.
    package let overage: ExactDecimal

    /// Prices in a currency.
    package init(currency: String, base: ExactDecimal, overage: ExactDecimal) {
        self.currency = currency
        self.base = base
        self.overage = overage
    }
}
