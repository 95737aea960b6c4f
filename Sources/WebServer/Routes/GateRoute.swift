// GET /api/v1/gate: allow or block, from memory.
//
// Gateways such as Envoy and Traefik ask with the method of the request they hold back, and may
// send its body along: every method is answered as GET, and the body is not looked at.

import Agent
import Credits
import ExactJSON
import Ports

/// Serves the gate.
struct GateRoute {
    let snapshots: SnapshotBox
    let meters: Meters
    let clock: any WallClock
    private let calendars = CalendarBook()
    private let answers = GateAnswers()

    init(snapshots: SnapshotBox, meters: Meters, clock: any WallClock) {
        self.snapshots = snapshots
        self.meters = meters
        self.clock = clock
    }

    var route: Route {
        .prompt(Route.anyMethod, "/api/v1/gate", access: .gate) { request, _ in
            respond(to: request)
        }
    }

    private func respond(to request: WebRequest) -> ReadyResponse {
        guard let organization = request.parameter("organization"), !organization.isEmpty else {
            return ReadyResponse(
                .failure(
                    .badData,
                    "the parameter `organization` is missing: /api/v1/gate?organization=ID"))
        }
        let now = clock.now()
        let product = request.parameter("product").flatMap { $0.isEmpty ? nil : $0 }
        let answer = answers.answer(
            organization: organization, product: product,
            publication: snapshots.publicationCount, now: now
        ) {
            let lasting = LimitGate.decideForLong(
                organization: organization, product: product, snapshot: snapshots.value, now: now,
                calendars: calendars)
            return GateAnswer(
                decision: lasting.decision,
                response: ReadyResponse(Self.response(lasting.decision, now: now)),
                instants: lasting.instants)
        }
        meters.countGate(answer.decision)
        return answer.response
    }

    /// A decision as the gate tells it.
    static func response(_ decision: GateDecision, now: Timestamp) -> WebResponse {
        .bare(
            body(decision), status: decision.isAllowed ? 200 : 403,
            headers: headers(decision, now: now))
    }

    private static func headers(
        _ decision: GateDecision, now: Timestamp
    ) -> [(name: String, value: String)] {
        var headers = [
            (name: "X-AI-Credits-Decision", value: decision.word),
            (name: "X-AI-Credits-Reason", value: decision.reason.rawValue),
        ]
        if let standing = decision.standing {
            if decision.isUsageKnown {
                let remaining = decision.cap?.remaining ?? standing.remaining
                headers.append(("X-AI-Credits-Remaining", remaining.description))
            }
            headers.append(("X-AI-Credits-Resets-At", standing.periodReset.description))
        }
        if let seconds = decision.retryAfterSeconds(at: now) {
            headers.append(("Retry-After", String(seconds)))
        }
        headers.append(("Cache-Control", "no-store"))
        return headers
    }

    private static func body(_ decision: GateDecision) -> JSONValue {
        let standing = decision.standing
        let known = decision.isUsageKnown ? standing : nil
        return [
            "decision": .string(decision.word),
            "reason": .string(decision.reason.rawValue),
            "organization": .string(decision.organization),
            "product": decision.product.map(JSONValue.string) ?? .null,
            "used": known.map { .credits(decision.cap?.used ?? $0.used) } ?? .null,
            "limit": standing.map { .credits(decision.cap?.cap ?? $0.limit) } ?? .null,
            "remaining": known.map { .credits(decision.cap?.remaining ?? $0.remaining) }
                ?? .null,
            "resets_at": standing.map { .string($0.periodReset.description) } ?? .null,
        ]
    }
}
