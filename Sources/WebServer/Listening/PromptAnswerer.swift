// Answers of routes that wait for nobody, given on the connection's own thread: behind the HTTP
// decoder, before the framework's task and types.
//
// 1. The route table says which routes these are; the responder is that of all other requests.
// 2. What is not plain (a body, another version, no good Host, the connection's last request) is
//    left to the framework.

import Credits
import NIOCore
import NIOHTTP1
import Ports

/// Answers some of the requests of a connection.
final class PromptAnswerer {
    private let responder: WebResponder
    private let clock = SystemWallClock()
    private var date: (second: Int64, line: String) = (.min, "")

    init(_ responder: WebResponder) {
        self.responder = responder
    }

    /// Adds the whole answer to a request to what is sent; false when it is none to be answered so.
    func answer(_ head: HTTPRequestHead, into answers: inout ByteBuffer) -> Bool {
        guard let response = response(to: head) else { return false }
        let now = clock.now()
        if now.seconds != date.second {
            date = (now.seconds, "Date: \(now.httpDate)\r\n\r\n")
        }
        answers.reserveCapacity(
            minimumWritableBytes: response.head.count + date.line.utf8.count + response.body.count)
        answers.writeBytes(response.head)
        answers.writeString(date.line)
        // A HEAD request gets the headers of the GET, its length included.
        if head.method != .HEAD { answers.writeBytes(response.body) }
        return true
    }

    private func response(to head: HTTPRequestHead) -> ReadyResponse? {
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
