// What is said about `preset` and `with`, and where.

import PositionedYAML
import SourcePresets
import Testing

@Suite("Mistakes about presets")
struct PresetMistakeTests {
    static let mistakes: [(lines: [String], message: String)] = [
        (
            ["preset: openai-cots"],
            "agent.yml:6:13: sources[0].preset: there is no preset \"openai-cots\"; did you mean "
                + "`openai-costs`?"
        ),
        (
            ["preset: something"],
            "agent.yml:6:13: sources[0].preset: there is no preset \"something\"; "
                + "`source presets` lists them"
        ),
        (
            ["preset: [openai-costs]"],
            "agent.yml:6:13: sources[0].preset: expected the name of a preset, found a list"
        ),
        (
            ["preset: ~"],
            "agent.yml:6:13: sources[0].preset: expected the name of a preset, found nothing"
        ),
        (
            ["with: {key: x}"],
            "agent.yml:6:5: sources[0].with: goes with `preset: NAME`; name one, or remove it"
        ),
        (
            ["preset: openai-costs"],
            "agent.yml:6:13: sources[0].with: preset `openai-costs` needs `credits_per_usd`: "
                + "credits for one US dollar, such as 100, or [{from DAY, rate}, …]"
        ),
        (
            ["preset: openai-costs", "with: {product: x}"],
            "agent.yml:7:5: sources[0].with: preset `openai-costs` needs `credits_per_usd`: "
                + "credits for one US dollar, such as 100, or [{from DAY, rate}, …]"
        ),
        (
            ["preset: openai-costs", "with: 100"],
            "agent.yml:7:11: sources[0].with: expected a mapping, found \"100\""
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: 100, produkt: x}"],
            "agent.yml:7:34: sources[0].with: preset `openai-costs` has no parameter \"produkt\"; "
                + "did you mean `product`?"
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: 100, zone: x}"],
            "agent.yml:7:34: sources[0].with: preset `openai-costs` has no parameter \"zone\"; "
                + "there are `credits_per_usd`, `key`, `product`, `base_url`"
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: much}"],
            "agent.yml:7:29: sources[0].map.credits_per_unit: expected a number such as 12.5, "
                + "found \"much\""
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: -1}"],
            "agent.yml:7:29: sources[0].map.credits_per_unit: must be 0 or more, found -1"
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: 1, base_url: 'https://a.example/'}"],
            "agent.yml:7:42: sources[0].with.base_url: expected an address such as "
                + "https://api.example.com, without / at its end, found \"https://a.example/\""
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: 1, key: {envi: X}}"],
            "agent.yml:7:38: field `envi` is not known in `sources[0].request.auth.bearer`; did "
                + "you mean `env`?"
        ),
        (
            ["preset: openai-usage", "with: {credits_per_unit: 1, endpoint: completion}"],
            "agent.yml:7:43: sources[0].with.endpoint: expected one of `completions`, "
                + "`embeddings`, `moderations`, `images`, `audio_speeches`, "
                + "`audio_transcriptions`, `vector_stores`, `code_interpreter_sessions`, "
                + "`file_search_calls`, `web_search_calls`, found \"completion\"; did you mean "
                + "`completions`?"
        ),
        (
            ["preset: github-ai-credits", "with: {account: a/b}"],
            "agent.yml:7:21: sources[0].with.account: expected letters, digits and any of "
                + "- _ . ~, found \"a/b\""
        ),
        (
            [
                "preset: azure-costs",
                "with: {tenant: t, scope: /a, services: [x], credits_per_unit: 1}",
            ],
            "agent.yml:7:30: sources[0].with.scope: expected words with / between them, without "
                + "one at the ends, found \"/a\""
        ),
        (
            [
                "preset: azure-costs",
                "with: {tenant: t, scope: a, services: x, credits_per_unit: 1}",
            ],
            "agent.yml:7:43: sources[0].with.services: expected a list of texts, found \"x\""
        ),
        (
            ["preset: generic-json", "with: {url: 'https://a.example/{window.begin:date}'}"],
            "agent.yml:7:17: sources[0].request.url: `{window.begin:date}` is no placeholder"
        ),
        (
            ["preset: generic-json", "with: {url: 'https://a.example', rows: usage}"],
            "agent.yml:7:44: sources[0].with.rows: expected a path such as $.credits, found "
                + "\"usage\""
        ),
        (
            ["preset: generic-json", "with: {url: 'https://a.example', day: '$.d[*]'}"],
            "agent.yml:7:43: sources[0].map.day.path: must name one value"
        ),
        (
            ["preset: generic-csv", "with: {url: 'https://a.example', day_column: \"it's\"}"],
            "agent.yml:7:50: sources[0].with.day_column: expected the name of a column, without "
                + "' and \\, found \"it's\""
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: 1}", "every: 1ms"],
            "agent.yml:8:12: sources[0].every: must be from 100ms to 5w"
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: 1}", "map: {produkt: {value: x}}"],
            "agent.yml:8:11: field `produkt` is not known in `sources[0].map`"
        ),
        (
            [
                "preset: openai-costs", "with: {credits_per_usd: 1}",
                "map: {day: {of: b, path: $.d}}",
            ],
            "agent.yml:8:21: sources[0].map.day.of: `b` is no level of `rows`; there is `bucket`, "
                + "`row`"
        ),
        (
            ["preset: openai-costs", "with: {credits_per_usd: 1}", "map: {rows: '$.data[*]'}"],
            "preset openai-costs:"
        ),
    ]

    @Test("a mistake stands where its text was written", arguments: mistakes)
    func mistakeAtItsPlace(_ lines: [String], _ message: String) {
        let read = PresetFixture.read(lines)
        #expect(read.definition == nil)
        #expect(
            read.mistakes.contains { $0.hasPrefix(message) },
            "\(read.mistakes.joined(separator: "\n"))")
    }

    @Test("a mistake in what a preset's text makes of a value stands at the value")
    func interpolated() {
        let read = PresetFixture.read([
            "preset: openai-costs",
            "with: {credits_per_usd: 1, base_url: 'http://api.example.com'}",
        ])
        #expect(
            read.mistakes == [
                "agent.yml:7:42: warning: sources[0].request.url: the credentials travel over "
                    + "plain http to api.example.com; use https"
            ])
    }

    @Test("a secret written literally is never shown")
    func literalSecret() {
        let read = PresetFixture.read([
            "preset: openai-costs", "with: {credits_per_usd: 1, key: sk-very-secret}",
        ])
        #expect(read.definition != nil)
        #expect(read.mistakes.count == 1)
        #expect(!read.mistakes.joined().contains("sk-very-secret"))
    }

    @Test("a broken preset names itself and its lines")
    func brokenPreset() throws {
        let text = "summary: x\nstanding: sure\nsource: {request: {url: '{param.lost}'}}\n"
        let library = PresetLibrary([.init(name: "lost", bytes: Array(text.utf8))])
        let node = try #require(
            try YAMLReader.read(Array("{preset: lost}".utf8), file: "agent.yml"))
        let mistakes = MistakeCollector()
        #expect(library.expanded(node, field: "sources[0]", into: mistakes) == nil)
        #expect(
            mistakes.list.map(\.description) == [
                "preset lost:2:11: standing: expected one of `confirmed`, `partly`, "
                    + "`unconfirmed`, found \"sure\""
            ])
    }
}
