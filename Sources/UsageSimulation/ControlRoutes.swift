// The control API: what a test or a person makes the vendor say.

import HTTPTypes
import Hummingbird

/// Answers requests to the control API.
struct ControlRoutes: Sendable {
    private let simulation: Simulation

    private struct UsageBody: Decodable {
        var product: String
        var day: String?
        var credits: JSONCredits
    }

    private struct FaultBody: Decodable {
        var path: String
        var fault: String
        var times: Int?
    }

    private struct StoryBody: Decodable {
        var story: String
    }

    init(_ simulation: Simulation) {
        self.simulation = simulation
    }

    func add(to router: Router<SimulatorContext>) {
        router.get("/control/state") { _, _ in
            SimulatorRouter.json(await simulation.stateJSON())
        }
        router.post("/control/usage") { request, _ in
            try await RequestBodyReader.read(UsageBody.self, request, stateUsage)
        }
        router.post("/control/add") { request, _ in
            try await RequestBodyReader.read(UsageBody.self, request, addUsage)
        }
        router.post("/control/fault") { request, _ in
            try await RequestBodyReader.read(FaultBody.self, request, script)
        }
        router.delete("/control/fault") { _, _ in
            await simulation.clearFaults()
            return SimulatorRouter.json(await simulation.stateJSON())
        }
        router.post("/control/story") { request, _ in
            try await RequestBodyReader.read(StoryBody.self, request, begin)
        }
    }

    private func stateUsage(_ body: UsageBody) async -> Response {
        guard let day = SimulatedDay(body.day ?? "") else {
            return SimulatorRouter.refusal("`day` is not a day like 2026-11-01")
        }
        guard Self.isProduct(body.product) else { return Self.badProduct }
        let fits = await simulation.state(body.credits.amount, of: body.product, on: day)
        return await outcome(fits)
    }

    private func addUsage(_ body: UsageBody) async -> Response {
        guard Self.isProduct(body.product) else { return Self.badProduct }
        return await outcome(await simulation.add(body.credits.amount, to: body.product))
    }

    private func script(_ body: FaultBody) async -> Response {
        let fault = VendorFault(name: body.fault)
        guard fault != nil || body.fault == "none" else {
            return SimulatorRouter.refusal("`fault` is not a known fault; GET / lists them")
        }
        guard body.path.hasPrefix("/"), body.path.utf8.count <= 200,
            (0...1_000_000).contains(body.times ?? 0)
        else {
            return SimulatorRouter.refusal("`path` is no path, or `times` is not 0 to 1000000")
        }
        return await outcome(await simulation.script(fault, path: body.path, times: body.times))
    }

    private func begin(_ body: StoryBody) async -> Response {
        guard let story = StoryName(rawValue: body.story) else {
            return SimulatorRouter.refusal("`story` is demo, steady or none")
        }
        await simulation.begin(story)
        return await outcome(true)
    }

    private func outcome(_ fits: Bool) async -> Response {
        guard fits else {
            return SimulatorRouter.refusal("too much was set already", status: .contentTooLarge)
        }
        return SimulatorRouter.json(await simulation.stateJSON())
    }

    private static func isProduct(_ name: String) -> Bool {
        (1...200).contains(name.utf8.count)
    }

    private static let badProduct = SimulatorRouter.refusal(
        "`product` has 1 to 200 bytes")
}
