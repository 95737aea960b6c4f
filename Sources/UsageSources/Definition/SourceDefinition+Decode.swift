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
        let decoded = StyleRules.decode(style ?? .daily, from: &mapping)
        let finality = FinalityDefinition.decode(
            from: &mapping, style: style ?? .daily,
            levels: decoded?.mapping.levelNames ?? LevelNames(names: [""]))
        let window = WindowDefinition.decode(from: &mapping, settleDays: finality.settleDays)
        let schedule = SweepDefinition.decode(from: &mapping, window: window)
        let absent = mapping.choice("absent", of: AbsencePolicy.allCases.map(\.rawValue))
        let exchange = Exchange(from: &mapping, window: window, everyMilliseconds: timing.every)
        let authority = mapping.integer("authority", in: 0...1_000_000)
        let outside = outsideWindow(in: &mapping, mapped: decoded?.outsideWindow)
        refuseLaterKeys(in: &mapping)
        mapping.finish()
        guard let id, let organization, let style, let request = exchange.request,
            let checks = exchange.checks, let decoded, exchange.isValid
        else { return nil }
        let definition = SourceDefinition(
            id: id.value, organization: organization.value, style: style, rules: decoded.rules,
            everyMilliseconds: timing.every, pollDeadlineMilliseconds: timing.deadline,
            replaces: replaces, reportLagMilliseconds: timing.reportLag, window: window,
            sweep: schedule.sweep,
            pollsAroundDayEdge: schedule.aroundDayEdge ?? (style == .counter),
            outsideWindow: outside, authority: authority.map { Int64($0.value) },
            finality: finality, mostClockSkewMilliseconds: timing.clockSkew,
            absent: absent.flatMap { AbsencePolicy(rawValue: $0.value) } ?? .confirm,
            request: request, courtesy: exchange.courtesy, job: exchange.job,
            download: exchange.download, checks: checks,
            maximumRows: exchange.maximumRows, pagination: exchange.pagination,
            mapping: decoded.mapping, position: mapping.position, idPosition: id.position,
            organizationPosition: organization.position)
        definition.checkTogether(in: mapping)
        return definition
    }

    /// What only shows when mapping, window and requests are seen together.
    private func checkTogether(in source: MappingDecoder) {
        if style.hasDays, mapping.day.start == nil, !window.asksPerDay {
            source.mistake("map", "`day: {from: request}` needs `window: {per_request: day}`")
        }
        if let job {
            let origins = [job.submit, job.status ?? job.submit].map(\.origin)
            for origin in origins where origin != request.shape.origin {
                source.mistake(
                    "job",
                    "asks \(origin), but the credentials belong to \(request.shape.origin); use "
                        + "one origin")
                break
            }
            if job.maximumMilliseconds >= pollDeadlineMilliseconds {
                let deadline = Milliseconds.text(pollDeadlineMilliseconds)
                source.warning(
                    "job",
                    "may take \(Milliseconds.text(job.maximumMilliseconds)) (`poll.max`), longer "
                        + "than `poll_deadline` (\(deadline)); raise `poll_deadline`")
            }
        }
        guard !mapping.shape.isDocument, download == nil else { return }
        if !checks.isEmpty {
            source.mistake("checks", "look at JSON documents; the rows are lines of a text")
        }
        switch pagination?.kind {
        case .cursor, .nextURL:
            source.mistake(
                "paginate", "lines of a text hold no next page; use `link_header` or numbers")
        default: break
        }
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

    private static func refuseLaterKeys(in mapping: inout MappingDecoder) {
        mapping.refuseLater(["limit"])
        mapping.refuseRenamed("org", to: "organization")
        mapping.refuseRenamed("auth", to: "request.auth")
    }
}

/// What is sent for one poll, decoded.
private struct Exchange {
    private(set) var request: RequestDefinition?
    private(set) var pagination: PaginationDefinition?
    private(set) var job: JobDefinition?
    private(set) var download: DownloadDefinition?
    private(set) var checks: [AnswerCheck]?
    private(set) var maximumRows: Int?
    private(set) var courtesy = CourtesyRules()
    private(set) var isValid = false

    init(
        from source: inout MappingDecoder, window: WindowDefinition, everyMilliseconds: Int64
    ) {
        let pagination = PaginationDefinition.decode(from: &source)
        let limits = SourceLimits(from: &source, everyMilliseconds: everyMilliseconds)
        let job = JobDefinition.decode(from: &source, asksPerDay: window.asksPerDay)
        let download = DownloadDefinition.decode(from: &source)
        let context = RequestContext(
            bodyLimit: limits.body, asksPerDay: window.asksPerDay,
            hasJob: source.node("job") != nil)
        request = RequestDefinition.decode(
            from: &source, pagination: pagination.value, context: context)
        checks = AnswerCheck.decode(from: &source, asksPerDay: window.asksPerDay)
        maximumRows = limits.maximumRows
        courtesy = limits.courtesy
        isValid = pagination.isValid && job.isValid && download.isValid
        self.pagination = pagination.value
        self.job = job.value
        self.download = download.value
    }
}

/// The durations of a source, in milliseconds.
private struct Timing {
    let every: Int64
    let deadline: Int64
    let reportLag: Int64
    let clockSkew: Int64?

    init(from mapping: inout MappingDecoder) {
        let day: Int64 = 86_400_000
        every = mapping.duration(
            "every", in: 100...(day * 35), standard: SourceDefinition.defaultEveryMilliseconds)
        deadline = mapping.duration(
            "poll_deadline", in: 100...3_600_000,
            standard: SourceDefinition.defaultDeadlineMilliseconds)
        reportLag = mapping.duration(
            "report_lag", in: 0...(day * 35),
            standard: SourceDefinition.defaultReportLagMilliseconds)
        clockSkew = mapping.duration("max_clock_skew", in: 1000...day)
    }
}
