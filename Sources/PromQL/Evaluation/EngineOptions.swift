// How an engine evaluates.

/// Options of evaluation; the defaults are an ordinary server's.
package struct EngineOptions: Sendable {
    /// Which ends of ranges and look-back belong to them.
    package var profile: VersionProfile
    /// How far back an instant selector looks, in milliseconds.
    package var lookback: Int64
    /// The step of a subquery that names none, in milliseconds.
    package var subqueryStep: Int64
    /// The most samples a query may hold at once.
    package var maximumSamples: Int
    /// The most points per series of a range query.
    package var maximumPoints: Int
    /// Metric names go at the end of the query instead of at each function.
    package var delaysNameRemoval: Bool
    /// Asked now and then during a query; true ends the query with an error. A caller's time limit.
    package var shouldStop: (@Sendable () -> Bool)?

    /// The options of an ordinary server.
    package static let standard = EngineOptions()

    /// Makes options; every default is an ordinary server's.
    package init(
        profile: VersionProfile = .prometheus3, lookback: Int64 = 300_000,
        subqueryStep: Int64 = 60_000, maximumSamples: Int = 50_000_000,
        maximumPoints: Int = 11_000, delaysNameRemoval: Bool = false,
        shouldStop: (@Sendable () -> Bool)? = nil
    ) {
        self.profile = profile
        self.lookback = lookback
        self.subqueryStep = subqueryStep
        self.maximumSamples = maximumSamples
        self.maximumPoints = maximumPoints
        self.delaysNameRemoval = delaysNameRemoval
        self.shouldStop = shouldStop
    }
}
