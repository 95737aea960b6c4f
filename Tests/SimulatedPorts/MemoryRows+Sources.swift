// What sources remember between polls, in memory.

import Credits
import Ports

extension MemoryRows {
    func sourceState(of source: String) throws -> String? {
        tables.sourceStates[ExactText(source)]
    }

    func putSourceState(_ text: String, of source: String) throws {
        try change { $0.sourceStates[ExactText(source)] = text }
    }

    func coveredDays(
        of sources: [String]?, in window: DayWindow
    ) throws -> [String: Set<CalendarDay>] {
        var days: [String: Set<CalendarDay>] = [:]
        for (source, covered) in tables.coveredDays
        where sources?.contains(where: { ExactText($0) == source }) ?? true {
            let inside = covered.filter(window.contains)
            if !inside.isEmpty { days[source.text] = inside }
        }
        return days
    }

    func recordCoveredDays(_ days: [CalendarDay], of source: String) throws {
        try change { $0.coveredDays[ExactText(source), default: []].formUnion(days) }
    }
}
