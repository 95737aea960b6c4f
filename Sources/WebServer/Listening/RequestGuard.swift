// The guard of a connection's requests and answers: tells the watch, answers what it can at once.
//
// 1. What cannot be answered at once goes on to the framework, and so does all that comes while a
//    request is with it: answers keep the order of their requests.
// 2. While a peer does not read its answers, everything goes on to the framework, which stops
//    reading from it.
// 3. Answers to what one read brought leave as one, as bytes, past the encoder.

import ExactJSON
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
    /// Whether something was not understood, after which nothing is.
    private var isRefused = false
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
        let isLast = Self.isLast(head)
        // The framework knows one way to say so.
        if isLast { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        lasts.append(isLast)
        context.fireChannelRead(wrapInboundOut(.head(head)))
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        sendAnswers()
        context.fireChannelReadComplete()
    }

    /// What the decoder cannot read is answered here, unless requests before it are with the
    /// framework, which then does.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError, lasts.isEmpty else {
            context.fireErrorCaught(error)
            return
        }
        guard !isRefused else { return }
        isRefused = true
        sendAnswers()
        shared.refuse(Self.refusal(of: error))
    }

    private static func refusal(of error: HTTPParserError) -> WebResponse {
        guard error == .headerOverflow else {
            return .failure(.badData, "the request is not understood: \(error)")
        }
        return .bare(
            [
                "status": "error", "errorType": .string(WebErrorKind.tooLarge.rawValue),
                "error": "the target and the headers are larger than 16 KiB or more than 100",
            ], status: 431)
    }

    private func sendAnswers() {
        guard answers.readableBytes > 0 else { return }
        shared.send(answers)
        answers = ByteBuffer()
    }

    /// Whether nothing can follow a request on its connection: the peer says so, or the decoder
    /// leaves what follows to a protocol that is not spoken here.
    ///
    /// - Source: RFC 9110 sections 7.6.1 and 7.8, RFC 9112 section 9.6
    private static func isLast(_ head: HTTPRequestHead) -> Bool {
        head.method == .CONNECT || head.headers.contains(name: "upgrade")
            || head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
    }

    /// HTTP/1.0 needs no Host, ends a connection with its answer (RFC 9112 sections 3.2, 9.3) and
    /// knows no interim answer (RFC 9110 section 15.2).
    private static func raise(_ head: inout HTTPRequestHead) {
        head.headers.remove(name: "expect")
        if !head.headers.contains(name: "host") {
            head.headers.add(name: "Host", value: "localhost")
        }
        // A transfer coding is none of HTTP/1.0: where such a body ends is not sure (section 6.1).
        let isKept =
            !head.headers.contains(name: "transfer-encoding")
            && head.headers[canonicalForm: "connection"].contains {
                $0.lowercased() == "keep-alive"
            }
        if !isKept { head.headers.replaceOrAdd(name: "Connection", value: "close") }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            shared.handle(.answerBegins)
            if lasts.first == true { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
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
