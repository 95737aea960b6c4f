// The invariants that hold after every step, whatever happened in it.
//
// 1. The chain is whole; the sum of the entries is the account is what /metrics shows.
// 2. For every key the entries sum to the last absolute value that a complete poll stated.
// 3. The gate blocks exactly while the use has reached the limit.
// 4. An announcement has one id and one body; nothing resolves that did not fire.

import Agent
import Credits
import Exposition
import ExactJSON
import Ledger
import Ports
import SimulatedPorts
import Testing

/// Checks a simulated agent, step by step.
struct WorldChecker {
    private var verification: LedgerVerification
    private var last: Int64 = 0
    private let organization: String

    init(organization: String) {
        self.organization = organization
        verification = LedgerVerification(organization: organization)
    }

    /// Checks the state after a step.
    mutating func check(_ agent: SimulatedAgent, vendor: SimulatedVendor, now: Timestamp)
        async throws
    {
        let organization = organization
        let after = last
        let entries = try await agent.store.read {
            try $0.entries(of: organization, after: after, limit: 100_000)
        }
        for entry in entries { verification.read(entry) }
        last = entries.last?.sequence ?? last
        #expect(verification.findings.isEmpty, "\(verification.findings) at \(now)")
        let snapshot = agent.core.snapshots.value
        let state = try #require(snapshot.organization(organization))
        #expect(state.state.account == verification.account, "account differs at \(now)")
        let standing = state.standing(at: now)
        try checkMetrics(agent, standing: standing, now: now)
        let decision = LimitGate.decide(
            organization: organization, product: nil, snapshot: snapshot, now: now)
        #expect(decision.isAllowed == !standing.reachesLimit, "gate at \(now)")
        #expect(state.state.isBlocked == standing.reachesLimit, "recorded block at \(now)")
        checkAnnouncements(vendor)
    }

    private func checkMetrics(
        _ agent: SimulatedAgent, standing: Standing, now: Timestamp
    ) throws {
        let families = agent.core.metrics.families(at: now)
        let used = try #require(families.first { $0.name == "ai_credits_used_credits" })
        #expect(
            used.samples.first?.value
                == .decimal(scaled: standing.used.microCredits, places: 6))
        let daily = try #require(families.first { $0.name == "ai_credits_daily_used_credits" })
        var sum: Int64 = 0
        for sample in daily.samples {
            let day = sample.labels.first { $0.name == "day" }.flatMap {
                CalendarDay(iso: $0.value)
            }
            guard let day, standing.month.contains(day),
                case .decimal(let micro, _) = sample.value
            else { continue }
            sum += micro
        }
        #expect(sum == standing.used.microCredits, "days do not sum to the month at \(now)")
    }

    private func checkAnnouncements(_ vendor: SimulatedVendor) {
        for webhook in vendor.arrived {
            if let refused = vendor.refused[webhook.id] {
                #expect(refused == webhook.body, "\(webhook.id) changed between attempts")
            }
        }
        #expect(Set(vendor.arrived.map(\.id)).count == vendor.arrived.count)
    }

    /// Compares the ledger with the vendor, for days that all sources have reported completely.
    func checkTruth(
        _ agent: SimulatedAgent, vendor: SimulatedVendor, days: DayWindow
    ) throws {
        let account = try #require(agent.core.snapshots.value.organization(organization)).state
            .account
        var day = days.first
        while day <= days.last {
            for entry in SimulatedVendor.daily {
                #expect(
                    account.use(product: entry.product, on: day).net
                        == vendor.stated(entry.credits, on: day), "\(entry.product) on \(day)")
            }
            day = day.adding(days: 1)
        }
    }
}
