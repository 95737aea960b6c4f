// Sends the requests of one source with good manners: budgets, the gate of its host, versions of
// pages, the vendor's marks.
//
// 1. Waiting here never counts against the poll's deadline.
// 2. What is used of the day is in the ledger before the request is on its way.
// 3. The gate is held for the transfer alone, never while a budget is waited for.

import Credits
import Ports
import UsageSources

/// What became of a request.
enum CourteousExchange: Sendable {
    /// It was sent, after so many milliseconds.
    case event(PollEvent, waitedMilliseconds: Int64)
    /// It was not sent: the day's budget is used up for so many milliseconds.
    case putOff(milliseconds: Int64)
    /// It was not sent and never will be.
    case refused(PollFailure)
}

/// The manners of one source.
package struct SourceCourtesy: Sendable {
    /// The longest that one poll waits for its turns, in milliseconds.
    private static let longestWait: Int64 = 3_600_000
    /// Rather than to be put off, a poll waits so long for the day's budget.
    private static let longestDayWait: Int64 = 120_000
    /// The longest that a vendor's mark is believed, in seconds.
    private static let longestPauseSeconds = 3600

    /// Where everything is counted.
    let book: RequestBook
    private let definition: SourceDefinition
    private let gate: HostGate
    private let answers: AnswerCache
    private let ports: AgentPorts

    /// The manners of a source.
    init(
        _ definition: SourceDefinition, book: RequestBook, gate: HostGate, answers: AnswerCache,
        ports: AgentPorts
    ) {
        self.definition = definition
        self.book = book
        self.gate = gate
        self.answers = answers
        self.ports = ports
    }

    private var id: String { definition.id }

    private var moment: RequestMoment {
        RequestMoment(elapsed: ports.waiter.elapsedMilliseconds(), wall: ports.wallClock.now())
    }

    // MARK: Polls

    /// Milliseconds until a poll may begin.
    ///
    /// - Throws: what the ledger throws.
    func waitBeforePoll() async throws -> Int64 {
        try await readDay()
        return book.wait(beforePollOf: id, at: moment)
    }

    /// Reads once what was used of the day before the start.
    private func readDay() async throws {
        guard book.needsDay(id) else { return }
        let key = Self.storeKey(id)
        let text = try await ports.store.read { try $0.sourceState(of: key) }
        guard book.restoreDay(id, text) else {
            throw PollFailure(
                .internal, "the ledger's note on the requests of source \(id) is damaged")
        }
    }

    /// Identifiers hold no control characters, so this is the key of no source.
    private static func storeKey(_ source: String) -> String { "\(source)\u{1F}requests" }

    /// Takes note of how a poll ended.
    func endPoll(_ end: PollEnd, sent: Int) {
        switch end {
        case .complete: book.expect(sent, of: id)
        case .failed: answers.forget(id)
        case .putOff:
            answers.forget(id)
            // It needs more than was sent; twice as much finds out soon.
            book.expect(sent * 2, of: id)
            book.count(id) { $0.putOff += 1 }
        }
    }

    // MARK: Requests

    /// Sends a request once it may be sent.
    ///
    /// - Parameters:
    ///   - sent: requests of the poll so far.
    ///   - waited: milliseconds that the poll has waited so far.
    ///   - transfer: sends it with further headers.
    func exchange(
        _ request: SourceRequest, sent: Int, waited: Int64,
        transfer: (SourceRequest, [SourceHeader]) async throws -> PollEvent
    ) async throws -> CourteousExchange {
        let start = ports.waiter.elapsedMilliseconds()
        if let early = try await waitForBudget(sent: sent, waited: waited) { return early }
        if let failure = await takeDay() { return .refused(failure) }
        let ticket = try await gate.enter(
            Self.host(of: request.url), source: id, limit: definition.courtesy.requestsInFlight,
            on: ports.waiter)
        defer { gate.leave(ticket, on: ports.waiter) }
        book.takeMinute(id, at: moment)
        let wait = ports.waiter.elapsedMilliseconds() - start
        book.count(id) { $0.waitedMilliseconds += wait }
        let event = try await ask(request, transfer: transfer)
        return .event(event, waitedMilliseconds: wait)
    }

    private func waitForBudget(sent: Int, waited: Int64) async throws -> CourteousExchange? {
        var total = waited
        while true {
            let (day, other) = book.wait(beforeRequestOf: id, at: moment)
            if day > Self.longestDayWait {
                if let bound = book.perDay(id), sent >= bound {
                    return .refused(
                        PollFailure(
                            .throttled,
                            "a poll needs more requests than `limits.per_day` (\(bound)) lets "
                                + "through; raise it, or ask for larger pages or fewer days"))
                }
                return .putOff(milliseconds: day)
            }
            let wait = max(day, other)
            guard wait > 0 else { return nil }
            guard total + wait <= Self.longestWait else { return .refused(tooSlow(sent)) }
            total += wait
            try await ports.waiter.wait(milliseconds: wait)
        }
    }

    private func tooSlow(_ sent: Int) -> PollFailure {
        let bound = definition.courtesy.requestsPerMinute.map { " (\($0))" } ?? ""
        return PollFailure(
            .throttled,
            "after \(sent) requests the poll would wait for more than an hour in all; raise "
                + "`limits.per_minute`\(bound), or ask for larger pages or fewer days")
    }

    private func takeDay() async -> PollFailure? {
        guard let text = book.takeDay(id, at: moment) else { return nil }
        let key = Self.storeKey(id)
        do {
            try await ports.store.write { try $0.putSourceState(text, of: key) }
            return nil
        } catch {
            return PollFailure(
                .internal, "the ledger could not note a request of `limits.per_day`: \(error)")
        }
    }

    /// Scheme, host and port.
    private static func host(of url: String) -> String {
        (try? HTTPURL(url))?.origin ?? url
    }

    // MARK: Answers

    private func ask(
        _ request: SourceRequest,
        transfer: (SourceRequest, [SourceHeader]) async throws -> PollEvent
    ) async throws -> PollEvent {
        let kept = request.isConditional ? answers.kept(for: request, of: id) : nil
        let event = try await transfer(
            request, kept.map { [SourceHeader("If-None-Match", $0.tag)] } ?? [])
        guard case .response(let response) = event else {
            book.count(id) { $0.requests["none", default: 0] += 1 }
            return event
        }
        take(response)
        let marked = marked(response)
        if response.status == 304, let kept {
            book.count(id) { $0.notModified += 1 }
            return .response(Self.refreshed(kept.response, by: response))
        }
        if request.isConditional, response.status == 200 {
            let dropped = answers.keep(response, to: request, of: id)
            if dropped > 0 { book.count(id) { $0.droppedAnswers += Int64(dropped) } }
        }
        return .response(marked)
    }

    /// The kept page as of now: its clock is that of the answer that confirmed it.
    private static func refreshed(
        _ kept: SourceResponse, by response: SourceResponse
    ) -> SourceResponse {
        let isDated = { (header: SourceHeader) in
            ["date", "age"].contains(header.name.lowercased())
        }
        return SourceResponse(
            status: kept.status,
            headers: kept.headers.filter { !isDated($0) } + response.headers.filter(isDated),
            body: kept.body)
    }

    private func take(_ response: SourceResponse) {
        let vendor = definition.courtesy.vendorRemaining(in: response)
        book.count(id) { readings in
            readings.requests[RequestReadings.code(response.status), default: 0] += 1
            readings.receivedBytes += Int64(response.body.count)
            if let vendor { readings.vendorRemaining = vendor }
        }
    }

    /// The answer with what the vendor's marks ask for; the next request honours them as well.
    private func marked(_ response: SourceResponse) -> SourceResponse {
        let now = moment
        guard let asked = definition.courtesy.pauseSeconds(after: response, now: now.wall) else {
            return response
        }
        let seconds = min(asked, Self.longestPauseSeconds)
        // An answer that is no refusal is read; the mark holds for what comes next.
        guard response.status >= 400 else {
            book.holdOff(id, untilElapsed: now.elapsed + Int64(seconds) * 1000)
            return response
        }
        return SourceResponse(
            status: response.status, headers: response.headers, body: response.body,
            redirectURL: response.redirectURL,
            retryAfterSeconds: max(seconds, response.retryAfterSeconds ?? 0))
    }
}
