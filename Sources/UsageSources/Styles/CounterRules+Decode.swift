// Decodes the keys that say how growing totals count.

import Credits
import ExactJSON
import PositionedYAML

extension CounterRules {
    /// What a key of these rules may be written for.
    enum Scope {
        /// The key `counter`: everything.
        case counter
        /// The key `balance`: the reset is written as `reset`.
        case balance
        /// The key `prometheus`: the exposition says when totals begin anew.
        case prometheus
    }

    /// Decodes the rules among the keys of a mapping; `finish` is the caller's.
    static func decode(from mapping: inout MappingDecoder, _ scope: Scope) -> CounterRules {
        let standard = CounterRules()
        let epoch = epoch(in: &mapping, scope)
        let calendar = scope == .prometheus ? nil : calendar(in: &mapping, epoch)
        let first = mapping.choice("first", of: FirstSightRule.allCases.map(\.rawValue))
        let midnight = mapping.choice("midnight", of: MidnightRule.allCases.map(\.rawValue))
        var decrease: DecreaseRule = scope == .prometheus ? .reset : standard.onDecrease
        var series: JSONPath?
        if scope != .prometheus {
            let words = DecreaseRule.configurable.map(\.rawValue)
            if let word = mapping.choice("on_decrease", of: words) {
                decrease = DecreaseRule(rawValue: word.value) ?? decrease
            }
            series = mapping.path("series", shape: .singular)
        }
        return CounterRules(
            epoch: epoch, calendar: calendar,
            first: first.flatMap { FirstSightRule(rawValue: $0.value) } ?? standard.first,
            onDecrease: decrease,
            midnight: midnight.flatMap { MidnightRule(rawValue: $0.value) } ?? standard.midnight,
            series: series, forgetMilliseconds: forget(in: &mapping))
    }

    private static func epoch(in mapping: inout MappingDecoder, _ scope: Scope) -> CounterEpoch {
        if scope == .prometheus { return .instant }
        let key = scope == .balance ? "reset" : "epoch"
        guard let text = mapping.string(key) else { return .never }
        switch text.value {
        case "never": return .never
        case "day": return .day
        case "month": return .month
        case let path where path.hasPrefix("$"):
            return mapping.path(key, shape: .singular).map(CounterEpoch.mark) ?? .never
        default:
            mapping.mistake(
                key,
                "expected `never`, `day`, `month`, or the path of what the vendor changes when it "
                    + "resets, such as $.resets_at")
            return .never
        }
    }

    private static func calendar(
        in mapping: inout MappingDecoder, _ epoch: CounterEpoch
    ) -> ZonedCalendar? {
        mapping.refuseRenamed("tz", to: "time_zone")
        guard let zone = mapping.string("time_zone") else { return nil }
        guard epoch == .day || epoch == .month else {
            mapping.mistake(
                "time_zone", "goes with a reset each `day` or `month`; remove it")
            return nil
        }
        let calendar = ZonedCalendar(identifier: zone.value)
        if calendar == nil {
            mapping.mistake(
                "time_zone",
                "\(shown(zone.value)) is no IANA time zone; write one such as Europe/Berlin")
        }
        return calendar
    }

    private static func forget(in mapping: inout MappingDecoder) -> Int64 {
        let day: Int64 = 86_400_000
        guard let value = mapping.duration("forget_after")?.value.milliseconds else {
            return defaultForgetMilliseconds
        }
        guard (day / 24...400 * day).contains(value) else {
            mapping.mistake("forget_after", "must be from 1h to 400d")
            return defaultForgetMilliseconds
        }
        return value
    }
}
