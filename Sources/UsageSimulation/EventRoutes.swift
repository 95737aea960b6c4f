// The events of the traces over HTTP, also under `/faulty/{fault}`.

import HTTPTypes
import Hummingbird

/// Answers `/v1/events`.
struct EventRoutes: Sendable {
    static let path = "/v1/events"

    private let simulation: Simulation

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    func add(to router: Router<SimulatorContext>) {
        router.get(RouterPath(Self.path)) { request, _ in try await answer(request, nil) }
        router.get(RouterPath("/faulty/:fault" + Self.path)) { request, context in
            guard let fault = VendorFault(name: context.parameters.get("fault") ?? "") else {
                return SimulatorRouter.refusal("no such fault", status: .notFound)
            }
            return try await answer(request, fault)
        }
    }

    private func answer(_ request: Request, _ mounted: VendorFault?) async throws -> Response {
        let fault = await simulation.meet(path: request.uri.path, mounted: mounted)
        if let fault, let response = try await FaultResponse.instead(fault, request) {
            return response
        }
        if let secret = simulation.configuration.secret,
            request.headers[.authorization] != "Bearer " + secret
        {
            return SimulatorRouter.refusal(
                "a credential is missing or wrong", status: .unauthorized)
        }
        let parameters = request.uri.queryParameters.map {
            (name: String($0.key), value: String($0.value))
        }
        guard let query = TraceEventQuery(parameters) else {
            return SimulatorRouter.refusal(
                "from and to are milliseconds, cursor, page_size (1 to 5000) and duplicates numbers"
            )
        }
        return FaultResponse.shaped(fault, await simulation.events(query))
    }
}
