// The guard of a connection's requests and answers: tells the watch, answers what it can at once.
//
// 1. What cannot be answered at once goes on to the framework, and so does all that comes while a
//    request is with it: answers keep the order of their requests.
// 2. While a peer does not read its answers, everything goes on to the framework, which stops
//    reading from it.
// 3. Answers to what one read brought leave as one, as bytes, past the encoder.

import NIOCore
import NIOHTTP1

/// Sees the requests and answers of a connection.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What waits for the end of a read, in bytes, before it is sent without.
    private static let enoughToSend = 16 * 1024

    private let shared: SharedWatch
    private let prompt: PromptAnswerer?
    /// Of each request that the framework has, whether it is the connection's last.
    private var lasts: [Bool] = []
    /// Whether the request that is being read was answered at once.
    private var isAnswered = false
    /// Answers that were given at once and are not sent yet.
    private var answers = ByteBuffer()

    /// - Parameter prompt: answers what can be answered at once; nil when all goes on to the
    ///   framework.
    init(_ shared: SharedWatch, _ prompt: PromptAnswerer?) {
        self.shared = shared
        self.prompt = prompt
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            isAnswered =
                lasts.isEmpty && context.channel.isWritable
                && prompt?.answer(head, into: &answers) == true
            if !isAnswered { passOn(head, context) }
        case .body(let bytes):
            guard !isAnswered else { return }
            shared.handle(.body(Int64(bytes.readableBytes)))
            context.fireChannelRead(data)
        case .end:
            guard !isAnswered else {
                isAnswered = false
                if answers.readableBytes >= Self.enoughToSend { sendAnswers() }
                return
            }
            shared.handle(.end)
            context.fireChannelRead(data)
        }
    }

    private func passOn(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        sendAnswers()
        var head = head
        shared.handle(.head)
        if head.version.major == 1, head.version.minor == 0 { Self.raise(&head) }
        lasts.append(head.headers["connection"].contains { $0.lowercased() == "close" })
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        sendAnswers()
        context.fireChannelReadComplete()
    }

    private func sendAnswers() {
        guard answers.readableBytes > 0 else { return }
        shared.send(answers)
        answers = ByteBuffer()
    }

    /// HTTP/1.0 needs no Host, ends a connection with its answer (RFC 9112 sections 3.2, 9.3) and
    /// knows no interim answer (RFC 9110 section 15.2).
    private static func raise(_ head: inout HTTPRequestHead) {
        head.headers.remove(name: "expect")
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
        switch event {
        case let time as RouteTime: shared.handle(.route(time.milliseconds))
        case is BodyWanted: shared.askForBody()
        default:
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        promise?.succeed()
    }
}
