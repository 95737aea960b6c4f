// Statements: edges of the month, terms that change within it, late arrivals, former knowledge.

import Credits
import Ledger
import Testing

@Suite("Statements")
struct StatementTests {
    struct NotThere: Error {}

    private static func instant(_ text: String) throws -> Timestamp {
        guard let instant = Timestamp(rfc3339: text) else { throw NotThere() }
        return instant
    }

    private static func credits(_ text: String) throws -> CreditAmount {
        try CreditAmount(decimal: text)
    }

    /// Terms from 1 January 2026 on, recorded then.
    private static func history(
        base: String = "1000", zone: String = "UTC", pricing: Pricing? = nil
    ) throws -> TermsHistory {
        let start = try instant("2026-01-01T00:00:00Z")
        let changes: [TermsChange] = [
            .base(try credits(base)), .policy(.hard, owner: .api), .zone(zone),
            .pricing(pricing),
        ]
        return TermsHistory(
            records: changes.map {
                TermsRecord(
                    organization: "acme", change: $0, effectiveFrom: start, recordedAt: start,
                    changedBy: "file")
            })
    }

    /// An entry as `day product credits recorded kind`.
    private static func entry(_ sequence: Int64, _ text: String) throws -> Entry {
        let fields = text.split(separator: " ").map(String.init)
        guard fields.count >= 4, let day = CalendarDay(iso: fields[0]) else { throw NotThere() }
        let amount = try credits(fields[2])
        let kind = fields.count > 4 ? EntryKind(rawValue: fields[4]) : nil
        return Entry(
            organization: "acme", sequence: sequence, day: day, product: fields[1],
            kind: kind ?? (amount.isNegative ? .correction : .usage), credits: amount,
            quantity: "1", unit: "credits", rate: "1", source: "meter", key: "k\(sequence)",
            revision: 1, poll: fields.count > 5 ? fields[5] : "poll-\(sequence)",
            recordedAt: try instant(fields[3]), note: "",
            previousHash: ChainHead.empty.hash, hash: nil)
    }

    private static func statement(
        _ month: String = "2026-06", of entries: [String], terms: TermsHistory? = nil,
        settle: Int64 = 3 * 86_400_000, knownAt: String? = nil,
        now: String = "2026-09-01T00:00:00Z"
    ) throws -> Statement {
        guard let month = BillingMonth(iso: month) else { throw NotThere() }
        var builder = StatementBuilder(
            StatementRequest(
                organization: "acme", month: month, terms: try terms ?? history(),
                settleMilliseconds: settle, knownAt: try knownAt.map(instant),
                now: try instant(now)))
        for (index, text) in entries.enumerated() {
            try builder.read(try entry(Int64(index) + 1, text))
        }
        return try builder.statement()
    }

    @Test("base, used, overage and their cost, per product and day")
    func figures() throws {
        let pricing = Pricing(
            currency: "USD", base: try ExactDecimal("0.010"), overage: try ExactDecimal("0.015"))
        let statement = try Self.statement(
            of: [
                "2026-06-01 kit 900.5 2026-06-01T10:00:00Z",
                "2026-06-30 chat 200.25 2026-06-30T10:00:00Z",
                "2026-06-01 kit -0.5 2026-06-02T10:00:00Z",
                "2026-06-30 kit 10 2026-06-30T11:00:00Z adjustment",
            ], terms: Self.history(pricing: pricing))
        #expect(statement.used.description == "1110.25")
        #expect(statement.base.description == "1000")
        #expect(statement.overage.description == "110.25")
        #expect(statement.withinBase.description == "1000")
        let cost = try #require(statement.cost)
        #expect(
            [cost.base, cost.overage, cost.total].map(\.description)
                == ["10", "1.65375", "11.65375"])
        let lines = statement.products.flatMap { product in
            ["\(product.id) \(product.total)"] + product.days.map { "\($0.day) \($0.credits)" }
        }
        #expect(
            lines == [
                "chat 200.25", "2026-06-30 200.25", "kit 910", "2026-06-01 900", "2026-06-30 10",
            ])
        #expect(statement.entryCount == 4)
        #expect(statement.correctionCount == 1)
        #expect(statement.adjustmentCount == 1)
        #expect(statement.firstEntry?.sequence == 1)
        #expect(statement.lastEntry?.sequence == 4)
        #expect(statement.status == .closed)
        #expect(statement.revision == 1)
    }

    @Test("before the first terms were recorded, they count; later ones do not")
    func knownBeforeTheTerms() throws {
        var history = try Self.history(zone: "Europe/Berlin")
        let later = try Self.instant("2026-02-01T00:00:00Z")
        history.append(
            TermsRecord(
                organization: "acme", change: .base(try Self.credits("7")), effectiveFrom: later,
                recordedAt: later, changedBy: "file"))
        let statement = try Self.statement(
            "2025-12", of: ["2025-12-02 kit 1010 2025-12-02T10:00:00Z"], terms: history,
            knownAt: "2025-12-20T00:00:00Z")
        #expect(statement.base.description == "1000")
        #expect(statement.overage.description == "10")
        #expect(statement.periodStart == (try Self.instant("2025-11-30T23:00:00Z")))
    }

    @Test("within the base nothing is overage, and without pricing nothing costs")
    func withinBase() throws {
        let statement = try Self.statement(of: ["2026-06-02 kit 1000 2026-06-02T10:00:00Z"])
        #expect(statement.overage == .zero)
        #expect(statement.withinBase.description == "1000")
        #expect(statement.cost == nil)
    }

    @Test("a month without entries is a statement of nothing")
    func empty() throws {
        let statement = try Self.statement(of: [])
        #expect(statement.used == .zero)
        #expect(statement.products.isEmpty)
        #expect(statement.firstEntry == nil)
        #expect(statement.revision == 1)
    }

    @Test(
        "the first and the last day count, their neighbours do not",
        arguments: [
            ("2026-05-31", "0"), ("2026-06-01", "5"), ("2026-06-30", "5"), ("2026-07-01", "0"),
        ])
    func edges(_ day: String, _ used: String) throws {
        let statement = try Self.statement(of: ["\(day) kit 5 2026-06-15T10:00:00Z"])
        #expect(statement.used.description == used)
    }

    /// A zone, a month, its first instant and its reset.
    static let zones = [
        ("UTC", "2026-06", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z"),
        ("Asia/Tokyo", "2026-06", "2026-05-31T15:00:00Z", "2026-06-30T15:00:00Z"),
        ("America/New_York", "2026-03", "2026-03-01T05:00:00Z", "2026-04-01T04:00:00Z"),
        ("UTC", "2028-02", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
    ]

    @Test("the month begins and ends in the organization's zone", arguments: zones)
    func bounds(_ zone: String, _ month: String, _ start: String, _ reset: String) throws {
        let statement = try Self.statement(
            month, of: [], terms: Self.history(zone: zone), now: "2029-01-01T00:00:00Z")
        #expect(statement.periodStart.description == start)
        #expect(statement.periodReset.description == reset)
        #expect(statement.closesAt == statement.periodReset.adding(milliseconds: 3 * 86_400_000))
    }

    @Test(
        "open, settling, closed",
        arguments: [
            ("2026-06-30T23:59:59.999Z", "open", 0), ("2026-07-01T00:00:00Z", "settling", 0),
            ("2026-07-03T23:59:59.999Z", "settling", 0), ("2026-07-04T00:00:00Z", "closed", 1),
        ])
    func status(_ now: String, _ status: String, _ revision: Int64) throws {
        let statement = try Self.statement(
            of: ["2026-06-30 kit 5 2026-07-01T10:00:00Z"], now: now)
        #expect(statement.status.rawValue == status)
        #expect(statement.revision == revision)
    }

    @Test("a raise within the month counts for the whole month, one after it does not")
    func raises() throws {
        var terms = try Self.history()
        for (base, at) in [
            ("2000", "2026-06-20T00:00:00Z"), ("9000", "2026-07-01T00:00:00Z"),
        ] {
            let instant = try Self.instant(at)
            terms.append(
                TermsRecord(
                    organization: "acme", change: .base(try Self.credits(base)),
                    effectiveFrom: instant, recordedAt: instant, changedBy: "file"))
        }
        let use = ["2026-06-02 kit 2500 2026-06-02T10:00:00Z"]
        #expect(try Self.statement(of: use, terms: terms).overage.description == "500")
        let before = try Self.statement(
            of: use, terms: terms, knownAt: "2026-06-19T00:00:00Z")
        #expect(before.base.description == "1000")
        #expect(before.overage.description == "1500")
    }

    static let late = [
        "2026-06-02 kit 100 2026-06-02T10:00:00Z",
        "2026-06-03 kit 50 2026-07-02T10:00:00Z",
        "2026-06-02 kit -10 2026-07-10T10:00:00Z correction poll-a",
        "2026-06-03 kit -5 2026-07-10T10:00:00Z correction poll-a",
        "2026-06-04 kit 1 2026-07-11T10:00:00Z usage poll-b",
        "2026-07-10 kit 7 2026-07-10T10:00:00Z usage poll-a",
    ]

    @Test("what arrives after the month was closed makes revisions of that month only")
    func corrections() throws {
        let june = try Self.statement(of: Self.late)
        #expect(june.used.description == "136")
        #expect(june.revision == 3)
        #expect(june.correctionCount == 2)
        let july = try Self.statement("2026-07", of: Self.late)
        #expect(july.used.description == "7")
        #expect(july.revision == 1)
    }

    @Test(
        "as known at an instant, nothing recorded later counts",
        arguments: [
            ("2026-06-02T09:00:00Z", "0", 0), ("2026-06-02T10:00:00Z", "100", 0),
            ("2026-07-04T00:00:00Z", "150", 1), ("2026-07-10T10:00:00Z", "135", 2),
            ("2026-07-11T10:00:00Z", "136", 3), ("2026-08-01T00:00:00Z", "136", 3),
        ])
    func knownAt(_ instant: String, _ used: String, _ revision: Int64) throws {
        let statement = try Self.statement(of: Self.late, knownAt: instant)
        #expect(statement.used.description == used)
        #expect(statement.revision == revision)
        #expect(statement.knownAt?.description == instant)
    }

    @Test("entries may be read in any order")
    func order() throws {
        let month = try #require(BillingMonth(iso: "2026-06"))
        let request = StatementRequest(
            organization: "acme", month: month, terms: try Self.history(),
            settleMilliseconds: 0, now: try Self.instant("2026-09-01T00:00:00Z"))
        let entries = try Self.late.enumerated().map { try Self.entry(Int64($0) + 1, $1) }
        var forward = StatementBuilder(request)
        var backward = StatementBuilder(request)
        for entry in entries { try forward.read(entry) }
        for entry in entries.reversed() { try backward.read(entry) }
        #expect(try forward.statement() == backward.statement())
        #expect(try forward.statement().firstEntry?.sequence == 1)
    }

    @Test("a month has begun at its first instant")
    func begun() throws {
        let month = try #require(BillingMonth(iso: "2026-06"))
        for (now, hasBegun) in [
            ("2026-05-31T23:59:59Z", false), ("2026-06-01T00:00:00Z", true),
        ] {
            let builder = StatementBuilder(
                StatementRequest(
                    organization: "acme", month: month, terms: try Self.history(),
                    settleMilliseconds: 0, now: try Self.instant(now)))
            #expect(builder.hasBegun == hasBegun)
        }
    }
}
