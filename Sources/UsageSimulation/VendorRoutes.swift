// The usage APIs over HTTP, each also under `/faulty/{fault}`.

import HTTPTypes
import Hummingbird

/// Answers requests to the usage APIs.
struct VendorRoutes: Sendable {
    private let simulation: Simulation

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    func add(to router: Router<SimulatorContext>) {
        for interface in VendorInterface.allCases {
            router.get(RouterPath(interface.rawValue)) { request, _ in
                try await answer(interface, request, mounted: nil)
            }
            router.get(RouterPath("/faulty/:fault" + interface.rawValue)) { request, context in
                let name = context.parameters.get("fault") ?? ""
                guard let fault = VendorFault(name: name) else {
                    return SimulatorRouter.refusal("no such fault", status: .notFound)
                }
                return try await answer(interface, request, mounted: fault)
            }
        }
    }

    private func answer(
        _ interface: VendorInterface, _ request: Request, mounted: VendorFault?
    ) async throws -> Response {
        let path = request.uri.path
        let fault = await simulation.meet(path: path, mounted: mounted)
        if let fault, let response = try await FaultResponse.instead(fault, request) {
            return response
        }
        if let refusal = authenticate(interface, request) { return refusal }
        let query: VendorQuery
        do {
            query = try VendorQuery(
                interface, parameters: parameters(of: request), today: await simulation.today,
                calendar: simulation.configuration.calendar)
        } catch {
            return SimulatorRouter.refusal(error.message)
        }
        let figures = await simulation.figures(interface, query)
        let answer = VendorAnswer(
            interface, query: query, calendar: simulation.configuration.calendar, damage: fault)
        return FaultResponse.shaped(fault, answer.body(figures))
    }

    private func parameters(of request: Request) -> [(name: String, value: String)] {
        request.uri.queryParameters.map { (name: String($0.key), value: String($0.value)) }
    }

    /// A 401 unless the request carries the secret in the way of its API.
    private func authenticate(_ interface: VendorInterface, _ request: Request) -> Response? {
        guard let secret = simulation.configuration.secret else { return nil }
        let authorization = request.headers[.authorization] ?? ""
        let isAllowed =
            switch interface {
            case .usage, .buckets: authorization == "Bearer " + secret
            case .pages: HTTPField.Name("x-api-key").flatMap { request.headers[$0] } == secret
            case .dailyTokens:
                authorization == "Bearer " + secret
                    || BasicCredentials(authorization)?.password == secret
            }
        if isAllowed { return nil }
        var response = SimulatorRouter.refusal(
            "a credential is missing or wrong", status: .unauthorized)
        response.headers[.wwwAuthenticate] = interface == .dailyTokens ? "Basic" : "Bearer"
        return response
    }
}
