// Which settled holds cease to count because their use is in the ledger by now.

import AgentConfiguration
import Credits
import Ledger
import UsageSources

extension AgentCore {
    /// What a complete poll makes cease to count: what was settled longer than the source's report
    /// lag before the poll began, of every product that it speaks for.
    func holdReleases(after poll: CompletedPoll, of source: SourceState) -> [HoldRelease] {
        let held = holds.credits(of: source.organization)
        guard held.total.unreported != .zero, let definition = plan.definitions[source.id] else {
            return []
        }
        let stated = Set(poll.request.readings.map(\.key.product))
        return holds.releases(
            of: source.organization,
            settledBefore: poll.startedAt.adding(
                milliseconds: -definition.reportLagMilliseconds)
        ) { stated.contains($0) || speaks(source, for: $0) }
    }

    /// Settled holds of months that ended, of products that no source of the organization can
    /// report: they are all that is known of that use, so they count until the reset.
    func unreportableHolds(of state: OrganizationState, now: Timestamp) -> [HoldRelease] {
        let id = state.configuration.id
        guard !holds.credits(of: id).isEmpty else { return [] }
        return holds.releases(of: id, settledBefore: state.standing(at: now).periodStart) {
            product in
            !plan.definitions.values.contains { definition in
                guard definition.organization == id else { return false }
                return definition.literalProduct.map { $0 == product } ?? true
            }
        }
    }

    /// Whether the polls of a source are those of a product: it is the source's own, or was
    /// reported by it; where nobody has reported it, any source may whose rows name products.
    private func speaks(_ source: SourceState, for product: String) -> Bool {
        if let own = plan.definitions[source.id]?.literalProduct { return own == product }
        if source.reportedProducts.contains(product) { return true }
        return !sources.all.map(\.state).contains { other in
            other.organization == source.organization
                && (other.reportedProducts.contains(product)
                    || plan.definitions[other.id]?.literalProduct == product)
        }
    }
}
