// What one vendor's customer used, cut as finely as any vendor reports it.

/// Usage of one model by one project on one day.
package struct VendorLine: Sendable, Equatable {
    /// The day in UTC.
    package let day: SimulatedDay
    /// The hour of the day in which all of it was used, 0 to 23.
    package let hour: Int
    /// The model.
    package let model: String
    /// The project; nil for use outside of any, which vendors report as null.
    package let project: String?
    /// The address of the user.
    package let user: String
    /// Tokens of the questions, cached ones included.
    package let inputTokens: Int64
    /// Tokens of the questions that were read from a cache.
    package let cachedTokens: Int64
    /// Tokens of the answers.
    package let outputTokens: Int64
    /// Requests.
    package let requests: Int64
    /// The price in US dollars, six decimals.
    package let cost: SimulatedAmount
    /// The same in a vendor's own credits, six decimals.
    package let credits: SimulatedAmount

    /// The beginning of the hour, in seconds since 1970.
    package var instant: Int { day.number * 86_400 + hour * 3600 }
    /// All tokens.
    package var tokens: Int64 { inputTokens + outputTokens }
    /// The price in whole cents, rounded down.
    package var wholeCents: Int64 { cost.micros / 10_000 }
}
