// How what a source reports becomes absolute readings: one set of rules for each style.

/// The rules of a source's style.
package enum StyleRules: Sendable, Equatable {
    /// Rows state absolute values per day.
    case daily
    /// Rows state totals that grow until they are reset.
    case counter(CounterRules)
    /// Rows are single uses.
    case events(EventRules)
    /// Rows state what is left or what was granted and used.
    case balance(BalanceRules)
    /// An exposition states totals for each set of labels.
    case prometheus(PrometheusRules)

    /// Whether a poll becomes readings only together with what its source remembers.
    package var needsState: Bool {
        switch self {
        case .daily: false
        case .events(let rules): rules.cursor != nil
        case .counter, .balance, .prometheus: true
        }
    }
}
