// Lets an answer carry a Date header of its own, which the server would replace.

import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Puts the header `x-date` of an answer in the place of `Date`.
final class DateOverride: ChannelOutboundHandler, RemovableChannelHandler, Sendable {
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        guard case .head(var head) = unwrapOutboundIn(data), let name = HTTPField.Name("x-date"),
            let date = head.headerFields[name]
        else { return context.write(data, promise: promise) }
        head.headerFields[.date] = date
        head.headerFields[name] = nil
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
