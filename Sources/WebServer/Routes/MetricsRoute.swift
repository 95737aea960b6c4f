// GET /metrics: negotiated format, gzip when offered.

import Agent
import Exposition
import Ports

/// Serves the families of the agent.
struct MetricsRoute {
    let metrics: MetricsBuilder
    let clock: any WallClock

    /// Below this a compressed answer saves nothing.
    private static let smallestCompressed = 1024

    var route: Route {
        Route("GET", "/metrics", access: .metrics) { request, _ in
            respond(to: request)
        }
    }

    private func respond(to request: WebRequest) -> WebResponse {
        let format = ExpositionFormat.negotiate(accept: request.header("accept"))
        let bytes = ExpositionWriter.write(metrics.families(at: clock.now()), format: format)
        var response = WebResponse(contentType: format.contentType, body: bytes)
        response.headers.append(("Vary", "Accept, Accept-Encoding"))
        let acceptsGzip = AcceptHeader.acceptsGzip(
            acceptEncoding: request.header("accept-encoding"))
        if acceptsGzip, bytes.count >= Self.smallestCompressed,
            let compressed = Gzip.compress(bytes)
        {
            response.body = compressed
            response.headers.append(("Content-Encoding", "gzip"))
        }
        return response
    }
}
