// What the file changes about recorded terms, and from when on.

import AgentConfiguration
import Credits
import Ledger
import Testing

@testable import Agent

@Suite("Terms and the file")
struct TermsReconciliationTests {
    static let now = TestAgent.instant(TestAgent.noon)

    private func organization(_ keys: String) throws -> OrganizationConfiguration {
        let configuration = try TestConfiguration.read("organizations: [{id: acme, \(keys)}]")
        return try #require(configuration.organizations.first)
    }

    /// The history after files were loaded one after the other at instants.
    private func history(_ loads: [(String, String)]) throws -> TermsHistory {
        var history = TermsHistory()
        for (keys, instant) in loads { _ = try load(keys, at: instant, into: &history) }
        return history
    }

    /// Loads a file; gives what was recorded, `what @ from`.
    @discardableResult
    private func load(
        _ keys: String, at instant: String, into history: inout TermsHistory
    ) throws -> [String] {
        let records = TermsReconciliation.records(
            for: try organization(keys), history: history, now: TestAgent.instant(instant))
        for record in records {
            #expect(record.organization == "acme")
            #expect(record.changedBy == "file")
            #expect(record.recordedAt == TestAgent.instant(instant))
            #expect(record.until == nil)
            history.append(record)
        }
        return records.map { "\(Self.text($0.change)) @ \($0.effectiveFrom)" }
    }

    private static func text(_ change: TermsChange) -> String {
        switch change {
        case .base(let amount): "base \(amount)"
        case .policy(let policy, let owner): "\(policy), \(owner.rawValue)"
        case .pricing(let pricing): "pricing \(pricing.map { "\($0.overage)" } ?? "none")"
        case .zone(let identifier): "zone \(identifier)"
        case .cap(let amount, let product): "cap \(product) \(amount?.description ?? "none")"
        }
    }

    struct Step: Sendable, CustomTestStringConvertible {
        let name: String
        let before: [String]
        let after: String
        let expected: [String]

        init(_ name: String, _ before: [String], _ after: String, _ expected: [String]) {
            self.name = name
            self.before = before
            self.after = after
            self.expected = expected
        }

        var testDescription: String { name }
    }

    static let noon = "2026-11-10T12:00:00Z"
    static let reset = "2026-12-01T00:00:00Z"
    static let price = "pricing: {currency: USD, base: 0.01, overage:"

    static let steps: [Step] = [
        Step(
            "a first file acts at once, all of it", [],
            "base_allocation: 100, time_zone: Asia/Tokyo, \(price) 1.5}",
            [
                "base 100 @ \(noon)", "hard, api @ \(noon)", "zone Asia/Tokyo @ \(noon)",
                "pricing 1.5 @ \(noon)",
            ]),
        Step(
            "a first file with a limit owns it", [],
            "base_allocation: 100, limit: {mode: soft, allowance: 5}",
            ["base 100 @ \(noon)", "soft, allowance 5, file @ \(noon)", "zone UTC @ \(noon)"]),
        Step("the same file changes nothing", ["base_allocation: 100"], "base_allocation: 100", []),
        Step(
            "other digits for the same figures change nothing",
            ["base_allocation: 100, \(price) 1.50}, limit: {mode: soft, allowance: 5}"],
            "base_allocation: 100.000, \(price) \"1.5\"}, limit: {mode: soft, allowance: 5.0}", []),
        Step(
            "a base acts at once", ["base_allocation: 100"], "base_allocation: 100.000001",
            ["base 100.000001 @ \(noon)"]),
        Step(
            "a limit acts at once, and the file owns it from then on", ["base_allocation: 100"],
            "base_allocation: 100, limit: {mode: hard}", ["hard, file @ \(noon)"]),
        Step(
            "another allowance acts at once",
            ["base_allocation: 100, limit: {mode: soft, allowance: 5}"],
            "base_allocation: 100, limit: {mode: soft, allowance: 6}",
            ["soft, allowance 6, file @ \(noon)"]),
        Step(
            "a limit taken out of the file stays in force and is handed over",
            ["base_allocation: 100, limit: {mode: soft, allowance: 5}"], "base_allocation: 100",
            ["soft, allowance 5, api @ \(noon)"]),
        Step(
            "handed over once",
            ["base_allocation: 100, limit: {mode: soft, allowance: 5}", "base_allocation: 100"],
            "base_allocation: 100", []),
        Step(
            "pricing waits for the next 1st", ["base_allocation: 100, \(price) 1.5}"],
            "base_allocation: 100, \(price) 2}", ["pricing 2 @ \(reset)"]),
        Step(
            "pricing is removed from the next 1st on", ["base_allocation: 100, \(price) 1.5}"],
            "base_allocation: 100", ["pricing none @ \(reset)"]),
        Step(
            "a pending price is not repeated",
            ["base_allocation: 100, \(price) 1.5}", "base_allocation: 100, \(price) 2}"],
            "base_allocation: 100, \(price) 2.0}", []),
        Step(
            "a pending price is taken back",
            ["base_allocation: 100, \(price) 1.5}", "base_allocation: 100, \(price) 2}"],
            "base_allocation: 100, \(price) 1.5}", ["pricing 1.5 @ \(reset)"]),
        Step(
            "a zone to the west waits for the 1st there", ["base_allocation: 100"],
            "base_allocation: 100, time_zone: America/New_York",
            ["zone America/New_York @ 2026-12-01T05:00:00Z"]),
        Step(
            "a zone to the east waits for the 1st here", ["base_allocation: 100"],
            "base_allocation: 100, time_zone: Asia/Tokyo", ["zone Asia/Tokyo @ \(reset)"]),
        Step(
            "caps act at once, by the product's identifier", ["base_allocation: 100"],
            "base_allocation: 100, products: [{id: b, cap: 5}, {id: c}, {id: a, cap: 0}]",
            ["cap a 0 @ \(noon)", "cap b 5 @ \(noon)"]),
        Step(
            "a cap taken out of the file stays in force",
            ["base_allocation: 100, products: [{id: a, cap: 5}]"],
            "base_allocation: 100, products: [{id: a}]", []),
        Step(
            "a pending zone is not repeated",
            ["base_allocation: 100", "base_allocation: 100, time_zone: Asia/Tokyo"],
            "base_allocation: 100, time_zone: Asia/Tokyo", []),
    ]

    @Test("records what changed", arguments: steps)
    func changes(_ step: Step) throws {
        var history = TermsHistory()
        for (index, keys) in step.before.enumerated() {
            try load(keys, at: "2026-11-0\(index + 1)T00:00:00Z", into: &history)
        }
        #expect(try load(step.after, at: Self.noon, into: &history) == step.expected)
        #expect(try load(step.after, at: Self.noon, into: &history) == [], "repeated")
    }

    @Test(
        "a pending change that is taken back never comes into force",
        arguments: [
            ("UTC", "America/New_York"), ("Asia/Tokyo", "UTC"), ("Asia/Tokyo", "Pacific/Honolulu"),
            ("America/New_York", "Asia/Tokyo"),
        ])
    func takenBack(_ zone: String, _ other: String) throws {
        let first = "base_allocation: 1, time_zone: \(zone), \(Self.price) 1}"
        let history = try history([
            (first, "2026-11-01T12:00:00Z"),
            ("base_allocation: 1, time_zone: \(other), \(Self.price) 2}", "2026-11-05T12:00:00Z"),
            (first, "2026-11-06T12:00:00Z"),
        ])
        for instant in ["2026-11-30T16:00:00Z", "2026-12-01T12:00:00Z", "2027-03-01T12:00:00Z"] {
            let terms = history.terms(at: TestAgent.instant(instant))
            #expect(terms.calendar.identifier == zone, "\(instant)")
            #expect(terms.pricing?.overage == .one, "\(instant)")
        }
    }

    @Test(
        "no month comes back when the zone changes",
        arguments: [
            ("Pacific/Kiritimati", "Pacific/Honolulu"), ("Pacific/Honolulu", "Pacific/Kiritimati"),
            ("UTC", "America/New_York"), ("America/New_York", "UTC"), ("Asia/Tokyo", "UTC"),
        ])
    func monotone(_ zone: String, _ other: String) throws {
        let history = try history([
            ("base_allocation: 1, time_zone: \(zone)", "2026-11-01T12:00:00Z"),
            ("base_allocation: 1, time_zone: \(other)", "2026-11-05T12:00:00Z"),
        ])
        var months: [BillingMonth] = []
        var now = TestAgent.instant("2026-11-28T00:00:00Z")
        while now < TestAgent.instant("2026-12-04T00:00:00Z") {
            let month = history.terms(at: now).calendar.month(at: now)
            if months.last != month { months.append(month) }
            now = now.adding(milliseconds: 600_000)
        }
        #expect(months.map(\.description) == ["2026-11", "2026-12"])
        #expect(history.terms(at: now).calendar.identifier == other)
    }

    @Test("a cap that the file names takes the place of one that would end by itself")
    func timeBoxedCap() throws {
        let file = "base_allocation: 100, products: [{id: a, cap: 5}]"
        var history = try history([("base_allocation: 100", "2026-11-01T00:00:00Z")])
        history.append(
            TermsRecord(
                organization: "acme", change: .cap(TestAgent.credits("5"), product: "a"),
                effectiveFrom: TestAgent.instant("2026-11-02T00:00:00Z"),
                until: TestAgent.instant("2026-11-20T00:00:00Z"),
                recordedAt: TestAgent.instant("2026-11-02T00:00:00Z"), changedBy: "user:ada"))
        #expect(try load(file, at: Self.noon, into: &history) == ["cap a 5 @ \(Self.noon)"])
        #expect(try load(file, at: "2026-11-21T00:00:00Z", into: &history) == [])
    }

    @Test("a time-boxed raise does not make the file repeat itself")
    func timeBoxedRaise() throws {
        var history = try history([("base_allocation: 100", "2026-11-01T00:00:00Z")])
        history.append(
            TermsRecord(
                organization: "acme", change: .policy(.soft(allowance: .zero), owner: .api),
                effectiveFrom: TestAgent.instant("2026-11-02T00:00:00Z"),
                until: TestAgent.instant("2026-11-03T00:00:00Z"),
                recordedAt: TestAgent.instant("2026-11-02T00:00:00Z"), changedBy: "user:ada"))
        for instant in ["2026-11-02T12:00:00Z", "2026-11-03T00:00:00Z"] {
            #expect(try load("base_allocation: 100", at: instant, into: &history) == [])
        }
    }
}
