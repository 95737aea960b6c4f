// The part of the store that holds use.

import Credits
import Ledger

/// What became of a part of a release.
package struct ReleasedHolds: Sendable, Hashable {
    /// How many settled holds were looked at, other products' too.
    package let examined: Int
    /// What is left to do; nil when it is done.
    package let rest: HoldRelease?

    /// A part of a release.
    package init(examined: Int, rest: HoldRelease?) {
        self.examined = examined
        self.rest = rest
    }
}

/// Holds.
package protocol HoldRows {
    /// The hold of an identifier.
    func hold(id: String) throws -> Hold?

    /// The hold that was made under an idempotency key.
    func hold(key: String) throws -> Hold?

    /// Inserts a hold, or replaces what may change of one: state, settled credits and end.
    func putHold(_ hold: Hold) throws

    /// Holds in a state, in the order of their places, behind one.
    func holds(in state: HoldState, after place: HoldPlace?, limit: Int) throws -> [Hold]

    /// Marks settled holds as reported, those that were settled first, looking at no more than so
    /// many.
    ///
    /// - Returns: how many were looked at, and what is left to do.
    func releaseHolds(_ release: HoldRelease, limit: Int) throws -> ReleasedHolds

    /// Removes holds that count no more and ended before an instant, the oldest first.
    ///
    /// - Returns: how many were removed.
    func dropHolds(endedBefore instant: Timestamp, limit: Int) throws -> Int
}
