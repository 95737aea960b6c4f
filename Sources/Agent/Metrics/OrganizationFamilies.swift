// The families about an organization's usage, limit and products.

import AgentConfiguration
import Credits
import Exposition
import Ledger

/// Builds the families of the organizations in a snapshot.
struct OrganizationFamilies {
    private let organizations: [(OrganizationSnapshot, Standing)]
    private let now: Timestamp

    init(_ snapshot: AgentSnapshot, now: Timestamp) {
        organizations = snapshot.organizations.map { ($0, $0.standing(at: now)) }
        self.now = now
    }

    func add(to builder: inout FamilyBuilder) {
        addUsage(to: &builder)
        addLimit(to: &builder)
        addPeriod(to: &builder)
        addCounters(to: &builder)
        addInformation(to: &builder)
    }

    /// One sample for each organization whose usage is known, where `value` gives one.
    private func samples(
        _ value: (OrganizationSnapshot, Standing, [Label]) -> MetricSample?
    ) -> [MetricSample] {
        organizations.filter { $0.0.hasKnownUsage }.compactMap { organization, standing in
            value(organization, standing, [Label("organization", organization.id)])
        }
    }

    private func addUsage(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_usage_percent", .gauge,
            "Credits used this month as a percentage of the base allocation; passes 100 when overage is allowed.",
            samples { _, standing, labels in
                standing.usagePercent.map { .number(labels, $0) }
            })
        builder.add(
            "ai_credits_usage_ratio", .gauge,
            "Credits used this month divided by the base allocation.",
            unit: "ratio",
            samples { _, standing, labels in standing.usageRatio.map { .number(labels, $0) } })
        addAmount(to: &builder, "base_allocation", "Base allocation of credits a month.", \.base)
        addAmount(to: &builder, "used", "Credits used this month, net of corrections.", \.used)
        addAmount(
            to: &builder, "overage", "Credits used this month beyond the base allocation.",
            \.overage)
        addAmount(
            to: &builder, "overage_allowance",
            "Credits allowed beyond the base allocation; 0 under a hard limit.", \.allowance)
        addAmount(
            to: &builder, "limit", "Base allocation plus allowance: where the limit blocks.",
            \.limit)
        addAmount(
            to: &builder, "remaining", "Credits left before the limit blocks; never negative.",
            \.remaining)
        addOverageCost(to: &builder)
    }

    private func addAmount(
        to builder: inout FamilyBuilder, _ name: String, _ help: String,
        _ amount: KeyPath<Standing, CreditAmount>
    ) {
        builder.add(
            "ai_credits_\(name)_credits", .gauge, help, unit: "credits",
            samples { _, standing, labels in .credits(labels, standing[keyPath: amount]) })
    }

    private func addOverageCost(to builder: inout FamilyBuilder) {
        let costs = samples { organization, standing, labels in
            let pricing = organization.state.terms.terms(at: now).pricing
            guard let pricing, let cost = standing.overageCost(pricing) else { return nil }
            let full = labels + [Label("currency", pricing.currency)]
            if let exact = cost.exactlyScaled {
                return MetricSample(
                    labels: full, value: .decimal(scaled: exact.value, places: exact.places))
            }
            return .number(full, Double(cost.description) ?? 0)
        }
        builder.add(
            "ai_credits_overage_cost", .gauge,
            "Cost of this month's overage at the overage rate, in the currency of the label.",
            costs)
    }

    private func addLimit(to builder: inout FamilyBuilder) {
        var modes: [MetricSample] = []
        var blocked: [MetricSample] = []
        var stale: [MetricSample] = []
        for (organization, standing) in organizations {
            let labels = [Label("organization", organization.id)]
            let mode = organization.state.terms.terms(at: now).policy.mode
            for candidate in LimitMode.allCases {
                let full = labels + [Label("ai_credits_limit_mode", candidate.rawValue)]
                modes.append(.flag(full, candidate == mode))
            }
            let isBlocked = organization.hasKnownUsage && standing.reachesLimit
            blocked.append(.flag(labels, isBlocked))
            stale.append(.flag(labels, organization.isStale(at: now)))
        }
        builder.add(
            "ai_credits_limit_mode", .stateset,
            "The limit mode in force: hard blocks at the base allocation, soft allows an overage.",
            modes)
        builder.add(
            "ai_credits_limit_blocked", .gauge, "1 while the limit blocks AI operations.", blocked)
        builder.add(
            "ai_credits_usage_stale", .gauge,
            "1 while usage is unknown: a source had no successful poll for too long.", stale)
    }

    private func addPeriod(to builder: inout FamilyBuilder) {
        func all(_ value: (Standing, [Label]) -> MetricSample) -> [MetricSample] {
            organizations.map { value($0.1, [Label("organization", $0.0.id)]) }
        }
        builder.add(
            "ai_credits_days_until_reset", .gauge,
            "Whole calendar days in the organization's time zone until the pool resets.",
            all { .count($1, $0.daysUntilReset) })
        builder.add(
            "ai_credits_period_start_timestamp_seconds", .gauge,
            "When the current month began in the organization's time zone.", unit: "seconds",
            all { .instant($1, $0.periodStart) })
        builder.add(
            "ai_credits_period_reset_timestamp_seconds", .gauge,
            "When the pool resets: the next 1st in the organization's time zone.",
            unit: "seconds", all { .instant($1, $0.periodReset) })
        builder.add(
            "ai_credits_run_out_timestamp_seconds", .gauge,
            "When the limit is reached at this month's pace; absent when not before the reset.",
            unit: "seconds",
            samples { _, standing, labels in
                standing.runOut(now: now).map { .instant(labels, $0) }
            })
    }

    private func addCounters(to builder: inout FamilyBuilder) {
        func all(_ value: (OrganizationState) -> Int64) -> [MetricSample] {
            organizations.map { organization, _ in
                .count([Label("organization", organization.id)], value(organization.state))
            }
        }
        builder.add(
            "ai_credits_limit_blocks_total", .counter, "How often the limit began to block.",
            all(\.blockCount))
        builder.add(
            "ai_credits_limit_resumes_total", .counter, "How often a block ended.",
            all(\.resumeCount))
        builder.add(
            "ai_credits_limit_changes_total", .counter,
            "How often the limit policy was changed.",
            all { Int64($0.terms.policyChangeCount) })
    }

    private func addInformation(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_organization_info", .info, "Name and time zone of an organization.",
            organizations.map { organization, _ in
                let terms = organization.state.terms.terms(at: now)
                return .count(
                    [
                        Label("organization", organization.id),
                        Label("name", organization.state.configuration.name),
                        Label("time_zone", terms.calendar.identifier),
                    ], 1)
            })
    }
}
