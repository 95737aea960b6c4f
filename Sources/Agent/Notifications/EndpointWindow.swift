// How much may be under way to one endpoint.
//
// 1. Lanes of one endpoint are delivered side by side up to `size`; each success widens it, a
//    failure closes it to a single one that tries. So what dead endpoints hold of the connections
//    stays small, and no endpoint ever waits for another.

/// The window of one endpoint.
struct EndpointWindow: Sendable {
    /// The widest window.
    static let largest = 16
    /// The most rows of a lane that are taken in hand together.
    static let longestRun = 32

    private(set) var size = 4
    private(set) var inFlight = 0
    private(set) var isFailing = false

    /// How many lanes more may be claimed.
    var free: Int { max(0, size - inFlight) }

    /// How many rows of a lane may be claimed: where attempts fail, one shows enough.
    var rowsPerLane: Int { isFailing ? 1 : Self.longestRun }

    mutating func begin() { inFlight += 1 }

    mutating func end() { inFlight = max(0, inFlight - 1) }

    /// Takes in how an attempt ended.
    ///
    /// - Returns: whether the endpoint began to fail, or failed until now.
    mutating func note(isSuccess: Bool) -> Bool {
        defer { isFailing = !isSuccess }
        size = isSuccess ? min(Self.largest, size + 1) : 1
        return isFailing == isSuccess
    }
}
