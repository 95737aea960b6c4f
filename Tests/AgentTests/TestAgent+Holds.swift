// Holds on an agent of a test.

import Credits
import Ledger
import Testing

@testable import Agent

extension TestAgent {
    /// Asks to reserve credits of acme.
    func wish(
        _ credits: String, product: String = "chat", ttl: Int64 = 60_000
    ) async -> HoldAnswer {
        await core.hold(
            .make(
                HoldRequest(
                    organization: "acme", product: product, credits: Self.credits(credits),
                    timeToLive: ttl, key: nil, actor: "gateway")))
    }

    /// Reserves credits and settles them at once; the settled hold.
    @discardableResult
    func spend(
        _ credits: String, settling used: String? = nil, product: String = "chat"
    ) async throws -> Hold {
        guard case .made(let hold) = await wish(credits, product: product),
            case .ended(let ended) = await core.hold(
                .settle(id: hold.id, credits: Self.credits(used ?? credits)))
        else { throw NoHold() }
        return ended
    }

    struct NoHold: Error {}

    /// What is reserved and what is settled and not reported.
    var heldCredits: [String] {
        let total = (snapshot.holds["acme"] ?? HeldCredits()).total
        return [total.held.description, total.unreported.description]
    }
}
