// The families about holds and about caps of products.

import Credits
import Exposition
import Ledger

/// Builds the families of what is reserved.
struct HoldFamilies {
    private let snapshot: AgentSnapshot
    private let counts: [HoldKey: Int64]
    private let now: Timestamp

    init(_ snapshot: AgentSnapshot, _ counts: [HoldKey: Int64], now: Timestamp) {
        self.snapshot = snapshot
        self.counts = counts
        self.now = now
    }

    func add(to builder: inout FamilyBuilder) {
        addSum(
            to: &builder, "held", "Credits that are reserved by open holds.", \.held)
        addSum(
            to: &builder, "unreported",
            "Credits of settled holds whose use the sources have not reported yet.", \.unreported)
        builder.add(
            "ai_credits_holds_longest_span_seconds", .gauge,
            "By how long holds may count too long at most because many are kept as one sum: open ones after their end, settled ones after a report.",
            unit: "seconds",
            snapshot.organizations.map { organization in
                let span = snapshot.holds[organization.id]?.longestSpan ?? 0
                return MetricSample(
                    labels: [Label("organization", organization.id)],
                    value: .decimal(scaled: Int64(clamping: span), places: 3))
            })
        builder.add(
            "ai_credits_holds_total", .counter,
            "Holds by what became of them: held, settled, voided, expired or refused.",
            counts.sorted {
                ($0.key.organization, $0.key.outcome) < ($1.key.organization, $1.key.outcome)
            }
            .map { key, count in
                .count(
                    [
                        Label("organization", key.organization), Label("outcome", key.outcome),
                    ], count)
            })
        builder.add(
            "ai_credits_product_cap_credits", .gauge,
            "The most that a product may use in a month, inside its organization's limit.",
            unit: "credits",
            snapshot.organizations.flatMap { organization in
                organization.state.terms.terms(at: now).caps
                    .sorted { $0.key < $1.key }
                    .map { product, cap in
                        .credits(
                            [Label("organization", organization.id), Label("product", product)],
                            cap)
                    }
            })
    }

    private func addSum(
        to builder: inout FamilyBuilder, _ name: String, _ help: String,
        _ sum: KeyPath<HeldSum, CreditAmount>
    ) {
        builder.add(
            "ai_credits_\(name)_credits", .gauge, help, unit: "credits",
            snapshot.organizations.map { organization in
                let held = snapshot.holds[organization.id] ?? HeldCredits()
                return .credits(
                    [Label("organization", organization.id)], held.total(at: now)[keyPath: sum])
            })
    }
}
