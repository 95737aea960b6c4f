// The part of the store that holds use.

import Credits
import Ledger

/// Holds.
package protocol HoldRows {
    /// The hold of an identifier.
    func hold(id: String) throws -> Hold?

    /// The hold that was made under an idempotency key.
    func hold(key: String) throws -> Hold?

    /// Inserts a hold, or replaces what may change of one: state, settled credits and end.
    func putHold(_ hold: Hold) throws

    /// Holds that are open or settled and not reported, behind an identifier, in their order.
    func countingHolds(after id: String, limit: Int) throws -> [Hold]

    /// Holds in a state, in the order of their places, behind one.
    func holds(in state: HoldState, after place: HoldPlace?, limit: Int) throws -> [Hold]

    /// Marks settled holds as reported.
    func releaseHolds(_ release: HoldRelease) throws

    /// Removes holds that count no more and ended before an instant, the oldest first.
    ///
    /// - Returns: how many were removed.
    func dropHolds(endedBefore instant: Timestamp, limit: Int) throws -> Int
}
