// The stand-ins of vendors over HTTP, each also under `/faulty/{fault}`.

import HTTPTypes
import Hummingbird

/// Answers requests below `/vendors`.
struct StandInRoutes: Sendable {
    private let simulation: Simulation

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    func add(to router: Router<SimulatorContext>) {
        router.get("/vendors") { _, _ in SimulatorRouter.text(VendorTable.summary()) }
        for method in [HTTPRequest.Method.get, .post] {
            router.on("/vendors/:vendor/**", method: method) { request, context in
                try await answer(request, context, mount: "")
            }
            router.on("/faulty/:fault/vendors/:vendor/**", method: method) { request, context in
                let fault = context.parameters.get("fault") ?? ""
                return try await answer(request, context, mount: "/faulty/" + fault)
            }
        }
    }

    private func answer(
        _ request: Request, _ context: SimulatorContext, mount: String
    ) async throws -> Response {
        guard let vendor = VendorTable.vendor(context.parameters.get("vendor") ?? "") else {
            return SimulatorRouter.refusal(
                "no such vendor; GET /vendors lists them", status: .notFound)
        }
        var mounted: VendorFault?
        if !mount.isEmpty {
            mounted = VendorFault(name: mount.dropFirst("/faulty/".count))
            guard mounted != nil else {
                return SimulatorRouter.refusal("no such fault", status: .notFound)
            }
        }
        let base = mount + "/vendors/" + vendor.name
        let path = String(request.uri.path.dropFirst(base.count))
        let query = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        if path == "/expected" { return try await expected(vendor, query) }
        let fault = await simulation.meet(path: request.uri.path, mounted: mounted)
        if let fault, let response = try await FaultResponse.instead(fault, request) {
            return response
        }
        let body = try await request.body.collect(upTo: RequestBodyReader.bound)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let reply = await simulation.answer(
            vendor, method: request.method.rawValue, path: path, query: query, headers: headers,
            body: Array(body.readableBytesView),
            base: "http://" + (request.head.authority ?? "") + base)
        return FaultResponse.shaped(fault, reply)
    }

    private func expected(
        _ vendor: any VendorStandIn.Type, _ query: [(name: String, value: String)]
    ) async throws -> Response {
        let today = await simulation.utcToday
        var days = [today.firstOfMonth, today]
        for (index, name) in ["from", "to"].enumerated() {
            guard let text = query.first(where: { $0.name == name })?.value else { continue }
            guard let day = SimulatedDay(text) else {
                return SimulatorRouter.refusal("`\(name)` is not a day like 2026-11-01")
            }
            days[index] = day
        }
        guard days[0] <= days[1], days[1] < days[0].advanced(by: 400) else {
            return SimulatorRouter.refusal("`from` and `to` are up to 400 days, in this order")
        }
        return SimulatorRouter.json(
            await simulation.expected(vendor, days: days[0]..<days[1].advanced(by: 1)))
    }

    static func response(_ reply: VendorReply) -> Response {
        var response = Response(
            status: HTTPResponse.Status(code: reply.status),
            headers: [.contentType: reply.contentType],
            body: ResponseBody(byteBuffer: ByteBuffer(string: reply.body)))
        for header in reply.headers {
            if let name = HTTPField.Name(header.name) { response.headers[name] = header.value }
        }
        return response
    }
}
