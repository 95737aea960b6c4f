// One poll of a source as a state machine: what to send, when, and what came of it.
//
// 1. All or nothing: it finishes with every page read, or fails with nothing.
// 2. Nothing is sent after the deadline, and no request may run beyond it.
// 3. Credentials go to the configured origin alone: redirects never leave it.
// 4. Once it has finished or failed it stays so.

import Credits
import ExactJSON

/// Polls one source once. Times are milliseconds since the poll began, on a monotonic clock.
package struct PollMachine: Sendable {
    /// Redirects of one page that are followed.
    static let maximumRedirects = 3
    /// The most bytes of all bodies of one poll.
    static let maximumPollBytes = 64 << 20

    /// The window of this poll.
    package let window: PollWindow
    let definition: SourceDefinition
    private let authentication: ResolvedAuthentication
    private var trail: PageTrail
    private var reader: RowReader
    private var url = ""
    private var retries = 0
    private var redirects = 0
    private var requestCount = 0
    private var bodyBytes = 0
    private var outcome: PollStep?

    /// A poll that begins now.
    ///
    /// - Parameter keepsRows: whether the result lists rows, for `source probe`.
    package init(
        definition: SourceDefinition, authentication: ResolvedAuthentication,
        organizationCalendar: ZonedCalendar, now: Timestamp, keepsRows: Bool = false
    ) {
        self.definition = definition
        self.authentication = authentication
        window = PollWindow(definition.window, organization: organizationCalendar, now: now)
        trail = PageTrail(definition.pagination)
        reader = RowReader(definition, window: window, keepsRows: keepsRows)
    }

    /// The first request, or a failure when the credentials cannot be sent.
    package mutating func start() -> PollStep {
        if let mistake = authentication.mistake {
            return end(.failed(PollFailure(.unauthorized, mistake), retryAfterSeconds: nil))
        }
        return requestPage(elapsed: 0)
    }

    /// Takes what became of the last request.
    ///
    /// - Parameters:
    ///   - elapsedMilliseconds: since the poll began.
    ///   - random: evenly from 0 up to 1, for the jitter of a retry.
    package mutating func handle(
        _ event: PollEvent, elapsedMilliseconds: Int64, random: Double
    ) -> PollStep {
        if let outcome { return outcome }
        let moment = Moment(elapsed: max(0, elapsedMilliseconds), random: random)
        switch event {
        case .fault(let fault): return take(fault, moment)
        case .response(let response): return take(response, moment)
        }
    }

    /// When an event arrived, and its share of chance.
    private struct Moment {
        let elapsed: Int64
        let random: Double
    }

    private mutating func take(_ fault: SourceFault, _ moment: Moment) -> PollStep {
        let clause = "\(place): \(fault.message)"
        switch fault.reason {
        case .timeout: return retry(.timeout, clause, after: nil, moment)
        case .connect: return retry(.connect, clause, after: nil, moment)
        case .tls: return fail(.tls, clause)
        case .tooLarge:
            return fail(.tooLarge, clause + "; ask for smaller pages or raise `limits.body`")
        case .protocol: return fail(.connect, clause)
        }
    }

    private mutating func take(_ response: SourceResponse, _ moment: Moment) -> PollStep {
        let answered = "\(place) answered \(StatusName.text(response.status))"
        switch response.status {
        case 200..<300: return read(response, moment)
        case 301, 302, 303, 307, 308: return redirect(response, answered, moment)
        case 401, 403: return fail(.unauthorized, answered + "; check the credentials in `auth`")
        case 429: return retry(.throttled, answered, after: response.retryAfterSeconds, moment)
        case let status where RetryPolicy.isRetried(status):
            return retry(.httpStatus, answered, after: response.retryAfterSeconds, moment)
        case 404, 410: return fail(.httpStatus, answered + "; check `request.url`")
        default: return fail(.httpStatus, answered)
        }
    }

    // MARK: Pages

    private mutating func read(_ response: SourceResponse, _ moment: Moment) -> PollStep {
        do throws(PollFailure) {
            bodyBytes += response.body.count
            guard bodyBytes <= Self.maximumPollBytes else {
                throw PollFailure(
                    .tooLarge,
                    "page \(trail.number): the poll has more than "
                        + "\(Self.maximumPollBytes >> 20) MiB"
                )
            }
            let page = try PageBody.json(
                of: response, page: trail.number, maximumBytes: definition.request.maximumBodyBytes)
            try trail.admit(response.body)
            let number = trail.number
            let rows = try reader.rows(of: page, number: number)
            try trail.admit(rows)
            try reader.take(rows, number: number)
            if try trail.advance(after: page) {
                retries = 0
                redirects = 0
                return requestPage(elapsed: moment.elapsed)
            }
            return end(.finished(try result(pageCount: number)))
        } catch {
            return end(.failed(error, retryAfterSeconds: nil))
        }
    }

    private func result(pageCount: Int) throws(PollFailure) -> PollResult {
        PollResult(
            readings: try reader.readings(), window: window.accepted, pageCount: pageCount,
            rowCount: reader.rowCount, requestCount: requestCount,
            ignoredRowCount: reader.ignoredRowCount, rows: reader.rows)
    }

    // MARK: Requests

    private mutating func requestPage(elapsed: Int64) -> PollStep {
        url = definition.request.url(
            trail.values(window), parameter: definition.pagination?.parameter, cursor: trail.cursor)
        return send(elapsed: elapsed, wait: 0)
    }

    private mutating func send(elapsed: Int64, wait: Int) -> PollStep {
        let left = definition.pollDeadlineMilliseconds - elapsed - Int64(wait)
        guard left > 0 else {
            return fail(
                .timeout,
                "\(place): the poll's deadline of \(deadline) passed after \(requestCount) "
                    + "requests; "
                    + "raise `poll_deadline` or ask for larger pages")
        }
        requestCount += 1
        let request = definition.request.request(
            url: url, authentication: authentication, timeoutMilliseconds: Int(left))
        return .send(request, afterMilliseconds: wait)
    }

    private mutating func retry(
        _ reason: PollFailureReason, _ clause: String, after retryAfter: Int?, _ moment: Moment
    ) -> PollStep {
        retries += 1
        let wait = RetryPolicy.delay(
            retry: retries, retryAfterSeconds: retryAfter, random: moment.random)
        let needed = moment.elapsed + Int64(wait) + RetryPolicy.usefulMilliseconds
        if retries <= RetryPolicy.maximumRetries, needed <= definition.pollDeadlineMilliseconds {
            return send(elapsed: moment.elapsed, wait: wait)
        }
        var message = clause
        if let retryAfter, retryAfter > 0 { message += ", retry after \(retryAfter) s" }
        message += retries == 1 ? " (no time for a retry" : " (\(retries) attempts"
        message += " within `poll_deadline` \(deadline))"
        let failure = PollFailure(reason, message)
        return end(.failed(failure, retryAfterSeconds: retryAfter.map { max(0, $0) }))
    }

    private mutating func redirect(
        _ response: SourceResponse, _ answered: String, _ moment: Moment
    ) -> PollStep {
        redirects += 1
        guard redirects <= Self.maximumRedirects else {
            return fail(.httpStatus, "\(answered): more than \(Self.maximumRedirects) redirects")
        }
        do throws(RedirectRefusal) {
            url = try RedirectTarget.url(of: response, from: url)
        } catch {
            return fail(.httpStatus, "\(answered) \(error.clause)")
        }
        return send(elapsed: moment.elapsed, wait: 0)
    }

    // MARK: Ends

    /// `page 2: GET https://api.example.com/v1/usage`, no query.
    private var place: String {
        "page \(trail.number): GET \(url.prefix { $0 != "?" })"
    }

    private var deadline: String { Milliseconds.text(definition.pollDeadlineMilliseconds) }

    private mutating func fail(_ reason: PollFailureReason, _ message: String) -> PollStep {
        end(.failed(PollFailure(reason, message), retryAfterSeconds: nil))
    }

    private mutating func end(_ step: PollStep) -> PollStep {
        outcome = step
        return step
    }
}
