// HTTP that a test answers.

import Ports
import Synchronization

/// Answers every request from a closure and keeps the requests.
package final class ScriptedTransport: Transport {
    /// Answers one request; the number counts requests from 0.
    package typealias Handler =
        @Sendable (_ request: TransportRequest, _ number: Int) async throws(TransportError)
        -> TransportResponse

    private struct State {
        var handler: Handler
        var requests: [TransportRequest] = []
    }

    private let state: Mutex<State>

    /// A transport that answers from a closure.
    package init(_ handler: @escaping Handler) {
        state = Mutex(State(handler: handler))
    }

    /// A transport that gives the responses one after the other, the last one for ever.
    package convenience init(responses: [TransportResponse]) {
        self.init { _, number throws(TransportError) in
            guard let last = responses.last else {
                throw TransportError(.connect, "connection refused by the script")
            }
            return number < responses.count ? responses[number] : last
        }
    }

    /// All requests so far, in the order they began.
    package var requests: [TransportRequest] {
        state.withLock { $0.requests }
    }

    /// Answers from another closure from now on.
    package func answer(with handler: @escaping Handler) {
        state.withLock { $0.handler = handler }
    }

    package func send(
        _ request: TransportRequest
    ) async throws(TransportError) -> TransportResponse {
        let (handler, number) = state.withLock { state in
            state.requests.append(request)
            return (state.handler, state.requests.count - 1)
        }
        if Task.isCancelled { throw TransportError(.cancelled, "the request was cancelled") }
        return try await handler(request, number)
    }
}
