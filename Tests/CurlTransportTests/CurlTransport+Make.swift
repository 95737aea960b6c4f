// What the tests of the transport share.

import CurlTransport
import Ports
import Testing

extension CurlTransport {
    /// A transport that is shut down at the end.
    static func with<Value>(
        _ options: CurlTransportOptions = CurlTransportOptions(),
        _ body: (CurlTransport) async throws -> Value
    ) async throws -> Value {
        let transport = try CurlTransport(userAgent: "ai-credits-agent/1.2.3", options: options)
        do {
            let value = try await body(transport)
            await transport.shutdown()
            return value
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// The error of a request that must fail.
    func failure(
        _ request: TransportRequest, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TransportError {
        do throws(TransportError) {
            let response = try await send(request)
            Issue.record("status \(response.status)", sourceLocation: sourceLocation)
            throw TransportError(.protocol, "no error")
        } catch {
            return error
        }
    }
}

extension TransportRequest {
    /// A request with short time limits.
    static func brief(_ url: String, milliseconds: Int = 200) -> TransportRequest {
        TransportRequest(url: url, timeoutMilliseconds: milliseconds)
    }
}

extension TransportResponse {
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
}
