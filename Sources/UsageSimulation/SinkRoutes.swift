// The webhook sinks over HTTP.

import Foundation
import HTTPTypes
import Hummingbird

/// Answers requests to the webhook sinks.
struct SinkRoutes: Sendable {
    /// The most bytes of a webhook's body.
    static let bodyBound = 4_194_304

    private let simulation: Simulation

    private struct FailBody: Decodable {
        var status: Int?
        var hang: Bool?
        var redirect: String?
        var retryAfter: Int?
        var times: Int?
        var percent: Int?
        var endless: Bool?

        enum CodingKeys: String, CodingKey {
            case status, hang, redirect, times, percent, endless
            case retryAfter = "retry_after"
        }
    }

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    func add(to router: Router<SimulatorContext>) {
        router.get("/sink") { _, _ in SimulatorRouter.json(await simulation.sinks()) }
        router.post("/sink/:name") { request, context in
            try await named(context) { try await receive(at: $0, request) }
        }
        router.get("/sink/:name") { request, context in
            try await named(context) { name in
                let query = request.uri.queryParameters
                let after = query["after"].flatMap { Int($0) } ?? 0
                let limit = query["limit"].flatMap { Int($0) } ?? 1000
                return SimulatorRouter.json(
                    await simulation.records(
                        at: name, after: after, limit: min(max(limit, 0), 10_000)))
            }
        }
        router.delete("/sink/:name") { _, context in
            try await named(context) { name in
                await simulation.clearSink(name)
                return Response(status: .noContent)
            }
        }
        router.post("/sink/:name/fail") { request, context in
            try await named(context) { name in
                try await RequestBodyReader.read(FailBody.self, request) { body in
                    await fail(at: name, body)
                }
            }
        }
        router.delete("/sink/:name/fail") { _, context in
            try await named(context) { name in
                _ = await simulation.behave(nil, at: name)
                return Response(status: .noContent)
            }
        }
    }

    private func named(
        _ context: SimulatorContext, _ answer: @Sendable (String) async throws -> Response
    ) async throws -> Response {
        let name = context.parameters.get("name") ?? ""
        guard WebhookSink.isName(name) else {
            return SimulatorRouter.refusal("a sink's name has 1 to 64 letters, digits, . - _")
        }
        return try await answer(name)
    }

    private func receive(at name: String, _ request: Request) async throws -> Response {
        // The bytes are read one piece at a time so that the connection stays watched for a hang.
        var bytes: [UInt8] = []
        for try await piece in request.body {
            bytes += piece.readableBytesView
            guard bytes.count <= Self.bodyBound else {
                return SimulatorRouter.refusal("too large", status: .contentTooLarge)
            }
        }
        let headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
        let behaviour = await simulation.receive(at: name, headers: headers, body: bytes)
        if behaviour.hangs { try await Task.sleep(for: FaultResponse.hangBound) }
        if behaviour.isEndless { return FaultResponse.endless }
        var response = SimulatorRouter.json(
            JSONText.object([("received", "true")]),
            status: HTTPResponse.Status(code: behaviour.status))
        if let seconds = behaviour.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        if let target = behaviour.redirect { response.headers[.location] = target }
        return response
    }

    private func fail(at name: String, _ body: FailBody) async -> Response {
        var behaviour = SinkBehaviour()
        behaviour.hangs = body.hang ?? false
        behaviour.isEndless = body.endless ?? false
        behaviour.redirect = body.redirect
        behaviour.retryAfter = body.retryAfter
        behaviour.times = body.times
        behaviour.percent = body.percent ?? 100
        let usual =
            behaviour.isEndless
            ? 200 : body.redirect != nil ? 302 : body.retryAfter != nil ? 429 : 500
        behaviour.status = body.status ?? usual
        guard (200...599).contains(behaviour.status), (body.retryAfter ?? 0) >= 0,
            (0...1_000_000).contains(body.times ?? 0), (0...100).contains(behaviour.percent),
            (body.redirect ?? "").utf8.count <= 2000
        else {
            return SimulatorRouter.refusal(
                "`status` is 200 to 599, `percent` 0 to 100, `retry_after` and `times` are not "
                    + "negative")
        }
        guard await simulation.behave(behaviour, at: name) else {
            return SimulatorRouter.refusal("too many sinks", status: .contentTooLarge)
        }
        return Response(status: .noContent)
    }
}
