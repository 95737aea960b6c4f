// A connection that begins with TLS, by the files as they are when it is made.

import HummingbirdCore
import Logging
import NIOCore

/// Puts TLS in front of HTTP/1.1.
struct GuardedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel
    let guardian: WebGuard

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        // The files are looked at beside the event loop, which serves others meanwhile.
        channel.eventLoop.makeFutureWithTask { await guardian.freshTLS() }
            .flatMapThrowing { tls in
                guard let tls else { throw ChannelError.operationUnsupported }
                let pipeline = channel.pipeline.syncOperations
                try pipeline.addHandler(tls.handler())
                try pipeline.addHandler(guardian.watch(clientNames: tls.clientNames))
            }
            .flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
