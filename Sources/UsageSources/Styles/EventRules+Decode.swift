// Decodes the key `events` of a source.

import PositionedYAML

extension EventRules {
    /// Decodes the rules; a source without the key folds its events into whole days.
    static func decode(from source: inout MappingDecoder, day: DayField?) -> EventRules {
        guard var events = source.mapping("events") else { return EventRules() }
        defer { events.finish() }
        let identity = events.path("identity", shape: .singular)
        events.refuseRenamed("id", to: "identity")
        let longest: Int64 = 35 * 86_400_000
        let overlap = events.bounded("overlap", upTo: longest)
        let settle = events.bounded("settle", upTo: longest)
        guard let cursor = events.choice("cursor", of: ["time"]) else {
            for key in ["overlap", "settle"] where events.contains(key) {
                events.mistake(key, "goes with `cursor: time`; without it whole days are read")
            }
            return EventRules(identity: identity)
        }
        let format = day?.start?.format
        if day != nil, format == nil || format == .date || format == .compactDate {
            events.mistakes.add(
                "\(events.field(of: "cursor")): needs the time of each event, and `map.day` reads "
                    + "days; write `day: {path: PATH, type: unix|unix_ms|rfc3339}`",
                at: cursor.position)
        }
        return EventRules(
            identity: identity,
            cursor: EventCursor(
                overlapMilliseconds: overlap ?? EventCursor.defaultOverlapMilliseconds,
                settleMilliseconds: settle ?? EventCursor.defaultSettleMilliseconds))
    }
}

extension MappingDecoder {
    /// A duration up to a bound, in milliseconds; nil when absent, or after a mistake.
    fileprivate mutating func bounded(_ key: String, upTo most: Int64) -> Int64? {
        guard let value = duration(key)?.value.milliseconds else { return nil }
        if (0...most).contains(value) { return value }
        mistake(key, "must be at most \(PrometheusDuration(milliseconds: most))")
        return nil
    }
}
