// Decodes one entry of `sources`, gathering every mistake.

import Credits
import PositionedYAML

extension SourceDefinition {
    /// Decodes a source; nil after a mistake in what a poll cannot do without.
    ///
    /// Unknown keys are reported here: the caller need not call `finish`. After a mistake in
    /// something that has a default the default stands in, so that checks across sources can go
    /// on; `mistakes.hasErrors` says whether the definition may be used.
    package static func decode(
        from mapping: inout MappingDecoder, into mistakes: MistakeCollector
    ) -> SourceDefinition? {
        let id = identifier("id", in: &mapping)
        let organization = organization(in: &mapping)
        let style = style(in: &mapping)
        let timing = Timing(from: &mapping)
        let replaces = replaces(in: &mapping, id: id?.value)
        let window = window(in: &mapping)
        let absent = mapping.choice("absent", of: AbsentKeyRule.allCases.map(\.rawValue))
        let pagination = PaginationDefinition.decode(from: &mapping)
        let request = RequestDefinition.decode(from: &mapping, pagination: pagination.value)
        let rows = RowMapping.decode(from: &mapping)
        let outside = outsideWindow(in: &mapping, mapped: rows.outsideWindow)
        refuseLaterKeys(in: &mapping)
        mapping.finish()
        guard let id, let organization, let style, let request, let rules = rows.mapping,
            pagination.isValid
        else { return nil }
        return SourceDefinition(
            id: id.value, organization: organization.value, style: style,
            everyMilliseconds: timing.every, pollDeadlineMilliseconds: timing.deadline,
            replaces: replaces, reportLagMilliseconds: timing.reportLag, window: window,
            outsideWindow: outside,
            absent: absent.flatMap { AbsentKeyRule(rawValue: $0.value) } ?? .confirm,
            request: request, pagination: pagination.value, mapping: rules,
            position: mapping.position, idPosition: id.position,
            organizationPosition: organization.position)
    }

    private static func identifier(
        _ key: String, in mapping: inout MappingDecoder
    ) -> Positioned<String>? {
        guard let text = mapping.requiredString(key) else { return nil }
        if let mistake = Identifier.mistake(in: text.value) {
            mapping.mistake(key, "the identifier \(mistake)")
            return nil
        }
        return text
    }

    private static func organization(in mapping: inout MappingDecoder) -> Positioned<String>? {
        if let node = mapping.node("organization"), node.pairs != nil {
            mapping.mistake(
                "organization",
                "must be the identifier itself; a path is not available in this version")
            return nil
        }
        return identifier("organization", in: &mapping)
    }

    private static func style(in mapping: inout MappingDecoder) -> SourceStyle? {
        guard mapping.node("style") != nil else { return .daily }
        let words = SourceStyle.allCases.map(\.rawValue)
        guard let word = mapping.choice("style", of: words),
            let style = SourceStyle(rawValue: word.value)
        else { return nil }
        guard SourceStyle.available.contains(style) else {
            mapping.mistake(
                "style", "style `\(style.rawValue)` is not available in this version; use `daily`")
            return nil
        }
        return style
    }

    private static func replaces(in mapping: inout MappingDecoder, id: String?) -> [String] {
        guard let list = mapping.strings("replaces") else { return [] }
        var identifiers: [String] = []
        for entry in list {
            let mistake: String? =
                if let mistake = Identifier.mistake(in: entry.value) {
                    "the identifier \(mistake)"
                } else if entry.value == id {
                    "a source cannot replace itself"
                } else if identifiers.contains(entry.value) {
                    "`\(entry.value)` is listed twice"
                } else {
                    nil
                }
            if let mistake {
                mapping.mistakes.add(
                    "\(mapping.field(of: "replaces")): \(mistake)", at: entry.position)
            } else {
                identifiers.append(entry.value)
            }
        }
        return identifiers
    }

    private static func outsideWindow(
        in mapping: inout MappingDecoder, mapped: OutsideWindowRule?
    ) -> OutsideWindowRule {
        let word = mapping.choice("outside_window", of: OutsideWindowRule.allCases.map(\.rawValue))
        if word != nil, mapped != nil {
            mapping.mistake("outside_window", "is written here and under `map`; keep one")
        }
        return mapped ?? word.flatMap { OutsideWindowRule(rawValue: $0.value) } ?? .reject
    }

    private static func window(in mapping: inout MappingDecoder) -> WindowDefinition {
        guard var window = mapping.mapping("window") else { return .standard }
        var calendar: ZonedCalendar?
        if let zone = window.string("time_zone") {
            calendar = ZonedCalendar(identifier: zone.value)
            if calendar == nil {
                window.mistake(
                    "time_zone",
                    "\"\(zone.value)\" is no IANA time zone; write one such as Europe/Berlin")
            }
        }
        let lookback = lookbackDays(in: &window)
        window.refuseLater(["max_span", "unit", "clamp_end", "per_request"])
        window.refuseRenamed("tz", to: "time_zone")
        window.finish()
        return WindowDefinition(calendar: calendar, lookbackDays: lookback)
    }

    private static func lookbackDays(in window: inout MappingDecoder) -> Int64 {
        let standard = WindowDefinition.standard.lookbackDays
        guard let lookback = window.duration("lookback")?.value.milliseconds else {
            return standard
        }
        let day: Int64 = 86_400_000
        guard lookback % day == 0, lookback <= 400 * day else {
            window.mistake("lookback", "must be whole days from 0d to 400d, such as 3d")
            return standard
        }
        return lookback / day
    }

    private static func refuseLaterKeys(in mapping: inout MappingDecoder) {
        mapping.refuseLater([
            "authority", "schedule", "finality", "job", "checks", "preset", "with", "counter",
            "limit",
        ])
        mapping.refuseRenamed("org", to: "organization")
        mapping.refuseRenamed("auth", to: "request.auth")
    }
}

/// The durations of a source, in milliseconds.
private struct Timing {
    let every: Int64
    let deadline: Int64
    let reportLag: Int64

    init(from mapping: inout MappingDecoder) {
        let day: Int64 = 86_400_000
        every = Self.duration(
            "every", in: &mapping, from: 100, to: day * 35,
            standard: SourceDefinition.defaultEveryMilliseconds)
        deadline = Self.duration(
            "poll_deadline", in: &mapping, from: 100, to: 3_600_000,
            standard: SourceDefinition.defaultDeadlineMilliseconds)
        reportLag = Self.duration(
            "report_lag", in: &mapping, from: 0, to: day * 35,
            standard: SourceDefinition.defaultReportLagMilliseconds)
    }

    private static func duration(
        _ key: String, in mapping: inout MappingDecoder, from least: Int64, to greatest: Int64,
        standard: Int64
    ) -> Int64 {
        guard let value = mapping.duration(key)?.value.milliseconds else { return standard }
        guard (least...greatest).contains(value) else {
            let bounds = [least, greatest].map { PrometheusDuration(milliseconds: $0).description }
            mapping.mistake(key, "must be from \(bounds[0]) to \(bounds[1])")
            return standard
        }
        return value
    }
}
