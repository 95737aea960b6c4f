// Every preset: from the bytes of an answer to the entries of a ledger, and what users may change.

import Credits
import Ledger
import PositionedYAML
import SourcePresets
import Testing
import UsageSources

@Suite("Presets")
struct PresetTests {
    @Test("an answer in the vendor's shape becomes exact entries", arguments: PresetCase.all)
    func entries(_ test: PresetCase) throws {
        let definition = try PresetFixture.definition(test.lines)
        var run = PresetRun(definition)
        run.contentType = test.contentType
        for poll in test.polls { try run.poll(poll) }
        #expect(run.failure == nil)
        #expect(run.requestTexts == test.requests)
        #expect(run.entries == test.entries)
    }

    @Test("the same polls again post nothing", arguments: PresetCase.all)
    func replay(_ test: PresetCase) throws {
        var run = PresetRun(try PresetFixture.definition(test.lines))
        run.contentType = test.contentType
        for poll in test.polls { try run.poll(poll) }
        let entries = run.entries
        if let last = test.polls.last { try run.poll(last) }
        #expect(run.entries == entries)
    }

    @Test("every preset has a case, and every case a preset")
    func coverage() {
        #expect(Set(PresetCase.all.map(\.preset)) == Set(PresetLibrary.shipped.names))
    }

    @Test("every endpoint of openai-usage has its unit", arguments: PresetCase.openAIEndpoints)
    func endpoints(_ endpoint: String, _ row: String, _ unit: String) throws {
        let definition = try PresetFixture.definition([
            "preset: openai-usage", "with: {endpoint: \(endpoint), credits_per_unit: 2}",
        ])
        var run = PresetRun(definition)
        let page = """
            {"object":"page","data":[{"start_time":1767225600,"end_time":1767312000,
             "results":[{\(row),"project_id":"proj_a"}]}],"has_more":false,"next_page":null}
            """
        try run.poll(.init(now: PresetFixture.now, answers: [page]))
        #expect(run.failure == nil)
        let model = row.contains("model\":\"m") ? "model=m, " : ""
        #expect(
            run.entries == ["2026-01-01 openai-api 12 \(unit) = 24 {\(model)project=proj_a}"])
        let groups = model.isEmpty ? "&group_by=project_id" : "&group_by=project_id&group_by=model"
        let url = run.requests.first?.url ?? ""
        #expect(url.hasPrefix("https://api.openai.com/v1/organization/usage/\(endpoint)?"))
        #expect(url.hasSuffix("&limit=31" + groups))
    }

    // MARK: What users may write beside it

    private func openAI(_ lines: String...) throws -> SourceDefinition {
        try PresetFixture.definition(
            ["preset: openai-costs", "with: {credits_per_usd: 100}"] + lines)
    }

    @Test("texts are replaced, mappings merged, what names a kind is replaced whole")
    func overrides() throws {
        let definition = try openAI(
            "every: 30m", "window: {lookback: 5d}",
            "request: {query: {project_ids: [p1, p2], limit: '7'}, auth: {header: "
                + "{name: X-Proxy-Key, secret: {env: PROXY_KEY}}}}",
            "map: {product: {path: $.line_item, default: other}, "
                + "dims: {line: ~, quantity: $.quantity_unit}}")
        #expect(definition.everyMilliseconds == 1_800_000)
        #expect(definition.window.lookbackDays == 5)
        #expect(definition.window.maximumSpanDays == 31)
        #expect(definition.request.shape.url.literalPrefix.hasSuffix("/v1/organization/costs"))
        #expect(
            definition.request.shape.query.map(\.name) == [
                "start_time", "end_time", "bucket_width", "limit", "group_by", "project_ids",
            ])
        #expect(definition.mapping.dimensions.map(\.name) == ["project", "quantity"])
        guard case .header(let name, _) = definition.request.authentication,
            case .path(let product) = definition.mapping.product
        else {
            Issue.record("\(definition.request.authentication)")
            return
        }
        #expect(name == "X-Proxy-Key")
        #expect(product.fallback == "other")
    }

    @Test("a key with nothing behind it removes the preset's")
    func removal() throws {
        let definition = try openAI("schedule: ~", "paginate: ~")
        #expect(definition.sweep == nil)
        #expect(definition.pagination == nil)
    }

    @Test("a rate may change on a day, and be one for each unit")
    func rates() throws {
        let dated = try PresetFixture.definition([
            "preset: openai-costs",
            "with: {credits_per_usd: [{rate: 100}, {from: 2026-01-03, rate: 120}]}",
        ])
        let table = try #require(dated.mapping.measures.first?.creditsPerUnit)
        #expect(table.steps.map(\.rate.description) == ["100", "120"])
        let own = try openAI("map: {credits_per_unit: {usd: 50}}")
        #expect(own.mapping.measures.first?.creditsPerUnit.steps.map(\.rate.description) == ["50"])
    }

    @Test("a secret may come from elsewhere")
    func secrets() throws {
        let definition = try PresetFixture.definition([
            "preset: langfuse",
            "with: {credits_per_usd: 1, public_key: pk-1, secret_key: {file: /run/secret}}",
        ])
        #expect(
            definition.request.authentication.secretReferences.map(\.value).last
                == .file("/run/secret"))
    }

    @Test("a secret that is left to the preset is missing where the preset is named")
    func standardSecret() throws {
        let definition = try openAI()
        let secret = try #require(definition.request.authentication.secretReferences.first)
        #expect(secret.value == .environment("OPENAI_ADMIN_KEY"))
        #expect(secret.position.description == "agent.yml:7:5")
    }

    // MARK: Polls that must fail

    static let failures: [(lines: [String], answers: [String], reason: PollFailureReason, String)] =
        [
            (
                ["preset: openai-costs", "with: {credits_per_usd: 100}"],
                [
                    #"{"data":[{"start_time":1767225600,"end_time":1767312000,"results":[{"amount":"#
                        + #"{"value":1,"currency":"eur"},"line_item":null,"project_id":null}]}],"#
                        + #""has_more":false,"next_page":null}"#
                ], .badValue, "expected one of usd, USD, found \"eur\""
            ),
            (
                ["preset: github-ai-credits", "with: {account: acme}"],
                [#"{"timePeriod":{"year":2026,"month":1,"day":2},"usageItems":[]}"#], .checkFailed,
                "$['timePeriod']['day']: expected 1, found 2"
            ),
            (
                ["preset: portkey", "with: {credits_per_unit: 1}"],
                [
                    #"{"summary":{"total":5,"avg":5},"data_points":[{"timestamp":"#
                        + #""2026-01-02T06:00:00Z","total":5,"avg":5}]}"#
                ], .badValue, "the bucket does not begin with a day"
            ),
            (
                ["preset: helicone", "with: {credits_per_usd: 1}"],
                [#"{"data":null,"error":"quota"}"#], .checkFailed, "expected null, found \"quota\""
            ),
            (
                [
                    "preset: azure-costs",
                    "with: {tenant: t, scope: subscriptions/s, services: [AI], credits_per_unit: 1}",
                ],
                [
                    #"{"access_token":"t1","expires_in":3600,"token_type":"Bearer"}"#,
                    #"{"properties":{"nextLink":null,"columns":[{"name":"Cost"},{"name":"UsageDate"},"#
                        + #"{"name":"ServiceName"},{"name":"Currency"}],"#
                        + #""rows":[[1.5,20251201,"AI","USD"]]}}"#,
                ], .outsideWindow, "2025-12-01 lies outside the window"
            ),
            (
                ["preset: cursor", "with: {credits_per_usd: 1}"],
                [
                    #"{"usageEvents":[{"timestamp":"1767312000123","model":"m","kind":"k"}],"#
                        + #""pagination":{"hasNextPage":false}}"#
                ], .badValue, "['chargedCents']: is missing"
            ),
        ]

    @Test("an answer that is not what was asked for fails the poll", arguments: failures)
    func refusals(
        _ lines: [String], _ answers: [String], _ reason: PollFailureReason, _ clause: String
    ) throws {
        var run = PresetRun(try PresetFixture.definition(lines))
        try run.poll(.init(now: PresetFixture.now, answers: answers))
        #expect(run.failure?.reason == reason)
        #expect(run.failure?.message.contains(clause) == true, "\(run.failure?.message ?? "")")
        #expect(run.entries.isEmpty)
    }

    // MARK: The files

    @Test("every preset says what it reads, what it needs and what is not confirmed")
    func headers() throws {
        for file in PresetLibrary.shipped.files {
            let text = file.text
            for word in ["# Reads ", "# Credential ", "# Confirmed ", "preset: \(file.name)"] {
                #expect(text.contains(word), "\(file.name): \(word)")
            }
            let preset = try #require(try PresetLibrary.shipped.preset(named: file.name))
            #expect(preset.name == file.name)
            if preset.standing != .confirmed { #expect(text.contains("# Not so "), "\(file.name)") }
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 110 }, "\(file.name)")
        }
        let contentstack = try PresetLibrary.shipped.preset(named: "contentstack")
        #expect(contentstack?.standing == .unconfirmed)
    }

    @Test("the example in a preset's comment works", arguments: PresetLibrary.shipped.names)
    func examples(_ name: String) throws {
        let file = try #require(PresetLibrary.shipped.file(named: name))
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("#") }.map { $0.dropFirst($0.hasPrefix("# ") ? 2 : 1) }
        let start = try #require(lines.firstIndex(of: "sources:"))
        let example = lines[start...].prefix { !$0.isEmpty }
        let yaml =
            (["organizations:", "  - {id: acme, base_allocation: 1}"] + example.map(String.init))
            .joined(separator: "\n")
        let read = PresetFixture.read(whole: yaml)
        #expect(read.definition != nil, "\(read.mistakes)")
        let warnings = read.mistakes.filter { !$0.contains("plain http") }
        #expect(warnings == [], "\(name)")
    }
}
