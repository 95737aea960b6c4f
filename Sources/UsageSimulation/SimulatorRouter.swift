// All routes of the simulator.

import HTTPTypes
import Hummingbird

/// Builds the router of a simulation.
package enum SimulatorRouter {
    /// The usage APIs and stand-ins of vendors (also under `/faulty/{fault}`), the scripted cases,
    /// the control API and the webhook sinks.
    package static func build(_ simulation: Simulation) -> Router<SimulatorContext> {
        let router = Router(context: SimulatorContext.self)
        VendorRoutes(simulation).add(to: router)
        ControlRoutes(simulation).add(to: router)
        SinkRoutes(simulation).add(to: router)
        StandInRoutes(simulation).add(to: router)
        CaseRoutes(simulation).add(to: router)
        EventRoutes(simulation).add(to: router)
        router.get("/") { _, _ in text("usage-simulator\n" + overview) }
        return router
    }

    /// A JSON answer.
    static func json(_ body: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body + "\n")))
    }

    /// A JSON answer that says what is wrong with the request.
    static func refusal(_ message: String, status: HTTPResponse.Status = .badRequest) -> Response {
        json(
            JSONText.object([
                ("error", JSONText.object([("message", JSONText.quoted(message))]))
            ]),
            status: status)
    }

    /// A plain text.
    static func text(_ body: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    private static let overview =
        (VendorInterface.allCases.map { "GET \($0.rawValue)" }
        + VendorInterface.allCases.map { "GET /faulty/{fault}\($0.rawValue)" }
        + ["faults: " + VendorFault.all.map(\.name).joined(separator: " ")]
        + [
            "GET /control/state", "POST /control/usage", "POST /control/add",
            "POST /control/fault", "DELETE /control/fault", "POST /control/story",
            "GET /vendors (stand-ins of vendors, also under /faulty/{fault})",
            "GET /v1/events (the traces' requests; from, to, cursor, page_size, order, duplicates)",
            "GET /cases (scripted cases with what a poll must make of them)", "GET /cases/{case}",
            "POST /control/case", "GET /vendors/{vendor}/expected?from=YYYY-MM-DD&to=YYYY-MM-DD",
            "GET /sink", "POST|GET|DELETE /sink/{name}", "POST|DELETE /sink/{name}/fail",
        ]).joined(separator: "\n") + "\n"
}
