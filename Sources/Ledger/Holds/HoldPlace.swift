// Where a hold stands in the list of those in its state.

import Credits

/// A place in a list of holds: when an open one ends by itself, or another one ended; then the
/// identifier.
package struct HoldPlace: Sendable, Hashable, CustomStringConvertible {
    /// When it ends by itself, or ended.
    package let dueAt: Timestamp
    /// Its identifier.
    package let id: String

    /// The place before all that are due at an instant or later.
    package init(before instant: Timestamp) {
        dueAt = instant
        id = ""
    }

    /// The place of a hold of an identifier.
    package init(dueAt: Timestamp, id: String) {
        self.dueAt = dueAt
        self.id = id
    }

    /// The place of a hold.
    package init(of hold: Hold) {
        dueAt = hold.endedAt ?? hold.expiresAt
        id = hold.id
    }

    /// Reads the text of a place; nil when it is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), milliseconds >= 0,
            (1...128).contains(parts[1].utf8.count), !parts[1].utf8.contains(0)
        else { return nil }
        dueAt = Timestamp(milliseconds: milliseconds)
        id = String(parts[1])
    }

    package var description: String { "\(dueAt.milliseconds)-\(id)" }
}
