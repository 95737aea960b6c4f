// Which days a source is asked for: the keys `window` and `schedule.sweep`.

import Credits
import PositionedYAML

/// Which days a source is asked for, and in how many requests.
package struct WindowDefinition: Sendable, Equatable {
    /// Where the window ends.
    package enum End: String, Sendable, Hashable, CaseIterable {
        /// With today.
        case today
        /// At the present instant, for vendors that refuse a future end.
        case now
        /// With yesterday, for vendors that report finished days only.
        case startOfToday = "start_of_today"
    }

    /// The zone of the source's days; nil means the organization's.
    package let calendar: ZonedCalendar?
    /// How many days before today are asked for at least.
    package let lookbackDays: Int64
    /// The most days of one request; nil means any number.
    package let maximumSpanDays: Int64?
    /// Where it ends.
    package let end: End
    /// Whether every day is a request of its own.
    package let asksPerDay: Bool

    /// Three days, the organization's zone, one request.
    package static let standard = WindowDefinition(calendar: nil, lookbackDays: 3)

    /// A window definition.
    package init(
        calendar: ZonedCalendar?, lookbackDays: Int64, maximumSpanDays: Int64? = nil,
        end: End = .today, asksPerDay: Bool = false
    ) {
        self.calendar = calendar
        self.lookbackDays = lookbackDays
        self.maximumSpanDays = maximumSpanDays
        self.end = end
        self.asksPerDay = asksPerDay
    }

    /// The same days in one request.
    var asOneRequest: WindowDefinition {
        WindowDefinition(calendar: calendar, lookbackDays: lookbackDays, end: end)
    }
}

/// A longer look-back now and then, for days that vendors restate late.
package struct SweepDefinition: Sendable, Equatable {
    /// Milliseconds from one sweep to the next.
    package let everyMilliseconds: Int64
    /// How many days before today a sweep asks for.
    package let lookbackDays: Int64
}

/// Which polls are sweeps. Times are milliseconds on a monotonic clock.
///
/// The first poll is one. Where absent keys need a second poll to be confirmed, two complete
/// sweeps follow each other; a sweep that fails is repeated by the next poll.
package struct SweepSchedule: Sendable, Equatable {
    private let sweep: SweepDefinition?
    private let pollsPerSweep: Int
    private var pending: Int
    private var last: Int64?

    /// The schedule of a source.
    package init(_ definition: SourceDefinition) {
        sweep = definition.sweep
        pollsPerSweep = definition.absent == .confirm ? 2 : 1
        pending = definition.sweep == nil ? 0 : pollsPerSweep
    }

    /// Whether a poll that begins now is a sweep.
    package mutating func isDue(at now: Int64) -> Bool {
        guard let sweep else { return false }
        if pending == 0, let last, now - last >= sweep.everyMilliseconds {
            pending = pollsPerSweep
        }
        return pending > 0
    }

    /// Takes note of a complete sweep that began at `start`.
    package mutating func complete(startedAt start: Int64) {
        guard pending > 0 else { return }
        if pending == pollsPerSweep { last = start }
        pending -= 1
    }
}

extension WindowDefinition {
    /// Decodes `window`; it reaches back as far as days take to settle.
    static func decode(
        from source: inout MappingDecoder, settleDays settle: Int64?
    ) -> WindowDefinition {
        let standardLookback = max(standard.lookbackDays, settle ?? 0)
        guard var window = source.mapping("window") else {
            return WindowDefinition(calendar: nil, lookbackDays: standardLookback)
        }
        let calendar = window.timeZone("time_zone")
        let lookback = window.wholeDays("lookback", from: 0) ?? standardLookback
        if let settle, lookback < settle {
            window.mistake(
                "lookback", "must reach as far as `finality.settle`, \(settle)d")
        }
        let span = window.wholeDays("max_span", from: 1)
        let words = [End.now.rawValue, End.startOfToday.rawValue]
        let end = window.choice("clamp_end", of: words)
        _ = window.choice("unit", of: ["day"])
        let perRequest = window.choice("per_request", of: ["span", "day"])
        if perRequest?.value == "day", window.contains("max_span") {
            window.mistake("max_span", "goes without `per_request: day`")
        }
        window.refuseRenamed("tz", to: "time_zone")
        window.finish()
        return WindowDefinition(
            calendar: calendar, lookbackDays: lookback, maximumSpanDays: span,
            end: end.flatMap { End(rawValue: $0.value) } ?? .today,
            asksPerDay: perRequest?.value == "day")
    }
}

extension SweepDefinition {
    /// Decodes `schedule`; `sweep` is nil when there is none, or after a mistake.
    static func decode(
        from source: inout MappingDecoder, window: WindowDefinition
    ) -> (sweep: SweepDefinition?, aroundDayEdge: Bool?) {
        guard var schedule = source.mapping("schedule") else { return (nil, nil) }
        defer { schedule.finish() }
        let aroundDayEdge = schedule.boolean("around_day_edge")?.value
        return (sweep(in: &schedule, window: window), aroundDayEdge)
    }

    private static func sweep(
        in schedule: inout MappingDecoder, window: WindowDefinition
    ) -> SweepDefinition? {
        if schedule.contains("every") {
            schedule.mistake("every", "is not known here; write `every` beside `schedule`")
        }
        guard var sweep = schedule.mapping("sweep") else { return nil }
        let every = sweep.requiredDuration("every")?.value.milliseconds
        let lookback = sweep.require("lookback") ? sweep.wholeDays("lookback", from: 1) : nil
        sweep.finish()
        let hour: Int64 = 3_600_000
        if let every, !(hour...(24 * hour * 35)).contains(every) {
            sweep.mistake("every", "must be from 1h to 5w")
        }
        if let lookback, lookback <= window.lookbackDays {
            sweep.mistake("lookback", "must be longer than `window.lookback`")
        }
        guard let every, let lookback else { return nil }
        return SweepDefinition(everyMilliseconds: every, lookbackDays: lookback)
    }
}
