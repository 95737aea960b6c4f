// The part of the store that sources use: what a style remembers from poll to poll, and which days
// were covered.

import Credits

/// What sources remember between polls.
///
/// It is written in the transaction of the entries that it explains, so a poll that is posted twice
/// finds its own state and posts nothing.
package protocol SourceStateRows {
    /// The state of a source as JSON text; nil before its first.
    func sourceState(of source: String) throws -> String?

    /// Inserts or replaces the state of a source.
    func putSourceState(_ text: String, of source: String) throws

    /// The days of a window that complete polls covered after their end, by source (nil: all).
    func coveredDays(
        of sources: [String]?, in window: DayWindow
    ) throws -> [String: Set<CalendarDay>]

    /// Notes that a complete poll of a source covered days after their end; again changes nothing.
    func recordCoveredDays(_ days: [CalendarDay], of source: String) throws
}
