// The account is the sum of its entries.

import Credits
import Testing

@Suite struct AccountTests {
    private func day(_ text: String) throws -> CalendarDay { try #require(CalendarDay(iso: text)) }

    private func amount(_ text: String) throws -> CreditAmount { try CreditAmount(decimal: text) }

    @Test func usedAndCorrectedNeverFallAndNetIsTheirDifference() throws {
        var account = Account(organization: "acme")
        let first = try day("2026-11-05")
        try account.post(amount("10"), product: "a", day: first)
        try account.post(amount("-4"), product: "a", day: first)
        try account.post(amount("0.5"), product: "a", day: first)
        let use = account.use(product: "a", on: first)
        #expect(use.used == (try amount("10.5")))
        #expect(use.corrected == (try amount("4")))
        #expect(use.net == (try amount("6.5")))
        #expect(account.lifetime["a"] == use)
    }

    @Test func sumsAreKeptByProductDayAndMonth() throws {
        var account = Account(organization: "acme")
        try account.post(amount("1"), product: "b", day: day("2026-10-31"))
        try account.post(amount("2"), product: "b", day: day("2026-11-01"))
        try account.post(amount("4"), product: "a", day: day("2026-11-30"))
        try account.post(amount("8"), product: "a", day: day("2026-12-01"))
        let november = try day("2026-11-15").month
        #expect(account.used(in: november) == (try amount("6")))
        #expect(account.used(product: "a", in: november) == (try amount("4")))
        #expect(account.used(product: "b", in: november) == (try amount("2")))
        #expect(account.used(product: "c", in: november) == .zero)
        #expect(account.used(in: november.previous) == (try amount("1")))
        #expect(account.used(in: november.next.next) == .zero)
        #expect(account.lifetime["b"]?.net == (try amount("3")))
        #expect(account.products == ["a", "b"])
        #expect(account.use(product: "a", on: try day("2026-11-01")) == GrossUse())
        #expect(account.days.count == 4)
    }

    @Test func sumsOfAllCellsAgree() throws {
        var account = Account(organization: "acme")
        var state: UInt64 = 7
        var total: Int64 = 0
        let first = try day("2026-10-01")
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Int64(state >> 40) - 4_000_000
            let product = "p\(state >> 33 & 3)"
            try account.post(
                CreditAmount(microCredits: value), product: product,
                day: first.adding(days: Int64(state >> 20 & 63)))
            total += value
        }
        let lifetime = account.lifetime.values.reduce(Int64(0)) { $0 + $1.net.microCredits }
        let cells = account.days.values.flatMap(\.values).reduce(Int64(0)) {
            $0 + $1.net.microCredits
        }
        var month = first.month
        var months: Int64 = 0
        for _ in 0..<4 {
            months += account.used(in: month).microCredits
            month = month.next
        }
        #expect(lifetime == total)
        #expect(cells == total)
        #expect(months == total)
    }

    @Test func whatDoesNotFitChangesNothing() throws {
        var account = Account(organization: "acme")
        let first = try day("2026-11-05")
        try account.post(CreditAmount(microCredits: .max), product: "a", day: first)
        let before = account
        #expect(throws: AmountError.self) {
            try account.post(CreditAmount(microCredits: 1), product: "a", day: first)
        }
        #expect(throws: AmountError.self) {
            try account.post(
                CreditAmount(microCredits: 1), product: "a", day: first.adding(days: 40))
        }
        #expect(account == before)
        #expect(throws: AmountError.self, "all products together do not fit") {
            try account.post(CreditAmount(microCredits: 1), product: "b", day: first)
        }
        #expect(account == before)
        #expect(account.used(in: first.month).microCredits == .max)
    }
}

@Suite struct ReadingTests {
    @Test func aReadingThatIsAbsurdIsRefused() throws {
        let key = try key()
        let most = "1000000000000"
        #expect(try Reading(key: key, quantity: ExactDecimal(most)).credits.description == most)
        #expect(
            try Reading(key: key, quantity: ExactDecimal("-" + most)).credits.description
                == "-" + most)
        for text in [most + ".000001", "-" + most + ".000001", "9e12"] {
            #expect(throws: AmountError.self) {
                try Reading(key: key, quantity: ExactDecimal(text))
            }
        }
        #expect(throws: AmountError.self) {
            try Reading(
                key: key, quantity: ExactDecimal("1e9"), creditsPerUnit: ExactDecimal("1001"))
        }
    }

    private func key(
        source: String = "s", product: String = "p", dimensions: [ReadingDimension] = []
    ) throws -> ReadingKey {
        ReadingKey(
            source: source, organization: "acme", product: product, unit: "credits",
            day: try #require(CalendarDay(iso: "2026-11-05")), dimensions: dimensions)
    }

    @Test func theCanonicalTextTellsKeysApart() throws {
        #expect(try key().canonicalText == "s/acme/p/credits/2026-11-05/P1D")
        #expect(try key(source: "a/b%").canonicalText == "a%2Fb%25/acme/p/credits/2026-11-05/P1D")
        let one = try key(source: "a/b", product: "c")
        let other = try key(source: "a", product: "b/c")
        #expect(one.canonicalText != other.canonicalText)
        #expect(try key(product: "a") < key(product: "b"))
    }

    @Test func dimensionsAreSorted() throws {
        let model = ReadingDimension(name: "model", value: "m")
        let batch = ReadingDimension(name: "batch", value: "x/y")
        let key = try key(dimensions: [model, batch])
        #expect(key.dimensions == [batch, model])
        #expect(key.canonicalText.hasSuffix("/P1D/batch/x%2Fy/model/m"))
        #expect(try key == self.key(dimensions: [batch, model]))
    }

    @Test func creditsAreQuantityTimesRateRoundedOnce() throws {
        let reading = try Reading(
            key: key(), quantity: ExactDecimal("3"), creditsPerUnit: ExactDecimal("0.3333335"))
        #expect(reading.credits.description == "1")
        let half = try Reading(
            key: key(), quantity: ExactDecimal("0.5"), creditsPerUnit: ExactDecimal("0.000001"))
        #expect(half.credits == .zero)
        #expect(throws: AmountError.self) {
            try Reading(key: key(), quantity: ExactDecimal("1e13"))
        }
    }

    @Test func aWindowHoldsBothItsEnds() throws {
        let first = try #require(CalendarDay(iso: "2026-11-05"))
        let window = DayWindow(first: first, last: first.adding(days: 2))
        let inside = (-1...3).map { window.contains(first.adding(days: $0)) }
        #expect(inside == [false, true, true, true, false])
    }

    static let identifiers: [(text: String, mistake: String?)] = [
        ("acme", nil), ("Ä ö/%", nil), (String(repeating: "x", count: 128), nil),
        ("", "is empty"), (String(repeating: "ä", count: 65), "is longer than 128 bytes"),
        ("a\nb", "holds a control character"), ("a\u{7F}", "holds a control character"),
    ]

    @Test(arguments: identifiers)
    func identifiersAreChecked(_ text: String, _ mistake: String?) {
        #expect(Identifier.mistake(in: text) == mistake)
    }

    @Test func failureReasonsAreTheClosedListOfTheMetric() {
        #expect(
            PollFailureReason.allCases.map(\.rawValue) == [
                "timeout", "connect", "tls", "http_status", "throttled", "unauthorized",
                "too_large", "not_json", "bad_value", "rows_missing", "outside_window",
                "incomplete_pages", "check_failed", "too_many_products", "source_conflict",
                "internal",
            ])
        #expect(PollFailure(.badValue, "x is null").description == "bad_value: x is null")
    }
}
