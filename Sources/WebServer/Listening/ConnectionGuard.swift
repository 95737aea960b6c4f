// The watch over one connection, in its channel: one handler sees bytes, the other requests.
//
// 1. The handlers of a connection share one watch; all of it happens on its event loop.
// 2. There is at most one timer a connection, set for the earliest deadline and moved only when it
//    fires, so that a busy connection costs next to nothing.
// 3. A connection that is cut before its answer began is told why, then closed.

import Agent
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import Synchronization

/// How many connections each peer has.
final class ConnectionCensus: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    /// Counts a connection of a peer; false, and not counted, when it has too many.
    func admit(_ peer: String, limit: Int) -> Bool {
        counts.withLock { counts in
            guard counts[peer, default: 0] < limit else { return false }
            counts[peer, default: 0] += 1
            return true
        }
    }

    /// Forgets a connection of a peer.
    func leave(_ peer: String) {
        counts.withLock { counts in
            let rest = counts[peer, default: 0] - 1
            counts[peer] = rest > 0 ? rest : nil
        }
    }
}

/// Says how long the route of a request may take.
struct RouteTime: Sendable {
    let milliseconds: Int64
}

/// What the two handlers of a connection share.
private final class SharedWatch {
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
        case .answerBegins: hasBegunAnswer = true
        case .answerEnds: hasBegunAnswer = false
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
        let words: String? =
            switch reason {
            case .slowHead, .slowBody: "408 Request Timeout"
            case .slowRoute: "503 Service Unavailable"
            case .slowReader, .slowClose, .tooManyOfPeer, .idle: nil
            }
        if let words, !hasBegunAnswer {
            let body =
                "{\"status\":\"error\",\"errorType\":\"timeout\",\"error\":\"\(words): "
                + "\(reason.rawValue)\"}\n"
            let text =
                "HTTP/1.1 \(words)\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            outlet.writeAndFlush(NIOAny(ByteBuffer(string: text)), promise: nil)
        }
        outlet.close(promise: nil)
    }
}

/// Puts the guard's handlers around the HTTP decoder of a new connection.
final class ConnectionGuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let limits: ConnectionLimits
    private let census: ConnectionCensus
    private let meters: Meters
    private let prompt: WebResponder?
    private var peer: String?

    /// - Parameter prompt: answers what can be answered on the connection's thread; nil when all
    ///   goes on to the framework.
    init(
        _ limits: ConnectionLimits, _ census: ConnectionCensus, _ meters: Meters,
        prompt: WebResponder?
    ) {
        self.limits = limits
        self.census = census
        self.meters = meters
        self.prompt = prompt
    }

    func handlerAdded(context: ChannelHandlerContext) {
        meters.countConnection(1)
        let shared = SharedWatch(limits, meters)
        let pipeline = context.pipeline.syncOperations
        do {
            try pipeline.addHandler(
                ByteGuard(shared),
                position: .before(try pipeline.handler(type: HTTPResponseEncoder.self)))
            try pipeline.addHandler(
                RequestGuard(shared),
                position: .before(try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)))
            if let prompt {
                try pipeline.addHandler(
                    PromptAnswerer(prompt),
                    position: .before(try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)))
            }
        } catch {
            // A connection that cannot be watched is not served.
            context.close(promise: nil)
        }
        if context.channel.isActive { admit(context) }
    }

    /// The peer is known once the connection is active.
    func channelActive(context: ChannelHandlerContext) {
        admit(context)
        context.fireChannelActive()
    }

    private func admit(_ context: ChannelHandlerContext) {
        guard peer == nil, let address = context.remoteAddress?.ipAddress,
            !Self.isLoopback(address)
        else { return }
        guard census.admit(address, limit: limits.connectionsPerPeer) else {
            meters.countConnectionCut(reason: ConnectionCut.tooManyOfPeer.rawValue)
            context.close(promise: nil)
            return
        }
        peer = address
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        meters.countConnection(-1)
        if let peer { census.leave(peer) }
        peer = nil
    }

    private static func isLoopback(_ address: String) -> Bool {
        address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }
}

/// Sees the bytes of a connection.
private final class ByteGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let shared: SharedWatch

    init(_ shared: SharedWatch) {
        self.shared = shared
    }

    func handlerAdded(context: ChannelHandlerContext) { shared.start(at: context) }

    func handlerRemoved(context: ChannelHandlerContext) { shared.stop() }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        shared.handle(.bytes)
        context.fireChannelRead(data)
    }
}

/// Sees the requests and answers of a connection.
private final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let shared: SharedWatch
    /// Of each request whose answer has not ended, whether it is the connection's last.
    private var lasts: [Bool] = []

    init(_ shared: SharedWatch) {
        self.shared = shared
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(var head):
            shared.handle(.head)
            if head.version.major == 1, head.version.minor == 0 { Self.raise(&head) }
            lasts.append(head.headers["connection"].contains { $0.lowercased() == "close" })
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let bytes):
            shared.handle(.body(Int64(bytes.readableBytes)))
            context.fireChannelRead(data)
        case .end:
            shared.handle(.end)
            context.fireChannelRead(data)
        }
    }

    /// HTTP/1.0 needs no Host, and ends a connection with its answer (RFC 9112 sections 3.2, 9.3).
    private static func raise(_ head: inout HTTPRequestHead) {
        if !head.headers.contains(name: "host") {
            head.headers.add(name: "Host", value: "localhost")
        }
        let isKept = head.headers["connection"].contains { $0.lowercased() == "keep-alive" }
        if !isKept { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head:
            shared.handle(.answerBegins)
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            let written = promise ?? context.eventLoop.makePromise(of: Void.self)
            let isLast = lasts.isEmpty ? true : lasts.removeFirst()
            written.futureResult.assumeIsolated().whenComplete { [shared] _ in
                shared.handle(.answerEnds(isLast: isLast))
            }
            context.write(data, promise: written)
        }
    }

    func triggerUserOutboundEvent(
        context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?
    ) {
        guard let time = event as? RouteTime else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        shared.handle(.route(time.milliseconds))
        promise?.succeed()
    }
}
