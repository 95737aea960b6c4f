// What the styles of sources remember between polls, and the days that were covered.

import Credits
import Ports

extension SQLRows {
    func sourceState(of source: String) throws -> String? {
        try run("SELECT state FROM source_states WHERE source = $1", [.text(source)]).first?.text(0)
    }

    func putSourceState(_ text: String, of source: String) throws {
        try run(
            """
            INSERT INTO source_states (source, state) VALUES ($1, $2)
            ON CONFLICT (source) DO UPDATE SET state = excluded.state
            """, [.text(source), .text(text)])
    }

    func coveredDays(
        of sources: [String]?, in window: DayWindow
    ) throws -> [String: Set<CalendarDay>] {
        if let sources, sources.isEmpty { return [:] }
        var parameters: [SQLValue] = [
            .integer(window.first.daysSinceEpoch), .integer(window.last.daysSinceEpoch),
        ]
        var condition = "day >= $1 AND day <= $2"
        if let sources {
            condition += " AND source IN (\(placeholders(sources.count, from: 3)))"
            parameters += sources.map { .text($0) }
        }
        var days: [String: Set<CalendarDay>] = [:]
        for row in try run("SELECT source, day FROM covered_days WHERE \(condition)", parameters) {
            days[try row.text(0), default: []].insert(try row.day(1))
        }
        return days
    }

    func recordCoveredDays(_ days: [CalendarDay], of source: String) throws {
        for day in days {
            try run(
                """
                INSERT INTO covered_days (source, day) VALUES ($1, $2)
                ON CONFLICT (source, day) DO NOTHING
                """, [.text(source), try kept(day)])
        }
    }
}
