// The families about products: lifetime counters, this month, and day by day.

import AgentConfiguration
import Credits
import Exposition
import Ledger

/// Builds the families of the products in a snapshot.
struct ProductFamilies {
    private let snapshot: AgentSnapshot
    private let now: Timestamp
    /// The days to be shown of those that are shown; nil for all.
    private let onlyDays: Set<CalendarDay>?

    init(_ snapshot: AgentSnapshot, now: Timestamp, onlyDays: Set<CalendarDay>? = nil) {
        self.snapshot = snapshot
        self.now = now
        self.onlyDays = onlyDays
    }

    func add(to builder: inout FamilyBuilder) {
        addTotals(to: &builder)
        addDays(to: &builder)
        addInformation(to: &builder)
    }

    private func samples(
        onlyKnownUsage: Bool,
        _ value: (OrganizationSnapshot, ProductState, [Label]) -> MetricSample
    ) -> [MetricSample] {
        var samples: [MetricSample] = []
        for organization in snapshot.organizations
        where !onlyKnownUsage || organization.hasKnownUsage {
            for product in organization.products {
                let labels = [Label("organization", organization.id), Label("product", product.id)]
                samples.append(value(organization, product, labels))
            }
        }
        return samples
    }

    private func addTotals(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_used_total", .counter,
            "Credits used since the ledger began, before corrections; net use is this minus ai_credits_corrected_total.",
            samples(onlyKnownUsage: true) { organization, product, labels in
                .credits(labels, organization.state.account.lifetime[product.id]?.used ?? .zero)
            })
        builder.add(
            "ai_credits_corrected_total", .counter,
            "Credits taken back by corrections since the ledger began.",
            samples(onlyKnownUsage: true) { organization, product, labels in
                .credits(
                    labels, organization.state.account.lifetime[product.id]?.corrected ?? .zero)
            })
        builder.add(
            "ai_credits_product_used_credits", .gauge,
            "Credits a product used this month, net of corrections.", unit: "credits",
            samples(onlyKnownUsage: true) { organization, product, labels in
                let month = organization.state.terms.terms(at: now).calendar.month(at: now)
                return .credits(
                    labels, organization.state.account.used(product: product.id, in: month))
            })
    }

    /// The days shown: the last `daily_series` ones and at least the current month.
    static func days(of organization: OrganizationSnapshot, now: Timestamp) -> DayWindow {
        let today = organization.state.terms.terms(at: now).calendar.day(at: now)
        let wanted = Int64(organization.state.configuration.dailySeriesDays)
        let first = min(today.adding(days: 1 - wanted), today.month.firstDay)
        return DayWindow(first: first, last: today)
    }

    private static func days(_ window: DayWindow, _ only: Set<CalendarDay>?) -> [CalendarDay] {
        if let only { return only.filter { $0 >= window.first && $0 <= window.last }.sorted() }
        return sequence(first: window.first) { $0.adding(days: 1) }
            .prefix { $0 <= window.last }
    }

    private func addDays(to builder: inout FamilyBuilder) {
        var used: [MetricSample] = []
        var corrected: [MetricSample] = []
        var net: [MetricSample] = []
        for organization in snapshot.organizations where organization.hasKnownUsage {
            let window = Self.days(of: organization, now: now)
            let days = Self.days(window, onlyDays)
            for product in organization.products {
                for day in days {
                    let use = organization.state.account.use(product: product.id, on: day)
                    let labels = [
                        Label("organization", organization.id), Label("product", product.id),
                        Label("day", day.description),
                    ]
                    used.append(.credits(labels, use.used))
                    corrected.append(.credits(labels, use.corrected))
                    net.append(.credits(labels, use.net))
                }
            }
        }
        builder.add(
            "ai_credits_daily_used_total", .counter,
            "Credits used on a day, before corrections; never falls.", used)
        builder.add(
            "ai_credits_daily_corrected_total", .counter,
            "Credits of a day taken back by corrections; never falls.", corrected)
        builder.add(
            "ai_credits_daily_used_credits", .gauge,
            "Credits used on a day, net of corrections: what dashboards draw.", unit: "credits",
            net)
    }

    private func addInformation(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_product_enabled", .gauge,
            "1 when a product's use counts and its requests are allowed, 0 when it is disabled.",
            samples(onlyKnownUsage: false) { _, product, labels in
                .flag(labels, product.isEnabled)
            })
        builder.add(
            "ai_credits_product_info", .info, "Name of a product.",
            samples(onlyKnownUsage: false) { _, product, labels in
                .count(labels + [Label("name", product.name)], 1)
            })
    }
}
