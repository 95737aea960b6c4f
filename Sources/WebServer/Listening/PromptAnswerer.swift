// Answers of routes that wait for nobody, given on the connection's own thread: behind the HTTP
// decoder, before the framework's task and types.
//
// 1. The route table says which routes these are; the responder is that of all other requests.
// 2. What is not plain (a body, another version, no good Host, the connection's last request) goes
//    on to the framework, and so does all that comes while such a request is unanswered: answers
//    keep the order of their requests.
// 3. While a peer does not read its answers, everything goes on to the framework, which stops
//    reading from it.

import Credits
import NIOCore
import NIOHTTP1
import Ports

/// Answers some of the requests of a connection.
final class PromptAnswerer: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let responder: WebResponder
    private let clock = SystemWallClock()
    /// Requests that are with the framework.
    private var passedOn = 0
    /// The answer to the request that is being read, which has no body.
    private var answer: (head: HTTPResponseHead, body: ByteBuffer?)?
    private var needsFlush = false
    private var date: (second: Int64, text: String) = (.min, "")

    init(_ responder: WebResponder) {
        self.responder = responder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if passedOn == 0, context.channel.isWritable, let response = response(to: head) {
                answer = parts(of: response, to: head.method)
            } else {
                passedOn += 1
                context.fireChannelRead(data)
            }
        case .body:
            if answer == nil { context.fireChannelRead(data) }
        case .end:
            guard let (head, body) = answer else {
                context.fireChannelRead(data)
                return
            }
            answer = nil
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            if let body {
                context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            }
            context.write(wrapOutboundOut(.end(nil)), promise: nil)
            needsFlush = true
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if needsFlush {
            needsFlush = false
            context.flush()
        }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data) { passedOn = max(0, passedOn - 1) }
        context.write(data, promise: promise)
    }

    private func response(to head: HTTPRequestHead) -> WebResponse? {
        // Only a target that begins so is a path and nothing else.
        guard head.version == .http1_1, head.uri.utf8.first == UInt8(ascii: "/") else { return nil }
        let target = head.uri.utf8
        let end = target.firstIndex(of: UInt8(ascii: "#")) ?? target.endIndex
        let mark = target[..<end].firstIndex(of: UInt8(ascii: "?")) ?? end
        guard let path = RequestTarget.segments(of: String(head.uri[..<mark])) else { return nil }
        let method = head.method.rawValue
        return responder.respondPromptly(method: method, path: path) {
            guard PlainHead.isPlain(head.headers) else { return nil }
            return WebRequest(
                method: method, path: path,
                parameters: mark == end
                    ? []
                    : RequestTarget.parameters(
                        of: String(head.uri[target.index(after: mark)..<end])),
                headers: head.headers.map { ($0.name, PlainHead.trimmed($0.value)) })
        }
    }

    private func parts(
        of response: WebResponse, to method: HTTPMethod
    ) -> (head: HTTPResponseHead, body: ByteBuffer?) {
        let now = clock.now()
        if now.seconds != date.second { date = (now.seconds, now.httpDate) }
        let headers =
            response.sentHeaders.map { ($0.name, $0.value) } + [
                ("Content-Length", String(response.body.count)),
                ("Date", date.text),
            ]
        return (
            HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: response.status),
                headers: HTTPHeaders(headers)),
            // A HEAD request gets the headers of the GET, its length included.
            method == .HEAD ? nil : ByteBuffer(bytes: response.body)
        )
    }
}

/// What a request's headers must be for a prompt answer.
enum PlainHead {
    /// Whether there is one good Host, no body, and nothing that changes the connection.
    static func isPlain(_ headers: HTTPHeaders) -> Bool {
        var hosts = 0
        for (name, value) in headers {
            // The lengths of the names tell nearly all others apart from those looked for.
            switch name.utf8.count {
            case 4 where isEqual(name, "host"):
                guard HostHeader.isValid(trimmed(value)) else { return false }
                hosts += 1
            case 6 where isEqual(name, "expect"), 7 where isEqual(name, "upgrade"),
                17 where isEqual(name, "transfer-encoding"):
                return false
            case 10 where isEqual(name, "connection"):
                guard isEqual(value, "keep-alive") else { return false }
            case 14 where isEqual(name, "content-length"):
                guard value == "0" else { return false }
            default: continue
            }
        }
        return hosts == 1
    }

    /// A value without the spaces and tabs after it, which are no part of it.
    ///
    /// - Source: RFC 9110 section 5.5
    static func trimmed(_ value: String) -> String {
        guard let last = value.utf8.last, last == 0x20 || last == 0x09 else { return value }
        let end = value.utf8.lastIndex { $0 != 0x20 && $0 != 0x09 }
        return end.map { String(value[...$0]) } ?? ""
    }

    /// Whether a text is a word of lower-case letters and hyphens, in any case.
    private static func isEqual(_ text: String, _ word: StaticString) -> Bool {
        guard text.utf8.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            zip(text.utf8, letters).allSatisfy { $0 == $1 || $0 | 0x20 == $1 }
        }
    }
}
