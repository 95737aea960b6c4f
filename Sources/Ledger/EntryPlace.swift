// Where an entry stands when entries are read day by day.

import Credits

/// A place in the order of days and sequences.
package struct EntryPlace: Sendable, Hashable, Comparable {
    /// The ledger day.
    package let day: CalendarDay
    /// The sequence within the organization.
    package let sequence: Int64

    /// A place on a day.
    package init(day: CalendarDay, sequence: Int64) {
        self.day = day
        self.sequence = sequence
    }

    /// The place of an entry.
    package init(of entry: Entry) {
        self.init(day: entry.day, sequence: entry.sequence)
    }

    package static func < (left: EntryPlace, right: EntryPlace) -> Bool {
        (left.day, left.sequence) < (right.day, right.sequence)
    }
}
