// Where an organization stands: percentages, overage, limits, the pace.

import Credits
import Testing

@Suite struct StandingTests {
    private static func credits(_ number: Int64) -> CreditAmount {
        CreditAmount(microCredits: number * 1_000_000)
    }

    private static func terms(
        base: Int64 = 100_000, allowance: Int64? = nil, zone: String = "UTC"
    ) throws -> Terms {
        Terms(
            baseAllocation: credits(base),
            policy: allowance.map { .soft(allowance: credits($0)) } ?? .hard,
            owner: .file, pricing: nil, calendar: try #require(ZonedCalendar(identifier: zone)))
    }

    private static func account(_ used: Int64, on day: String = "2026-11-05") throws -> Account {
        var account = Account(organization: "acme")
        try account.post(
            credits(used), product: "a", day: try #require(CalendarDay(iso: day)))
        return account
    }

    private static func standing(
        _ used: Int64, _ terms: Terms, at now: String = "2026-11-11T00:00:00Z"
    ) throws -> Standing {
        Standing(
            account: try account(used), terms: terms, now: try #require(Timestamp(rfc3339: now)))
    }

    struct Figures: Sendable {
        let used: Int64
        var base: Int64 = 100_000
        var allowance: Int64?
        let percent: Double?
        var overage: Int64 = 0
        let remaining: Int64
        var isReached = false
    }

    static let figures: [Figures] = [
        Figures(used: 0, percent: 0, remaining: 100_000),
        Figures(used: 75_000, percent: 75, remaining: 25_000),
        Figures(used: 90_000, percent: 90, remaining: 10_000),
        Figures(used: 99_999, percent: 99.999, remaining: 1),
        // Exactly 100 % counts.
        Figures(used: 100_000, percent: 100, remaining: 0, isReached: true),
        Figures(used: 110_000, percent: 110, overage: 10_000, remaining: 0, isReached: true),
        Figures(used: 100_000, allowance: 20_000, percent: 100, remaining: 20_000),
        Figures(used: 119_999, allowance: 20_000, percent: 119.999, overage: 19_999, remaining: 1),
        Figures(
            used: 120_000, allowance: 20_000, percent: 120, overage: 20_000, remaining: 0,
            isReached: true),
        Figures(used: -5, percent: -0.005, remaining: 100_005),
        // A base of 0 has no percentage and is used up from the start.
        Figures(used: 0, base: 0, percent: nil, remaining: 0, isReached: true),
        Figures(used: 5, base: 0, allowance: 10, percent: nil, overage: 5, remaining: 5),
    ]

    @Test(arguments: figures)
    func theFiguresFollowFromUseBaseAndAllowance(_ example: Figures) throws {
        let standing = try Self.standing(
            example.used, try Self.terms(base: example.base, allowance: example.allowance))
        #expect(standing.usagePercent == example.percent)
        let ratio = example.base == 0 ? nil : Double(example.used) / Double(example.base)
        #expect(standing.usageRatio == ratio)
        #expect(standing.used == Self.credits(example.used))
        #expect(standing.overage == Self.credits(example.overage))
        #expect(standing.remaining == Self.credits(example.remaining))
        #expect(standing.reachesLimit == example.isReached)
        #expect(standing.limit == Self.credits(example.base + (example.allowance ?? 0)))
        #expect(standing.allowance == Self.credits(example.allowance ?? 0))
        #expect(standing.base == Self.credits(example.base))
    }

    @Test func oneMicroCreditDecides() throws {
        var account = try Self.account(99_999)
        let day = try #require(CalendarDay(iso: "2026-11-05"))
        try account.post(CreditAmount(microCredits: 999_999), product: "b", day: day)
        let now = try #require(Timestamp(rfc3339: "2026-11-11T00:00:00Z"))
        let terms = try Self.terms()
        #expect(!Standing(account: account, terms: terms, now: now).reachesLimit)
        try account.post(CreditAmount(microCredits: 1), product: "b", day: day)
        #expect(Standing(account: account, terms: terms, now: now).reachesLimit)
        #expect(Standing(account: account, terms: terms, now: now).usagePercent == 100)
    }

    static let periods: [(now: String, zone: String, month: String, days: Int64)] = [
        ("2026-11-30T23:59:59Z", "UTC", "2026-11", 1),
        ("2026-12-01T00:00:00Z", "UTC", "2026-12", 31),
        ("2026-11-30T23:59:59Z", "Asia/Tokyo", "2026-12", 31),
        ("2026-12-01T04:59:59Z", "America/New_York", "2026-11", 1),
        ("2026-12-01T05:00:00Z", "America/New_York", "2026-12", 31),
        ("2028-02-01T00:00:00Z", "UTC", "2028-02", 29),
        ("2026-10-31T12:00:00Z", "Europe/Berlin", "2026-10", 1),
    ]

    @Test(arguments: periods)
    func theMonthAndItsEndAreTheZones(
        _ now: String, _ zone: String, _ month: String, _ days: Int64
    ) throws {
        let terms = try Self.terms(zone: zone)
        let instant = try #require(Timestamp(rfc3339: now))
        let standing = Standing(
            account: Account(organization: "acme"), terms: terms, now: instant)
        #expect(standing.month.description == month)
        #expect(standing.daysUntilReset == days)
        #expect(standing.periodStart <= instant)
        #expect(standing.periodReset > instant)
        #expect(standing.periodStart == terms.calendar.start(of: standing.month))
        #expect(standing.periodReset == terms.calendar.start(of: standing.month.next))
    }

    @Test func useCountsInTheMonthOfItsDay() throws {
        let terms = try Self.terms()
        let november = try Self.standing(50, terms, at: "2026-11-30T23:59:59Z")
        let december = try Self.standing(50, terms, at: "2026-12-01T00:00:00Z")
        #expect(november.used == Self.credits(50))
        #expect(december.used == .zero)
    }

    static let paces: [(used: Int64, now: String, expected: String?)] = [
        // Ten days for a half: ten more for the rest.
        (50_000, "2026-11-11T00:00:00Z", "2026-11-21T00:00:00Z"),
        (99_999, "2026-11-11T00:00:00Z", "2026-11-11T00:00:08.641Z"),
        // At this pace the limit and the reset fall together: not before the reset.
        (50_000, "2026-11-16T00:00:00Z", nil),
        (50_001, "2026-11-16T00:00:00Z", "2026-11-30T23:59:08.162Z"),
        (1000, "2026-11-11T00:00:00Z", nil),
        (0, "2026-11-11T00:00:00Z", nil),
        (-5, "2026-11-11T00:00:00Z", nil),
        (100_000, "2026-11-11T00:00:00Z", nil),
        (150_000, "2026-11-11T00:00:00Z", nil),
        (50_000, "2026-11-01T00:00:00Z", nil),
    ]

    @Test(arguments: paces)
    func theRunOutFollowsTheAveragePace(_ used: Int64, _ now: String, _ expected: String?) throws {
        let standing = try Self.standing(used, try Self.terms(), at: now)
        let instant = try #require(Timestamp(rfc3339: now))
        #expect(standing.runOut(now: instant)?.description == expected)
    }

    @Test func theOverageCostIsExact() throws {
        let pricing = Pricing(
            currency: "USD", base: try ExactDecimal("0.010"), overage: try ExactDecimal("0.015"))
        let terms = try Self.terms(allowance: 20_000)
        #expect(try Self.standing(100_003, terms).overageCost(pricing)?.description == "0.045")
        #expect(try Self.standing(50, terms).overageCost(pricing)?.description == "0")
        #expect(try Self.standing(100_003, terms).overageCost(nil) == nil)
    }

    @Test func extremesNeverTrap() throws {
        let terms = Terms(
            baseAllocation: CreditAmount(microCredits: .max),
            policy: .soft(allowance: CreditAmount(microCredits: .max)), owner: .api, pricing: nil,
            calendar: .utc)
        #expect(terms.limit == CreditAmount(microCredits: .max))
        var account = Account(organization: "acme")
        let day = try #require(CalendarDay(iso: "2026-11-05"))
        try account.post(CreditAmount(microCredits: .min), product: "a", day: day)
        let now = try #require(Timestamp(rfc3339: "2026-11-11T00:00:00Z"))
        let standing = Standing(account: account, terms: terms, now: now)
        #expect(standing.remaining == terms.limit)
        #expect(standing.overage == .zero)
        #expect(standing.usagePercent ?? 0 < 0)
        #expect(standing.runOut(now: now) == nil)
    }
}

@Suite struct LimitPolicyTests {
    @Test func theLimitIsBaseAndAllowance() {
        let base = CreditAmount(microCredits: 100)
        #expect(LimitPolicy.hard.limit(base: base) == base)
        #expect(LimitPolicy.hard.allowance == .zero)
        #expect(LimitPolicy.hard.description == "hard")
        let soft = LimitPolicy.soft(allowance: CreditAmount(microCredits: 2_500_000))
        #expect(soft.limit(base: base).microCredits == 2_500_100)
        #expect(soft.mode == .soft)
        #expect(soft.description == "soft, allowance 2.5")
        #expect(soft.limit(base: CreditAmount(microCredits: .max)).microCredits == .max)
    }
}
