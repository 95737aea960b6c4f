// One poll of a source as a state machine: what to send, when, and what came of it.
//
// 1. All or nothing: it finishes with every answer read, or fails with nothing.
// 2. Nothing is sent after the deadline, and no request may run beyond it.
// 3. Credentials go to the configured origin alone: redirects and pages never leave it, and files
//    elsewhere are asked for without them.
// 4. Once it has finished or failed it stays so.
// 5. When the total of the pages changes while they are read, all of them are read once more.

import Credits
import ExactJSON
import PositionedYAML

/// Polls one source once. Times are milliseconds since the poll began, on a monotonic clock.
package struct PollMachine: Sendable {
    /// Redirects of one request that are followed.
    static let maximumRedirects = 3
    /// The most bytes of all bodies of one poll.
    static let maximumPollBytes = 64 << 20

    /// What the last request was for.
    enum Stage: Equatable {
        /// A token of an OAuth client.
        case token
        /// The beginning of a job.
        case submit
        /// Whether a job is ready.
        case status
        /// A page.
        case page
        /// A file that the pages named, counted from 0.
        case file(Int)
    }

    /// A token that was given during the poll.
    package struct Grant: Sendable, Hashable {
        /// The token.
        package let token: AccessToken
        /// When it was given.
        package let elapsedMilliseconds: Int64
    }

    /// The window of this poll.
    package let window: PollWindow
    /// The last token that was given during the poll, to be kept for the next ones.
    package internal(set) var grant: Grant?
    /// Whether the token that the poll began with was refused.
    package internal(set) var refusedToken = false

    let definition: SourceDefinition
    let authentication: ResolvedAuthentication
    var token: Secret?
    var stage = Stage.page
    /// What a token is needed for.
    var resumed = Stage.page
    var spanIndex = 0
    var trail: PageTrail
    var reader: RowReader
    let signer: (any AssertionSigning)?
    let nonce: String
    /// The body of a request for a token.
    var tokenForm: [UInt8] = []
    var job = ""
    /// When the wait for a job ends.
    var jobDeadline: Int64 = 0
    var links: [String] = []
    var url = ""
    var retries = 0
    var redirects = 0
    var requestCount = 0
    var pageCount = 0
    /// How far the clock here is ahead of the source's, by the last answer that says its time.
    var clockSkewMilliseconds: Int64?
    /// Whether the pages are read for the second time.
    private(set) var hasRestarted = false
    let startedAt: Timestamp
    private let keepsRows: Bool
    private var bodyBytes = 0
    private var outcome: PollStep?

    /// A poll that begins now.
    ///
    /// - Parameters:
    ///   - keepsRows: whether the result lists rows, for `source probe`.
    ///   - isSweep: whether it asks for the days of `schedule.sweep`.
    ///   - token: a token that an earlier poll was given, see `TokenCache`.
    ///   - asked: the time to ask for, when events are read on from a cursor.
    ///   - signer: signs assertions, for `auth.jwt_bearer`.
    ///   - nonce: begins the identifiers of assertions, which no other poll's share.
    package init(
        definition: SourceDefinition, authentication: ResolvedAuthentication,
        organizationCalendar: ZonedCalendar, now: Timestamp, keepsRows: Bool = false,
        isSweep: Bool = false, token: Secret? = nil, asked: EventSpan? = nil,
        signer: (any AssertionSigning)? = nil, nonce: String = ""
    ) {
        self.signer = signer
        self.nonce = nonce
        startedAt = now
        self.keepsRows = keepsRows
        self.definition = definition
        self.authentication = authentication
        self.token = token
        let usual = PollWindow(
            definition.window, organization: organizationCalendar, now: now,
            lookbackDays: isSweep ? definition.sweep?.lookbackDays : nil)
        window =
            asked.map {
                PollWindow(
                    $0, maximumSpanDays: definition.window.maximumSpanDays, calendar: usual.calendar
                )
            } ?? usual
        trail = PageTrail(definition.pagination)
        reader = RowReader(definition, keepsRows: keepsRows)
    }

    /// The first request, or a failure when the credentials cannot be sent.
    package mutating func start() -> PollStep {
        if let mistake = authentication.mistake {
            return fail(.unauthorized, mistake)
        }
        beginSpan()
        if authentication.tokenURL != nil, token == nil {
            return askForToken(Moment(elapsed: 0, waited: 0, random: 0))
        }
        return ask(elapsed: 0)
    }

    /// Takes what became of the last request.
    ///
    /// - Parameters:
    ///   - elapsedMilliseconds: since the poll began, without what it waited for its turn.
    ///   - waitedMilliseconds: how long it waited for its turn: budgets and other requests.
    ///   - random: evenly from 0 up to 1, for the jitter of a retry.
    package mutating func handle(
        _ event: PollEvent, elapsedMilliseconds: Int64, waitedMilliseconds: Int64 = 0,
        random: Double
    ) -> PollStep {
        if let outcome { return outcome }
        let moment = Moment(
            elapsed: max(0, elapsedMilliseconds), waited: max(0, waitedMilliseconds),
            random: random)
        switch event {
        case .fault(let fault): return take(fault, moment)
        case .response(let response): return take(response, moment)
        }
    }

    /// When an event arrived, and its share of chance.
    struct Moment {
        let elapsed: Int64
        let waited: Int64
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
        case 401 where canRefreshToken(moment): return refreshToken(moment)
        // Some vendors throttle with 403 and say so only in a header.
        case 403 where response.retryAfterSeconds != nil:
            return retry(.throttled, answered, after: response.retryAfterSeconds, moment)
        case 400, 401, 403: return refuse(response, answered)
        case 429: return retry(.throttled, answered, after: response.retryAfterSeconds, moment)
        case let status where RetryPolicy.isRetried(status):
            return retry(.httpStatus, answered, after: response.retryAfterSeconds, moment)
        case 404, 410: return fail(.httpStatus, "\(answered); \(addressHint)")
        default: return fail(.httpStatus, answered)
        }
    }

    private mutating func read(_ response: SourceResponse, _ moment: Moment) -> PollStep {
        do throws(PollFailure) {
            bodyBytes += response.body.count
            guard bodyBytes <= Self.maximumPollBytes else {
                throw PollFailure(
                    .tooLarge,
                    "\(label): the poll has more than \(Self.maximumPollBytes >> 20) MiB")
            }
            try noteClock(of: response, moment)
            return try answer(response, moment)
        } catch {
            if trail.totalChanged, !hasRestarted { return restart(moment) }
            return end(.failed(error, retryAfterSeconds: nil))
        }
    }

    /// Reads everything once more: rows have moved from page to page.
    private mutating func restart(_ moment: Moment) -> PollStep {
        hasRestarted = true
        reader = RowReader(definition, keepsRows: keepsRows)
        spanIndex = 0
        pageCount = 0
        beginSpan()
        return ask(elapsed: moment.elapsed)
    }

    /// Compares the clocks; a source may refuse to count on one that is far off.
    ///
    /// Source: reference on sources, section 2.7; the header is exact to a second.
    private mutating func noteClock(
        of response: SourceResponse, _ moment: Moment
    ) throws(PollFailure) {
        guard let date = response.header("date").flatMap(Timestamp.init(httpDate:)) else { return }
        let age = response.header("age").flatMap { Int64($0) } ?? 0
        guard (0...86_400_000).contains(age) else { return }
        let there = date.adding(milliseconds: age * 1000 + 500)
        let here = startedAt.milliseconds + moment.elapsed + moment.waited
        let skew = here - there.milliseconds
        clockSkewMilliseconds = skew
        guard let most = definition.mostClockSkewMilliseconds, skew.magnitude > most else { return }
        throw PollFailure(
            .checkFailed,
            "\(label): the clock here and the source's differ by "
                + "\(Milliseconds.text(Int64(skew.magnitude))), more than `max_clock_skew` "
                + "(\(Milliseconds.text(most))), so it is not sure which day it is; set the clock")
    }

    // MARK: Ends

    mutating func fail(_ reason: PollFailureReason, _ message: String) -> PollStep {
        end(.failed(PollFailure(reason, message), retryAfterSeconds: nil))
    }

    mutating func end(_ step: PollStep) -> PollStep {
        outcome = step
        return step
    }
}
