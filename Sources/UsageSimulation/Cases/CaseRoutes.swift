// The scripted cases over HTTP.

import HTTPTypes
import Hummingbird

/// Answers requests below `/cases`.
struct CaseRoutes: Sendable {
    private let simulation: Simulation

    private struct Choice: Decodable {
        var name: String
        var poll: Int
    }

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    func add(to router: Router<SimulatorContext>) {
        router.get("/cases") { _, _ in SimulatorRouter.json(Self.list) }
        router.get("/cases/:name") { request, context in
            let name = context.parameters.get("name") ?? ""
            guard let scripted = FaultCase.all.first(where: { $0.name == name }) else {
                return SimulatorRouter.refusal("no such case; GET /cases", status: .notFound)
            }
            return try await answer(scripted, request)
        }
        router.post("/control/case") { request, _ in
            try await RequestBodyReader.read(Choice.self, request) { choice in
                guard await simulation.choose(poll: choice.poll, of: choice.name) else {
                    return SimulatorRouter.refusal("no such case or poll; GET /cases lists them")
                }
                return SimulatorRouter.json("{}")
            }
        }
    }

    private static let list = JSONText.array(
        FaultCase.all.map { scripted in
            JSONText.object([
                ("name", JSONText.quoted(scripted.name)),
                ("summary", JSONText.quoted(scripted.summary)),
                ("polls", JSONText.array(scripted.polls.map { outcome($0.outcome) })),
                (
                    "source",
                    JSONText.quoted(
                        scripted.kind.configuration(url: "http://…/cases/" + scripted.name))
                ),
            ])
        })

    private static func outcome(_ outcome: FaultCase.Outcome) -> String {
        switch outcome {
        case .right(let used): JSONText.object([("used", JSONText.quoted(used))])
        case .fails(let reason, _): JSONText.object([("reason", JSONText.quoted(reason))])
        }
    }

    private func answer(_ scripted: FaultCase, _ request: Request) async throws -> Response {
        let cursor = request.uri.queryParameters["cursor"].map(String.init)
        let page = cursor.flatMap { Int($0) } ?? 1
        guard let answer = await simulation.answer(scripted, page: page) else {
            return SimulatorRouter.refusal("the case has no answers", status: .notFound)
        }
        let today = await simulation.today
        let fill = { (text: String) in Self.fill(text, today: today, page: page) }
        var headers = HTTPFields()
        for header in answer.headers {
            guard let name = HTTPField.Name(header.name) else { continue }
            headers[name] = fill(header.value)
        }
        let status = HTTPResponse.Status(code: answer.status)
        switch answer.body {
        case .fault(let fault):
            if let response = try await FaultResponse.instead(fault, request) { return response }
            return FaultResponse.shaped(fault, VendorReply(fill("{\"usage\":[],\"more\":false}")))
        case .text(let text):
            return response(status, headers, Array(fill(text).utf8))
        case .bytes(let bytes): return response(status, headers, bytes)
        case .tagged(let text):
            let tag = "\"\(scripted.name)\""
            headers[.eTag] = tag
            if request.headers[.ifNoneMatch] == tag {
                return Response(status: .notModified, headers: headers)
            }
            return response(status, headers, Array(fill(text).utf8))
        case .cut(let text): return Self.unfinished(status, headers, fill(text), hangs: false)
        case .silence: return Self.unfinished(status, headers, "", hangs: true)
        }
    }

    private func response(
        _ status: HTTPResponse.Status, _ headers: HTTPFields, _ body: [UInt8]
    ) -> Response {
        Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// A body that does not come to its end.
    private static func unfinished(
        _ status: HTTPResponse.Status, _ headers: HTTPFields, _ start: String, hangs: Bool
    ) -> Response {
        Response(
            status: status, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: start))
                if hangs { try await Task.sleep(for: FaultResponse.hangBound) }
                throw CancellationError()
            })
    }

    private static func fill(_ text: String, today: SimulatedDay, page: Int) -> String {
        guard text.contains("{") else { return text }
        let values = [
            ("{today}", today.description), ("{yesterday}", today.advanced(by: -1).description),
            ("{tomorrow}", today.advanced(by: 1).description),
            ("{past}", today.advanced(by: -62).description), ("{start}", "\(today.start)"),
            ("{end}", "\(today.advanced(by: 1).start)"), ("{next}", "\(page + 1)"),
        ]
        return values.reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
