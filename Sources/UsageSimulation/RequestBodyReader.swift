// Reads JSON bodies of requests, with an answer in words when they are wrong.

import Foundation
import HTTPTypes
import Hummingbird

/// Decodes a request's body and hands it on.
enum RequestBodyReader {
    /// The most bytes of a body of the control API.
    static let bound = 1_048_576

    /// Answers with `answer` of the decoded body, or with 400.
    static func read<Body: Decodable>(
        _ type: Body.Type, _ request: Request,
        _ answer: @Sendable (Body) async throws -> Response
    ) async throws -> Response {
        let buffer = try await request.body.collect(upTo: bound)
        let body: Body
        do {
            body = try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
        } catch {
            return SimulatorRouter.refusal("the body is not as expected: \(error)")
        }
        return try await answer(body)
    }
}
