// The guard's handlers in the channel of a connection: one sees its bytes, the other its requests.

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
                RequestGuard(shared, prompt.map(PromptAnswerer.init)),
                position: .before(try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)))
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
