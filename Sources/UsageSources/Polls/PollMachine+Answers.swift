// What follows from an answer with a status of 2xx: the next request, or the end.

import Credits
import ExactJSON

extension PollMachine {
    /// The days that the present request asks for.
    var span: RequestSpan { window.spans[spanIndex] }

    /// Prepares the first request of a span.
    mutating func beginSpan() {
        trail = PageTrail(definition.pagination, prefix: prefix)
        links = []
        job = ""
        stage = definition.job == nil ? .page : .submit
    }

    /// Takes an answer and decides what is next.
    mutating func answer(
        _ response: SourceResponse, _ moment: Moment
    ) throws(PollFailure) -> PollStep {
        switch stage {
        case .token: return try takeToken(response, moment)
        case .submit: return try takeJob(response, moment)
        case .status: return try takeStatus(response, moment)
        case .page: return try takePage(response, moment)
        case .file(let index): return try takeFile(index, response, moment)
        }
    }

    private func document(_ response: SourceResponse) throws(PollFailure) -> JSONValue {
        try PageBody.json(
            of: response, page: label, maximumBytes: definition.request.maximumBodyBytes)
    }

    // MARK: Token

    private mutating func takeToken(
        _ response: SourceResponse, _ moment: Moment
    ) throws(PollFailure) -> PollStep {
        let answer = AccessToken.read(try document(response))
        guard let given = answer.token else {
            throw PollFailure(.unauthorized, "\(place): the answer \(answer.mistake)")
        }
        token = given.secret
        grant = Grant(token: given, elapsedMilliseconds: moment.elapsed + moment.waited)
        stage = resumed
        return ask(elapsed: moment.elapsed)
    }

    // MARK: Job

    private mutating func takeJob(
        _ response: SourceResponse, _ moment: Moment
    ) throws(PollFailure) -> PollStep {
        guard let definition = definition.job else { return try nextPage(moment) }
        let root = try document(response)
        let value: JSONValue?
        do throws(JSONPathLimitError) {
            value = try definition.id.first(in: root)?.value
        } catch {
            throw PollFailure(.tooLarge, "\(label), \(definition.id.text): \(error)")
        }
        guard let text = value?.stringValue ?? value?.numberLexeme, !text.isEmpty,
            text.utf8.count <= 1024
        else {
            throw PollFailure(
                .badValue,
                "\(label), \(definition.id.text): expected the identifier of the job, found "
                    + (value?.shown ?? "nothing"))
        }
        job = text
        stage = .status
        jobDeadline = moment.elapsed + definition.maximumMilliseconds
        return ask(elapsed: moment.elapsed, wait: Int(definition.everyMilliseconds))
    }

    private mutating func takeStatus(
        _ response: SourceResponse, _ moment: Moment
    ) throws(PollFailure) -> PollStep {
        guard let definition = definition.job else { return try nextPage(moment) }
        var isReady = response.status != 202
        if isReady, definition.ready != nil || definition.failed != nil {
            let root = try document(response)
            let values = values()
            if let failed = definition.failed {
                let (holds, value) = try failed.holds(in: root, values, page: label)
                if holds, let value {
                    throw PollFailure(
                        .checkFailed,
                        "\(label), \(failed.path.text): the job failed (\(value.shown))")
                }
            }
            if let ready = definition.ready {
                isReady = try ready.holds(in: root, values, page: label).holds
            }
        }
        guard !isReady else {
            stage = .page
            // Without a request of its own the answer is the first page.
            if definition.status == nil { return try takePage(response, moment) }
            return ask(elapsed: moment.elapsed)
        }
        guard moment.elapsed + definition.everyMilliseconds <= jobDeadline else {
            throw PollFailure(
                .timeout,
                "\(place): the job is not ready after "
                    + "\(Milliseconds.text(definition.maximumMilliseconds)) (`job.poll.max`)")
        }
        return ask(elapsed: moment.elapsed, wait: Int(definition.everyMilliseconds))
    }

    // MARK: Pages and files

    private mutating func takePage(
        _ response: SourceResponse, _ moment: Moment
    ) throws(PollFailure) -> PollStep {
        if case .prometheus(let rules) = definition.rules {
            return try takeExposition(response, rules, moment)
        }
        let isList = definition.download != nil
        let content = try PageContent.read(
            response, as: isList ? .json : definition.mapping.shape, page: label,
            maximumBytes: definition.request.maximumBodyBytes,
            mayBeEmpty: definition.mapping.levels.first?.isOptional == true)
        try trail.admit(response.body)
        let values = values()
        for check in definition.checks { try check.verify(content.value, values, page: label) }
        if let download = definition.download {
            try take(download, content.value)
        } else {
            let rows = try reader.rows(of: content, page: label)
            try trail.admit(rows.heads)
            try reader.take(rows, span: span)
        }
        pageCount += 1
        if try trail.advance(after: content.value, response: response, url: url) {
            return ask(elapsed: moment.elapsed)
        }
        return try nextFile(0, moment)
    }

    /// An exposition is one page, whole or refused.
    private mutating func takeExposition(
        _ response: SourceResponse, _ rules: PrometheusRules, _ moment: Moment
    ) throws(PollFailure) -> PollStep {
        let series = try ScrapedSeries.all(
            of: response.body, contentType: response.header("content-type") ?? "")
        reader.take(try rules.samples(of: series))
        pageCount += 1
        return try nextFile(0, moment)
    }

    private mutating func nextPage(_ moment: Moment) throws(PollFailure) -> PollStep {
        stage = .page
        return ask(elapsed: moment.elapsed)
    }

    private mutating func take(
        _ download: DownloadDefinition, _ page: JSONValue
    ) throws(PollFailure) {
        let room = DownloadDefinition.maximumLinks - links.count
        let matches: [JSONMatch]
        do throws(JSONPathLimitError) {
            matches = try download.links.select(in: page, limits: JSONPathLimits(matches: room))
        } catch {
            throw PollFailure(.tooLarge, "\(label), `download.links`: \(error)")
        }
        for match in matches {
            let head = "\(label), \(match.location)"
            guard let text = match.value.stringValue else {
                throw PollFailure(
                    .badValue, "\(head): expected the URL of a file, found \(match.value.shown)")
            }
            let link: HTTPURL
            do throws(HTTPURL.Failure) {
                link = try HTTPURL(url).resolving(text)
            } catch {
                throw PollFailure(.badValue, "\(head): the URL of the file \(error.message)")
            }
            if link.scheme == "http", definition.request.shape.origin.hasPrefix("https:") {
                throw PollFailure(
                    .badValue, "\(head): the file lies at \(link.origin): never from https to http")
            }
            guard !links.contains(link.text) else {
                throw PollFailure(.incompletePages, "\(head): this file is listed twice")
            }
            links.append(link.text)
        }
    }

    private mutating func nextFile(
        _ index: Int, _ moment: Moment
    ) throws(PollFailure) -> PollStep {
        if index < links.count {
            stage = .file(index)
            return ask(elapsed: moment.elapsed)
        }
        if spanIndex + 1 < window.spans.count {
            spanIndex += 1
            beginSpan()
            return ask(elapsed: moment.elapsed)
        }
        try reader.finish()
        return end(
            .finished(
                PollResult(
                    readings: try reader.readings(), window: window.accepted,
                    pageCount: pageCount, rowCount: reader.rowCount, requestCount: requestCount,
                    ignoredRowCount: reader.ignoredRowCount,
                    filteredRowCount: reader.filteredRowCount, rows: reader.rows,
                    observations: reader.styled.observations(window),
                    finishedThrough: window.finishedThrough, finality: reader.finality,
                    clockSkewMilliseconds: clockSkewMilliseconds, hasRestarted: hasRestarted,
                    askedUntil: definition.style.hasDays ? window.asked.end : nil)))
    }

    private mutating func takeFile(
        _ index: Int, _ response: SourceResponse, _ moment: Moment
    ) throws(PollFailure) -> PollStep {
        let content = try PageContent.read(
            response, as: definition.mapping.shape, page: label,
            maximumBytes: definition.request.maximumBodyBytes,
            mayBeEmpty: definition.mapping.levels.first?.isOptional == true)
        let rows = try reader.rows(of: content, page: label)
        try trail.admitFile(rows.heads, name: "file \(index + 1)", label: label)
        try reader.take(rows, span: span)
        pageCount += 1
        return try nextFile(index + 1, moment)
    }
}
