// How long a connection may take for what: a state machine without a clock.
//
// 1. From the first byte of a request to the end of its header block: `head`.
// 2. From there to the end of its body: `request`, and after a grace at a minimum rate.
// 3. From the end of a request to the first byte of its answer: the route's deadline.
// 4. From the first byte of an answer until all of it is on its way: `answer`.
// 5. After the last answer of a connection the peer has `farewell` to close it.
// 6. From the connection's begin, and from an answer, to the next request: `idle`.
// What a pipelining client sent ahead is not judged before its turn has come.

/// Bounds of one connection, in milliseconds and bytes.
struct ConnectionLimits: Sendable, Hashable {
    /// For the header block.
    var head: Int64 = 5000
    /// For the body.
    var request: Int64 = 15_000
    /// Before the body's rate is looked at.
    var grace: Int64 = 5000
    /// Bytes a second that a body must come at.
    var bodyRate: Int64 = 1000
    /// For the route, unless it says otherwise.
    var route: Int64 = 15_000
    /// For writing an answer.
    var answer: Int64 = 30_000
    /// For the peer to close after the last answer.
    var farewell: Int64 = 5000
    /// Between two requests.
    var idle: Int64 = 60_000
    /// Connections of one peer beyond this machine.
    var connectionsPerPeer = 256
}

/// Why a connection is cut.
enum ConnectionCut: String, Sendable, Hashable, CaseIterable {
    case slowHead = "slow_head"
    case slowBody = "slow_body"
    case slowRoute = "slow_route"
    case slowReader = "slow_reader"
    case slowClose = "slow_close"
    case tooManyOfPeer = "too_many_of_peer"
    /// Nothing was asked for long: no fault, and not counted as one.
    case idle
}

/// What happens on a connection.
enum ConnectionEvent: Sendable, Hashable {
    /// Bytes came in.
    case bytes
    /// A header block was complete.
    case head
    /// So many bytes of a body came in.
    case body(Int64)
    /// A request was complete.
    case end
    /// The route of the request takes so many milliseconds.
    case route(Int64)
    /// An answer began.
    case answerBegins
    /// An answer was written; the connection goes on, or ends.
    case answerEnds(isLast: Bool)
    /// Answers to complete requests, of which nothing else is told here, began at once.
    case promptAnswersBegin
    /// They were written.
    case promptAnswersEnd
}

/// Watches one connection. Times are milliseconds on any clock that never falls.
struct ConnectionWatch: Sendable {
    private enum Reading: Sendable, Hashable {
        case between
        case head(since: Int64)
        case body(since: Int64, bytes: Int64)
    }

    private let limits: ConnectionLimits
    private var reading = Reading.between
    /// Requests that began and are not answered.
    private var unanswered = 0
    /// Since when the oldest complete request waits for its answer.
    private var waitingSince: Int64?
    private var routeLimit: Int64
    /// Answers that began and are not on their way as a whole, and since when one of them is next.
    private var unwritten = 0
    private var writingSince: Int64?
    private var closingSince: Int64?
    private var idleSince: Int64

    /// Begins to watch a connection.
    init(_ limits: ConnectionLimits, at now: Int64) {
        self.limits = limits
        routeLimit = limits.route
        idleSince = now
    }

    mutating func handle(_ event: ConnectionEvent, at now: Int64) {
        switch event {
        case .bytes:
            if reading == .between { reading = .head(since: now) }
        case .head:
            reading = .body(since: now, bytes: 0)
            unanswered += 1
        case .body(let count):
            if case .body(let since, let bytes) = reading {
                reading = .body(since: since, bytes: bytes + count)
            }
        case .end:
            reading = .between
            // Its answer may have come before its end.
            if unanswered > 0, waitingSince == nil { waitingSince = now }
        case .route(let limit): routeLimit = limit
        case .promptAnswersBegin:
            reading = .between
            beginAnswer(at: now)
        case .answerBegins: beginAnswer(at: now)
        case .promptAnswersEnd: endAnswer(at: now)
        case .answerEnds(let isLast):
            unanswered = max(0, unanswered - 1)
            routeLimit = limits.route
            if isLast { closingSince = now }
            endAnswer(at: now)
        }
    }

    private mutating func beginAnswer(at now: Int64) {
        unwritten += 1
        if writingSince == nil { writingSince = now }
    }

    private mutating func endAnswer(at now: Int64) {
        unwritten = max(0, unwritten - 1)
        writingSince = unwritten > 0 ? now : nil
        waitingSince = unanswered > 0 ? now : nil
        idleSince = now
        // The next request's time begins when its turn has come.
        switch reading {
        case .between: break
        case .head: reading = .head(since: now)
        case .body(_, let bytes): reading = .body(since: now, bytes: bytes)
        }
    }

    /// When to look again.
    var deadline: Int64 {
        if let closingSince { return closingSince + limits.farewell }
        if let writingSince { return writingSince + limits.answer }
        switch reading {
        case .head(let since) where unanswered == 0: return since + limits.head
        case .body(let since, let bytes) where unanswered <= 1:
            let allowed = limits.grace + bytes * 1000 / max(1, limits.bodyRate)
            return since + min(limits.request, allowed + 1)
        case .between where unanswered == 0: return idleSince + limits.idle
        default: return (waitingSince ?? idleSince) + routeLimit
        }
    }

    /// Whether the peer waits for an answer, or is about to.
    var isAnswerOwed: Bool {
        if case .head = reading { return true }
        return unanswered > 0
    }

    /// Why the connection must be cut; nil when it may go on.
    func cut(at now: Int64) -> ConnectionCut? {
        guard deadline <= now else { return nil }
        if closingSince != nil { return .slowClose }
        if writingSince != nil { return .slowReader }
        switch reading {
        case .head where unanswered == 0: return .slowHead
        case .body where unanswered <= 1: return .slowBody
        case .between where unanswered == 0: return .idle
        default: return .slowRoute
        }
    }
}
