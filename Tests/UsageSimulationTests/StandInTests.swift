// Each preset, polled by a real agent from the stand-in of its vendor: what the ledger holds is
// what was expected.

import Ledger
import Testing
import UsageSimulation

@Suite("Stand-ins of vendors", .timeLimit(.minutes(3)))
struct StandInTests {
    /// How a report says its figures.
    enum Style {
        /// The days themselves, up to today.
        case days
        /// The days before today.
        case finishedDays
        /// A total, of which the first poll is the opening: an afternoon passes and it is polled
        /// again.
        case total
    }

    /// A preset, and the report that it reads. Money is a credit a dollar, tokens a thousandth.
    struct Case: Sendable, CustomStringConvertible {
        let preset: String
        let report: String
        /// The units of the report that count.
        let units: [String]
        /// What is written below `with`; `BASE` is the vendor's address.
        let with: String
        var style = Style.days
        /// Lines beside the preset.
        var more = ""

        init(
            _ preset: String, _ report: String, _ units: [String], _ with: String,
            _ style: Style = .days, more: String = ""
        ) {
            self.preset = preset
            self.report = report
            self.units = units
            self.with = with
            self.style = style
            self.more = more
        }

        var description: String { "\(preset) \(report)" }

        /// The vendor: what the preset's name begins with.
        var vendor: String { String(preset.prefix { $0 != "-" }) }

        func lines(_ base: String) -> String {
            "    preset: \(preset)\n    with: {\(with.replacing("BASE", with: base))}\n"
                + more.replacing("BASE", with: base)
        }
    }

    private static let keyed = "base_url: \"BASE\", key: {env: KEY}"
    private static let dollars = keyed + ", credits_per_usd: 1"
    private static let counted = keyed + ", credits_per_unit: \"0.001\""
    private static let dated = "?from={window.start:date}&to={window.end:date}\""
    private static let bearer = "    request: {auth: {bearer: key}}\n"

    static let cases = [
        Case("openai-costs", "costs", ["usd"], dollars),
        Case("anthropic-costs", "cost_report", ["usd"], dollars),
        Case("anthropic-claude-code", "usage_report/claude_code", ["usd"], dollars),
        Case(
            "anthropic-usage", "usage_report/messages",
            ["uncached_input_tokens", "cache_read_input_tokens", "output_tokens"], counted),
        Case("openrouter", "activity", ["usd"], dollars, .finishedDays),
        Case("openrouter-today", "key", ["usd"], dollars, .total),
        Case("openrouter-balance", "credits", ["usd"], dollars, .total),
        Case("github-ai-credits", "ai_credit/usage", ["credits"], keyed + ", account: acme"),
        Case("cursor", "filtered-usage-events", ["usd"], dollars),
        Case("elevenlabs", "usage-by-product-over-time", ["credits"], keyed),
        Case(
            "elevenlabs-subscription", "subscription", ["characters"],
            keyed + ", credits_per_credit: \"0.001\"", .total),
        Case("litellm", "daily/activity", ["usd"], dollars),
        Case("litellm", "daily/activity", ["usd"], dollars + ", by: models"),
        Case(
            "langfuse", "metrics/daily", ["usd"],
            "base_url: \"BASE\", public_key: public, secret_key: key, credits_per_usd: 1"),
        Case(
            "langfuse", "metrics/daily", ["usd"],
            "base_url: \"BASE\", public_key: public, secret_key: key, credits_per_usd: 1, "
                + "by: models"),
        Case("contentstack", "report", ["credits"], keyed + ", org_uid: org, report: ai-credits"),
        Case(
            "azure-costs", "query", ["usd"],
            "base_url: \"BASE\", login_url: \"BASE\", tenant: one, scope: subscriptions/one, "
                + "services: [atlas-large, atlas-small, quill-1], client_id: id, "
                + "client_secret: key, credits_per_unit: 1"),
        Case("portkey", "tokens", ["tokens"], counted + ", measure: tokens"),
        Case("openmeter", "meter query", ["tokens"], counted + ", meter: tokens"),
        Case("helicone", "query-clickhouse", ["usd"], dollars),
        Case("deepseek", "balance", ["usd"], keyed + ", credits_per_unit: 1", .total),
        Case(
            "prometheus", "metrics", ["usd"],
            "url: \"BASE/metrics\", metric: ai_cost_usd_total, credits_per_unit: 1", .total),
        Case(
            "generic-json", "usage.json", ["credits"], "url: \"BASE/usage.json" + dated,
            more: bearer),
        Case(
            "generic-csv", "usage.csv", ["credits"], "url: \"BASE/usage.csv" + dated,
            more: bearer),
        Case(
            "generic-json", "usage.ndjson", ["credits"],
            "url: \"BASE/usage.ndjson" + dated + ", rows: \"$[*]\"",
            more: bearer + "    map: {shape: ndjson}\n"),
    ]

    /// The endpoints of OpenAI's usage, with what their presets count.
    static let openAI = [
        ("completions", ["input_tokens", "output_tokens"]), ("embeddings", ["input_tokens"]),
        ("moderations", ["input_tokens"]), ("images", ["images"]),
        ("audio_speeches", ["characters"]), ("audio_transcriptions", ["seconds"]),
        ("vector_stores", ["usage_bytes"]), ("code_interpreter_sessions", ["num_sessions"]),
        ("file_search_calls", ["num_requests"]), ("web_search_calls", ["num_requests"]),
    ].map { endpoint, units in
        Case("openai-usage", "usage/" + endpoint, units, counted + ", endpoint: " + endpoint)
    }

    @Test(
        "a month of a vendor's answers is what was expected, to the last digit",
        arguments: cases + openAI)
    func polls(_ one: Case) async throws {
        let clock = HurriedClock(milliseconds: FaultCaseTests.noon)
        try await RunningSimulator.with(clock: clock, { $0.secret = "key" }) { _, url in
            let lines = one.lines("\(url)/vendors/\(one.vendor)")
            let agent = try await PolledAgent(sources: [("s1", lines)], clock: clock)
            try await agent.poll("s1")
            var found = try await Self.credits(agent)
            let told = agent.log.holding("poll failed")
            try #require(told.isEmpty, "\(told)")
            // The first poll of a preset with a sweep looks further back than the 1st.
            let first = found.keys.min() ?? "none"
            if one.style != .total { #expect(first <= "2026-11-01") }
            var days = [first, one.style == .finishedDays ? "2026-11-22" : "2026-11-23"]
            if one.style == .total {
                // The opening is not looked at; what the afternoon adds to it is.
                let opening = found.values.reduce(.zero, +)
                clock.advance(minutes: 719)
                try await agent.poll("s1")
                let all = try await Self.credits(agent).values.reduce(.zero, +)
                found = ["all": all - opening]
                days = ["2026-11-23", "2026-11-23"]
            }
            let expected = try Self.expected(one, days: days, now: clock.seconds)
            if one.style == .total {
                let before = try Self.expected(
                    one, days: days, now: FaultCaseTests.noonSeconds)
                let grown = expected.values.reduce(.zero, +) - before.values.reduce(.zero, +)
                #expect(found["all"] == grown)
                #expect(grown > .zero)
            } else {
                #expect(found == expected)
                #expect(expected.count > 15, "a month has many days")
            }
        }
    }

    /// The ledger's credits by day.
    private static func credits(_ agent: PolledAgent) async throws -> [String: SimulatedAmount] {
        var credits: [String: SimulatedAmount] = [:]
        for entry in try await agent.entries() {
            let amount = try #require(SimulatedAmount("\(entry.credits)"), "\(entry.credits)")
            credits["\(entry.day)", default: .zero] =
                credits["\(entry.day)", default: .zero] + amount
        }
        return credits
    }

    private static func expected(
        _ one: Case, days: [String], now: Double
    ) throws -> [String: SimulatedAmount] {
        let vendor = try #require(VendorTable.vendor(one.vendor))
        let first = try #require(SimulatedDay(days[0]))
        let last = try #require(SimulatedDay(days[1]))
        let figures = VendorExpectation.figures(
            of: vendor, VendorUsage(vendor: one.vendor, seed: 1, now: now),
            days: first..<last.advanced(by: 1))
        var expected: [String: SimulatedAmount] = [:]
        for figure in figures where figure.report == one.report && one.units.contains(figure.unit) {
            let isMoney = ["usd", "credits"].contains(figure.unit)
            let amount = SimulatedAmount(micros: figure.amount.micros / (isMoney ? 1 : 1000))
            expected["\(figure.day)", default: .zero] =
                expected["\(figure.day)", default: .zero] + amount
        }
        return expected
    }

    @Test(
        "without its credential, or with an ordinary key, a vendor refuses",
        arguments: [
            ("openai", "/v1/organization/costs", "authorization", "Bearer sk-proj-1"),
            ("anthropic", "/v1/organizations/cost_report", "x-api-key", "sk-ant-api-1"),
        ])
    func refusals(_ vendor: String, _ path: String, _ header: String, _ ordinary: String) throws {
        let type = try #require(VendorTable.vendor(vendor))
        var memory = VendorMemory()
        let usage = VendorUsage(vendor: vendor, seed: 1, now: FaultCaseTests.noonSeconds)
        let statuses = [[:], [header: ordinary], [header: "Bearer other"]].map { headers in
            VendorTable.answer(
                type,
                VendorCall(
                    path: path, headers: headers, now: FaultCaseTests.noonSeconds, usage: usage),
                secret: "key", memory: &memory
            ).status
        }
        #expect(statuses == [401, 403, 401])
    }

    @Test("every address is listed with its credential, and no vendor twice")
    func listed() {
        let summary = VendorTable.summary()
        for vendor in VendorTable.all {
            for report in vendor.reports {
                #expect(summary.contains("\(report.method) /vendors/\(vendor.name)\(report.path) "))
            }
        }
        #expect(Set(VendorTable.all.map { $0.name }).count == VendorTable.all.count)
    }
}
