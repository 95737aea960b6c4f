// The real `Transport`: every outgoing request goes through libcurl on an owned thread.
//
// 1. Mail has a thread of its own: where a server does not answer QUIT, libcurl waits on its
//    thread, and HTTP must not wait with it.
// 2. After `shutdown()` returned the threads have ended and every request was answered.

import Ports
import Synchronization

/// Sends HTTP requests and mail through libcurl's multi interface.
package final class CurlTransport: Transport, Sendable {
    private enum MailLane {
        case unused
        case running(CurlLane)
        case ended
    }

    private let web: CurlLane
    private let mail = Mutex(MailLane.unused)
    private let userAgent: String
    private let options: CurlTransportOptions

    /// Starts the transport and its thread.
    ///
    /// - Parameters:
    ///   - userAgent: `product/version`; a request's own `User-Agent` header replaces it.
    ///   - options: bounds on transfers and connections.
    /// - Throws: `.protocol` for a user agent that is no header value, `.connect` when libcurl
    ///   or the thread cannot be started.
    package init(
        userAgent: String,
        options: CurlTransportOptions = CurlTransportOptions()
    ) throws(TransportError) {
        guard RequestCheck.isHeaderValue(userAgent) else {
            throw TransportError(.protocol, "the User-Agent holds a control character")
        }
        web = try CurlLane(userAgent: userAgent, options: options)
        self.userAgent = userAgent
        self.options = options
    }

    package func send(
        _ request: TransportRequest
    ) async throws(TransportError) -> TransportResponse {
        let endpoint = try RequestCheck.endpoint(of: request)
        guard request.mail != nil else { return try await web.send(request, to: endpoint) }
        let lane = try mailLane(for: endpoint)
        return try await lane.send(request, to: endpoint)
    }

    /// Aborts every transfer with `.cancelled`, refuses new ones and waits for the threads to end.
    ///
    /// May be called more than once.
    package func shutdown() async {
        let lane: CurlLane? = mail.withLock { state in
            defer { state = .ended }
            if case .running(let lane) = state { return lane }
            return nil
        }
        await web.shutdown()
        await lane?.shutdown()
    }

    /// The lane of mail, started with the first one.
    private func mailLane(for endpoint: Endpoint) throws(TransportError) -> CurlLane {
        let lane = mail.withLock { state -> Result<CurlLane, TransportError> in
            switch state {
            case .ended: return .failure(.shutDown(endpoint))
            case .running(let lane): return .success(lane)
            case .unused:
                do throws(TransportError) {
                    let lane = try CurlLane(userAgent: userAgent, options: options)
                    state = .running(lane)
                    return .success(lane)
                } catch {
                    return .failure(error)
                }
            }
        }
        return try lane.get()
    }
}
