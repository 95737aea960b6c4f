// One answer of a scripted case.
//
// 1. In bodies `{today}`, `{yesterday}`, `{tomorrow}` and `{past}` (two months ago) stand for days,
//    `{start}` and `{end}` for today's bounds in seconds since 1970, `{next}` for the number of
//    the next page.

/// What a request of a case is answered with.
package struct ScriptedAnswer: Sendable, ExpressibleByStringLiteral {
    /// Where the body comes from.
    package enum Body: Sendable {
        /// A text with placeholders.
        case text(String)
        /// Bytes as they are.
        case bytes([UInt8])
        /// Half a text, then the connection is closed.
        case cut(String)
        /// Headers, then nothing.
        case silence
        /// What a fault answers.
        case fault(VendorFault)
        /// A text that a request with its tag is answered 304 for.
        case tagged(String)
    }

    /// The status.
    package var status: Int
    /// The headers, the content type among them.
    package var headers: [(name: String, value: String)]
    /// The body.
    package var body: Body
    /// The answers of the next requests of the same page; the last one stays.
    package var later: [ScriptedAnswer] = []

    /// An answer.
    package init(
        status: Int = 200, type: String = "application/json",
        headers: [(name: String, value: String)] = [], _ body: Body
    ) {
        self.status = status
        self.headers = [("content-type", type)] + headers
        self.body = body
    }

    package init(stringLiteral text: String) { self.init(.text(text)) }

    /// JSON.
    static func json(_ text: String) -> ScriptedAnswer { ScriptedAnswer(.text(text)) }

    /// A fault.
    static func fault(_ fault: VendorFault) -> ScriptedAnswer { ScriptedAnswer(.fault(fault)) }

    /// A status with headers and a short body.
    static func status(_ status: Int, _ headers: [(name: String, value: String)] = [])
        -> ScriptedAnswer
    {
        ScriptedAnswer(
            status: status, headers: headers, .text("{\"error\":{\"message\":\"scripted\"}}"))
    }

    /// This answer once, then another.
    func then(_ answer: ScriptedAnswer) -> ScriptedAnswer {
        var first = self
        first.later.append(answer)
        return first
    }

    /// The answer to the so-many-th request of a page, from 1.
    func answer(number: Int) -> ScriptedAnswer {
        number <= 1 || later.isEmpty ? self : later[min(number - 2, later.count - 1)]
    }
}
