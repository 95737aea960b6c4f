// A response with its head written down, to be sent again and again.

import NIOHTTP1

/// A response whose bytes are known but for the date.
package struct ReadyResponse: Sendable {
    /// The response.
    let response: WebResponse
    /// Status line and headers; the date and the empty line are to follow.
    let head: [UInt8]
    /// What follows the head; a HEAD request is answered without.
    var body: [UInt8] { response.body }

    /// Writes down the head of a response.
    ///
    /// - Source: RFC 9112 sections 4 and 5
    init(_ response: WebResponse) {
        self.response = response
        let status = HTTPResponseStatus(statusCode: response.status)
        var text = "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n"
        for (name, value) in response.sentHeaders { text += "\(name): \(value)\r\n" }
        text += "Content-Length: \(response.body.count)\r\n"
        head = Array(text.utf8)
    }
}
