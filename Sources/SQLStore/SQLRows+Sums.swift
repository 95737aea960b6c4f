// Entries summed by the database, a bounded part at a time.

import Credits
import Ledger
import Ports

extension SQLRows {
    func entrySums(
        of organization: String, in window: DayWindow, after place: EntryPlace?,
        bounds: EntryBounds, limit: Int
    ) throws -> EntrySums {
        let place = Self.place(in: window, after: place)
        let rows = try run(
            """
            SELECT day, product, kind,
                CAST(SUM(CASE WHEN counting = 1 THEN credits ELSE 0 END) AS BIGINT),
                CAST(SUM(counting) AS BIGINT),
                MIN(CASE WHEN counting = 1 THEN sequence END),
                MAX(CASE WHEN counting = 1 THEN sequence END),
                CAST(SUM(CASE WHEN counting = 1 AND recorded_at >= $7 THEN 1 ELSE 0 END) AS BIGINT),
                COUNT(*), MAX(sequence)
            FROM (
                SELECT day, product, kind, credits, sequence, recorded_at,
                    CASE WHEN sequence <= $5 AND recorded_at <= $6 THEN 1 ELSE 0 END AS counting
                FROM entries
                WHERE organization = $1 AND (day, sequence) > ($2, $3) AND day <= $4
                ORDER BY day, sequence LIMIT $8
            ) AS part
            GROUP BY day, product, kind ORDER BY day, product, kind
            """,
            [
                .text(organization), .integer(place.day.daysSinceEpoch),
                .integer(place.sequence), .integer(window.last.daysSinceEpoch),
                .integer(bounds.lastSequence),
                .integer(bounds.knownAt?.milliseconds ?? .max),
                .integer(bounds.lateFrom.milliseconds), .integer(Int64(max(0, limit))),
            ])
        let places = try rows.map { row in
            EntryPlace(
                day: CalendarDay(daysSinceEpoch: try row.integer(0)),
                sequence: try row.integer(9))
        }
        return EntrySums(
            sums: try rows.filter { try $0.integer(4) > 0 }.map(sum),
            lateCount: try rows.reduce(0) { $0 + (try $1.integer(7)) }, end: places.max(),
            isLast: try rows.reduce(0) { $0 + (try $1.integer(8)) } < Int64(limit))
    }

    /// Where reading a window goes on.
    ///
    /// It is the only lower bound of the statement: beside `day >= …`, SQLite would begin at the
    /// window's first entry each time and pass over all those before the place.
    static func place(in window: DayWindow, after place: EntryPlace?) -> EntryPlace {
        let start = EntryPlace(day: window.first, sequence: 0)
        return max(place ?? start, start)
    }

    private func sum(_ row: SQLRow) throws(StoreError) -> EntrySum {
        let kind = try row.text(2)
        return EntrySum(
            day: CalendarDay(daysSinceEpoch: try row.integer(0)), product: try row.text(1),
            kind: try known(EntryKind(rawValue: kind), "an entry", kind),
            credits: try row.credits(3), count: try row.integer(4),
            firstSequence: try row.integer(5), lastSequence: try row.integer(6))
    }
}
