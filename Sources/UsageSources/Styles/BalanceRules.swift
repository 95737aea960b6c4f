// The rules of balances: `map.balance` says where they stand, the key `balance` how they count.

import Credits
import ExactJSON

/// The rules of a balance. Source: reference on sources, section 2.4.
package struct BalanceRules: Sendable, Equatable {
    /// What a row says.
    package enum Fields: Sendable, Equatable {
        /// Totals of what was granted and used, and what is left, if it says so.
        case granted(JSONPath, used: JSONPath, remaining: JSONPath?)
        /// What is left, and of how much, if it says so.
        case remaining(JSONPath, limit: JSONPath?)
    }

    /// Where the figures stand.
    package let fields: Fields
    /// How use counts: when the period begins anew, first sight, midnight; a total of use that
    /// falls. What is left may rise at any time.
    package let counter: CounterRules
}

/// A balance that a poll saw.
package struct BalanceSample: Sendable, Hashable {
    /// What a row said.
    package enum Figures: Sendable, Hashable {
        /// Totals.
        case granted(ExactDecimal, used: ExactDecimal, remaining: ExactDecimal?)
        /// What is left.
        case remaining(ExactDecimal, limit: ExactDecimal?)
    }

    /// Which balance.
    package let series: SeriesKey
    /// Its figures in units.
    package let figures: Figures
    /// The vendor's mark of the period that it counts; empty when there is none.
    package let mark: String
}
