// Sources with presets, from agent.yml to the entries of a ledger.

import Agent
import AgentConfiguration
import Credits
import Ledger
import PositionedYAML
import SourcePresets
import Testing
import UsageSources

/// One file and no environment.
private struct OneFile: FileAccess {
    let text: String

    func bytes(of path: String) throws -> [UInt8] { Array(text.utf8) }
    func paths(matching pattern: String) -> [String] { [] }
    func environment(_ name: String) -> String? { nil }
}

enum PresetFixture {
    /// A Sunday in January: the month's days asked for are few.
    static let now = "2026-01-04T10:00:00Z"

    static func instant(_ text: String) throws -> Timestamp {
        try #require(Timestamp(rfc3339: text), "\(text)")
    }

    /// An agent.yml with one source; `lines` are its keys, the first on line 6.
    static func yaml(_ lines: [String]) -> String {
        ([
            "organizations:", "  - {id: acme, base_allocation: 100000}", "sources:",
            "  - id: src", "    organization: acme",
        ] + lines.map { "    " + $0 }).joined(separator: "\n")
    }

    /// The definition, or nil, and what there is to say about it.
    static func read(
        _ lines: [String]
    ) -> (definition: SourceDefinition?, mistakes: [String]) {
        read(whole: yaml(lines))
    }

    /// The first source of a whole agent.yml.
    static func read(
        whole text: String
    ) -> (definition: SourceDefinition?, mistakes: [String]) {
        let reading = ConfigurationReader(files: OneFile(text: text))
            .read("agent.yml", checksSecrets: false)
        return (
            reading.configuration?.sources.first,
            reading.mistakes.map(\.description)
                .filter { !$0.contains("rule_files") && !$0.contains("notifications") }
        )
    }

    static func definition(_ lines: [String]) throws -> SourceDefinition {
        let read = read(lines)
        return try #require(read.definition, "\(read.mistakes)")
    }
}

/// What a preset is given and what has to come of it.
struct PresetCase: Sendable, CustomTestStringConvertible {
    /// One poll: when, and the bodies that it is answered with.
    struct Poll: Sendable {
        let now: String
        let answers: [String]
    }

    let preset: String
    /// The mapping under `with`.
    let with: String
    /// Further keys of the source.
    var keys: [String] = []
    var contentType = "application/json"
    let polls: [Poll]
    /// The first request, whole, then method, URL and body of the others.
    let requests: [String]
    /// `DAY PRODUCT QUANTITY UNIT = CREDITS {DIMENSIONS}`.
    let entries: [String]

    var testDescription: String { "\(preset) \(with)" }

    init(
        _ preset: String, with: String, keys: [String] = [], contentType: String? = nil,
        answers: [String], requests: [String], entries: [String]
    ) {
        self.init(
            preset, with: with, keys: keys, contentType: contentType,
            polls: [Poll(now: PresetFixture.now, answers: answers)], requests: requests,
            entries: entries)
    }

    init(
        _ preset: String, with: String, keys: [String] = [], contentType: String? = nil,
        polls: [Poll], requests: [String], entries: [String]
    ) {
        self.preset = preset
        self.with = with
        self.keys = keys
        self.contentType = contentType ?? "application/json"
        self.polls = polls
        self.requests = requests
        self.entries = entries
    }

    var lines: [String] { ["preset: \(preset)", "with: \(with)"] + keys }
}

/// A source polled again and again, on its way into a ledger.
struct PresetRun {
    let definition: SourceDefinition
    var contentType = "application/json"
    private(set) var requests: [SourceRequest] = []
    private(set) var entries: [String] = []
    private(set) var failure: PollFailure?
    private var state: String?
    private var posted: [String: PostedKey] = [:]

    init(_ definition: SourceDefinition) {
        self.definition = definition
    }

    /// Polls once; every secret is `NAME!` of its environment variable.
    mutating func poll(_ poll: PresetCase.Poll) throws {
        let now = try PresetFixture.instant(poll.now)
        let authentication = definition.request.authentication.resolved { reference in
            if case .environment(let name) = reference { return Secret(name + "!") }
            return Secret("literal!")
        }
        var machine = PollMachine(
            definition: definition, authentication: authentication, organizationCalendar: .utc,
            now: now)
        var step = machine.start()
        var elapsed: Int64 = 0
        for answer in poll.answers {
            guard case .send(let request, let wait) = step else { break }
            requests.append(request)
            elapsed += Int64(wait) + 1
            let response = SourceResponse(
                status: 200, headers: [SourceHeader("Content-Type", contentType)],
                body: Array(answer.utf8))
            step = machine.handle(.response(response), elapsedMilliseconds: elapsed, random: 0)
        }
        switch step {
        case .finished(let result): try post(result, at: now)
        case .failed(let failure, _): self.failure = failure
        case .send(let request, _): requests.append(request)
        }
    }

    private mutating func post(_ result: PollResult, at now: Timestamp) throws {
        var readings = result.readings
        var absence = try #require(AbsencePolicy(rawValue: definition.absent.rawValue))
        if let observations = result.observations {
            let outcome = try observations.reduced(
                state: state, source: definition.id, organization: "acme", now: now,
                disabledProducts: [])
            state = outcome.stateText
            failure = outcome.refusal
            readings = outcome.readings
            absence = .keep
        }
        let plan = try Posting.plan(
            PostingRequest(
                readings: readings, window: result.window, source: definition.id,
                absence: absence),
            posted: posted.values.sorted { $0.key < $1.key })
        for key in plan.posted { posted[key.key] = key }
        let dimensions = Dictionary(
            readings.map { ($0.key.canonicalText, $0.key.dimensions) },
            uniquingKeysWith: { first, _ in first })
        entries += plan.drafts.map { draft in
            let texts = (dimensions[draft.key] ?? []).map { "\($0.name)=\($0.value)" }
            return "\(draft.day) \(draft.product) \(draft.quantity) \(draft.unit) = "
                + "\(draft.credits) {\(texts.joined(separator: ", "))}"
        }
    }

    /// The requests in words, the first with its headers.
    var requestTexts: [String] {
        requests.enumerated().map { index, request in
            var text = "\(request.method) \(request.url)"
            if index == 0 {
                for header in request.headers { text += " | \(header.name): \(header.value)" }
                if let basic = request.basic { text += " | basic \(basic.user):\(basic.password)" }
            }
            if let body = request.body { text += " | \(String(decoding: body, as: UTF8.self))" }
            return text
        }
    }
}
