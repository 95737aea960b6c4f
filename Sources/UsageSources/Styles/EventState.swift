// What a source of events remembers from poll to poll.
//
// 1. `cursor` never goes back, and never into the time that is not settled.
// 2. An identity is kept as long as a poll may ask for its time again.

import Credits
import ExactJSON

/// The state of a source of events.
struct EventState: Sendable, Hashable {
    /// The most identities that are remembered.
    static let mostIdentities = 100_000

    /// Events before this instant were read, but for those that arrive late.
    var cursor: Timestamp
    /// Events of the overlap that were counted, and when they happened.
    var seen: [String: Timestamp] = [:]
    /// What was counted.
    var totals: DayTotals

    /// A state before the first poll.
    init(_ span: EventSpan, calendar: ZonedCalendar) {
        cursor = span.start
        // A written date may lie a day before that of its instant here.
        totals = DayTotals(since: calendar.day(at: span.start).adding(days: -1))
    }

    /// Reads a state.
    init(_ reader: StateReader) throws(PollFailure) {
        cursor = try reader.instant("cursor")
        totals = try DayTotals(since: try reader.day("since"), reader)
        for row in try reader.rows("seen", width: 2) {
            seen[try reader.text(row[0])] = try reader.instant(row[1])
        }
    }

    /// The state, its members in a fixed order.
    var json: JSONObject {
        let identities = seen.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        return [
            "style": .string(EventReduction.style), "cursor": .integer(cursor.milliseconds),
            "since": .string(totals.since.description),
            "seen": .array(
                identities.map { [.string($0.key), .integer($0.value.milliseconds)] }),
            "totals": totals.json,
        ]
    }

    /// Drops what no later poll asks for.
    mutating func prune(overlapMilliseconds: Int64, calendar: ZonedCalendar) {
        let start = cursor.adding(milliseconds: -overlapMilliseconds)
        seen = seen.filter { $0.value >= start }
        totals.drop(before: calendar.day(at: start).adding(days: -1))
    }
}

extension PollWindow {
    /// The time asked for.
    var asked: EventSpan {
        EventSpan(
            start: spans.first?.firstInstant ?? calendar.start(of: first),
            end: spans.last?.endInstant ?? calendar.start(of: last.adding(days: 1)))
    }
}

extension SourceDefinition {
    /// The time that the next poll asks for, when events are read on from a cursor; else nil.
    package func span(
        state: String?, organization: ZonedCalendar, now: Timestamp
    ) throws(PollFailure) -> EventSpan? {
        guard case .events(let rules) = self.rules, let cursor = rules.cursor else { return nil }
        let window = PollWindow(self.window, organization: organization, now: now)
        return try cursor.span(
            state: state, source: id, first: window.calendar.start(of: window.first), now: now)
    }
}

extension EventCursor {
    /// The time that the next poll asks for.
    ///
    /// - Parameter first: where the first poll begins.
    package func span(
        state text: String?, source: String, first: Timestamp, now: Timestamp
    ) throws(PollFailure) -> EventSpan {
        let end = now.adding(milliseconds: -settleMilliseconds)
        guard let reader = try StateReader(text, style: EventReduction.style, source: source)
        else { return EventSpan(start: min(first, end), end: end) }
        let cursor = try reader.instant("cursor")
        return EventSpan(
            start: min(end, cursor.adding(milliseconds: -overlapMilliseconds)), end: end)
    }
}
