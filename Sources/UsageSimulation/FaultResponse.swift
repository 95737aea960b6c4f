// The HTTP side of each fault.

import HTTPTypes
import Hummingbird

/// Answers that misbehave as HTTP rather than as JSON.
enum FaultResponse {
    /// How long a request hangs at most.
    static let hangBound = Duration.seconds(900)

    /// The answer that a fault gives instead of figures; nil when the figures are still needed.
    static func instead(_ fault: VendorFault, _ request: Request) async throws -> Response? {
        switch fault {
        case .status(let code):
            return SimulatorRouter.refusal(
                "scripted status \(code)", status: HTTPResponse.Status(code: code))
        case .throttle:
            var response = SimulatorRouter.refusal("slow down", status: .tooManyRequests)
            response.headers[.retryAfter] = "1"
            return response
        case .hang:
            try await hang(request)
            return SimulatorRouter.refusal("hung long enough", status: .gatewayTimeout)
        case .garbage: return whole("]]not json{{\u{1}\u{7F}", type: "application/json")
        case .html:
            return whole(
                "<!doctype html><html><body><h1>Maintenance</h1></body></html>",
                type: "text/html; charset=utf-8")
        case .empty: return whole("", type: "application/json")
        case .huge: return endless("{\"usage\":[", EndlessBody.rows)
        case .gzipBomb:
            var response = endless(bytes: EndlessBody.gzipStart, EndlessBody.gzipPattern)
            response.headers[.contentEncoding] = "gzip"
            return response
        case .redirectCross, .redirectSame, .redirectLoop: return redirect(fault, request)
        default: return nil
        }
    }

    /// The figures' answer, shaped as a fault wants it.
    static func shaped(_ fault: VendorFault?, _ body: String) -> Response {
        shaped(fault, body: body, SimulatorRouter.json(body))
    }

    /// The same for an answer of a stand-in.
    static func shaped(_ fault: VendorFault?, _ reply: VendorReply) -> Response {
        shaped(fault, body: reply.body, StandInRoutes.response(reply))
    }

    private static func shaped(
        _ fault: VendorFault?, body: String, _ response: Response
    ) -> Response {
        switch fault {
        case .truncated:
            let bytes = Array(body.utf8)
            return whole(
                String(decoding: bytes.prefix(bytes.count / 2), as: UTF8.self),
                type: response.headers[.contentType] ?? "application/json")
        case .slow: return slow(body)
        default: return response
        }
    }

    /// Waits until the caller goes away, or for the longest time a request may hang.
    static func hang(_ request: Request) async throws {
        try await request.body.consumeWithCancellationOnInboundClose { _ in
            try await Task.sleep(for: hangBound)
        }
    }

    private static func whole(_ body: String, type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    private static func slow(_ body: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                for byte in body.utf8 {
                    try await writer.write(ByteBuffer(bytes: [byte]))
                    try await Task.sleep(for: .seconds(1))
                }
                try await writer.finish(nil)
            })
    }

    /// 200 with a body that ends only with its reader.
    static var endless: Response { endless("[", EndlessBody.rows) }

    private static func endless(_ start: String, _ pattern: [UInt8]) -> Response {
        endless(bytes: Array(start.utf8), pattern)
    }

    /// A body that ends only with its reader.
    private static func endless(bytes start: [UInt8], _ pattern: [UInt8]) -> Response {
        let chunk = Array(repeatElement(pattern, count: 65_536 / pattern.count + 1).joined())
        return Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(bytes: start))
                while !Task.isCancelled {
                    try await writer.write(ByteBuffer(bytes: chunk))
                }
                throw CancellationError()
            })
    }

    private static func redirect(_ fault: VendorFault, _ request: Request) -> Response {
        var path = request.uri.string
        let mount = "/faulty/" + fault.name
        if fault != .redirectLoop, path.hasPrefix(mount) { path.removeFirst(mount.count) }
        var location = path
        if fault == .redirectCross {
            location = "http://" + otherAuthority(request.head.authority ?? "") + path
        }
        return Response(status: .found, headers: [.location: location])
    }

    /// Another name of this server: `localhost` for an address, the address for anything else.
    private static func otherAuthority(_ authority: String) -> String {
        let port = authority.split(separator: ":").last.flatMap { Int($0) } ?? 80
        let host = authority.hasPrefix("localhost") ? "127.0.0.1" : "localhost"
        return "\(host):\(port)"
    }
}
