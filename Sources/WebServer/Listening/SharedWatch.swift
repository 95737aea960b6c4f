// The watch over one connection, in its channel.
//
// 1. The handlers of a connection share one watch; all of it happens on its event loop.
// 2. There is at most one timer a connection, set for the earliest deadline and moved only when it
//    fires, so that a busy connection costs next to nothing.
// 3. A connection that is cut before its answer began is told why, then closed.

import Agent
import Credits
import ExactJSON
import NIOCore
import Ports

/// Says how long the route of a request may take.
struct RouteTime: Sendable {
    let milliseconds: Int64
}

/// Says that a request's body is wanted, to a peer that asked before sending it.
///
/// - Source: RFC 9110 section 10.1.1
struct BodyWanted: Sendable {}

/// What the two handlers of a connection share.
final class SharedWatch {
    private var watch: ConnectionWatch
    private var timer: Scheduled<Void>?
    private var timerDeadline: Int64 = .max
    private let meters: Meters
    private(set) var hasBegunAnswer = false
    /// The place from which bytes go out as they are.
    private var outlet: ChannelHandlerContext?

    init(_ limits: ConnectionLimits, _ meters: Meters) {
        watch = ConnectionWatch(limits, at: Self.now)
        self.meters = meters
    }

    static var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000) }

    func handle(_ event: ConnectionEvent) {
        let now = Self.now
        switch event {
        case .answerBegins, .promptAnswersBegin: hasBegunAnswer = true
        case .answerEnds, .promptAnswersEnd: hasBegunAnswer = false
        default: break
        }
        watch.handle(event, at: now)
        arm(at: now)
    }

    /// Begins to watch, and to write at a place in the pipeline.
    func start(at outlet: ChannelHandlerContext) {
        self.outlet = outlet
        arm(at: Self.now)
    }

    /// Sends answers that were given at once, as bytes.
    func send(_ answers: ByteBuffer) {
        guard let outlet else { return }
        handle(.promptAnswersBegin)
        let written = outlet.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [self] _ in
            handle(.promptAnswersEnd)
        }
        outlet.writeAndFlush(NIOAny(answers), promise: written)
    }

    /// Asks for a body that the peer holds back; one that came meanwhile does no harm.
    func askForBody() {
        guard !hasBegunAnswer else { return }
        outlet?.writeAndFlush(
            NIOAny(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    func stop() {
        timer?.cancel()
        timer = nil
        outlet = nil
    }

    private func arm(at now: Int64) {
        let deadline = watch.deadline
        guard deadline < timerDeadline, let outlet else { return }
        timer?.cancel()
        timerDeadline = deadline
        timer = outlet.eventLoop.assumeIsolated().scheduleTask(
            in: .milliseconds(max(1, deadline - now))
        ) { [self] in
            timer = nil
            timerDeadline = .max
            let now = Self.now
            if let cut = watch.cut(at: now) { self.cut(cut) } else { arm(at: now) }
        }
    }

    private func cut(_ reason: ConnectionCut) {
        if reason != .idle { meters.countConnectionCut(reason: reason.rawValue) }
        guard let outlet else { return }
        if let answer = Self.answer(to: reason), watch.isAnswerOwed, !hasBegunAnswer {
            outlet.writeAndFlush(NIOAny(Self.last(answer)), promise: nil)
        }
        outlet.close(promise: nil)
    }

    private static func answer(to reason: ConnectionCut) -> WebResponse? {
        switch reason {
        case .slowHead:
            timeout(408, "slow_head: the request's headers did not come in time; send it again")
        case .slowBody:
            timeout(408, "slow_body: the request's body did not come in time; send it again")
        case .slowRoute:
            timeout(
                503,
                "slow_route: there was no answer in time; a change that was asked for may still "
                    + "be made: look, or send it again with the same idempotency_key")
        case .slowReader, .slowClose, .tooManyOfPeer, .idle: nil
        }
    }

    private static func timeout(_ status: Int, _ message: String) -> WebResponse {
        .bare(
            ["status": "error", "errorType": "timeout", "error": .string(message)], status: status)
    }

    /// Answers what cannot be understood, as the last of the connection, which the peer closes.
    func refuse(_ response: WebResponse) {
        guard let outlet, !hasBegunAnswer else { return }
        meters.countRequest(route: "none", code: response.status)
        handle(.answerBegins)
        outlet.writeAndFlush(NIOAny(Self.last(response)), promise: nil)
        handle(.answerEnds(isLast: true))
        // What it sends on is still taken: a reset would also take the answer from it.
        outlet.close(mode: .output, promise: nil)
    }

    /// The bytes of a connection's last answer.
    private static func last(_ response: WebResponse) -> ByteBuffer {
        var response = response
        response.headers.append(("Connection", "close"))
        let ready = ReadyResponse(response)
        var bytes = ByteBuffer(bytes: ready.head)
        bytes.writeString("Date: \(SystemWallClock().now().httpDate)\r\n\r\n")
        bytes.writeBytes(ready.body)
        return bytes
    }
}
