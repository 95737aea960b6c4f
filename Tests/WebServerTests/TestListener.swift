// A listener on a free port of the loopback, for the time of a test's body.

import Logging
import Testing

@testable import WebServer

enum TestListener {
    /// Runs a listener while the body runs.
    static func serving<Value: Sendable>(
        _ responder: WebResponder, limits: ConnectionLimits = ConnectionLimits(),
        answersPromptly: Bool = true, at place: String = "127.0.0.1:0",
        _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let address = try #require(ListenAddress(place))
        let listener = WebListener(
            address: address, responder: responder,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, limits: limits,
            answersPromptly: answersPromptly)
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await listener.run { continuation.yield($0) }
                return nil
            }
            group.addTask {
                var iterator = addresses.makeAsyncIterator()
                let text = await iterator.next() ?? ""
                let port = text.split(separator: ":").last.flatMap { Int($0) } ?? 0
                return try await body(port)
            }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw RawClientError(what: "the listener ended")
        }
    }
}
