// What a source of growing totals remembers from poll to poll.
//
// 1. `asOf` never goes back: a clock set back does not reopen days.
// 2. Totals of days are kept from the day of the oldest total on, since use since then may still be
//    divided among them.

import Credits
import ExactJSON

/// One total as it was seen last.
struct CounterMemory: Sendable, Hashable {
    /// Its value.
    var last: ExactDecimal
    /// When.
    var at: Timestamp
    /// The period that it counts.
    var epoch: String
    /// Polls refused in a row because it fell.
    var rejections: Int64 = 0
}

/// The state of a source of growing totals.
struct CounterState: Sendable, Hashable {
    /// The most totals of one source.
    static let mostSeries = 10_000

    /// The time of the last poll.
    var asOf: Timestamp
    /// The totals by series.
    var series: [SeriesKey: CounterMemory] = [:]
    /// What was counted.
    var totals: DayTotals

    /// A state before the first poll.
    init(now: Timestamp, calendar: ZonedCalendar) {
        asOf = now
        totals = DayTotals(since: calendar.day(at: now))
    }

    /// Reads a state.
    init(_ reader: StateReader) throws(PollFailure) {
        asOf = try reader.instant("as_of")
        totals = try DayTotals(since: try reader.day("since"), reader)
        let first = SeriesKey.width
        for row in try reader.rows("series", width: first + 4) {
            series[try SeriesKey(row, reader)] = CounterMemory(
                last: try reader.decimal(row[first]), at: try reader.instant(row[first + 1]),
                epoch: try reader.text(row[first + 2]),
                rejections: try reader.integer(row[first + 3]))
        }
    }

    /// The state, its members in a fixed order.
    func json(style: String) -> JSONObject {
        let rows = series.sorted { $0.key < $1.key }.map { key, memory -> JSONValue in
            .array(
                key.json + [
                    .string(memory.last.description), .integer(memory.at.milliseconds),
                    .string(memory.epoch), .integer(memory.rejections),
                ])
        }
        return [
            "style": .string(style), "as_of": .integer(asOf.milliseconds),
            "since": .string(totals.since.description), "series": .array(rows),
            "totals": totals.json,
        ]
    }

    /// The same without instants: whether two polls said the same.
    var essence: CounterState {
        var essence = self
        essence.asOf = Timestamp(milliseconds: 0)
        for key in series.keys { essence.series[key]?.at = essence.asOf }
        return essence
    }

    /// Forgets totals that were not seen for too long, and days that nothing is added to any more.
    ///
    /// - Returns: the totals forgotten.
    mutating func prune(forgetMilliseconds: Int64, calendar: ZonedCalendar) -> [SeriesKey] {
        let oldest = asOf.adding(milliseconds: -forgetMilliseconds)
        let forgotten = series.filter { $0.value.at < oldest }.keys.sorted()
        for key in forgotten { series[key] = nil }
        let first = series.values.map(\.at).min() ?? asOf
        totals.drop(before: calendar.day(at: min(first, asOf)))
        return forgotten
    }
}
