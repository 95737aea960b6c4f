// Sources written as YAML, decoded, and polled from a script.

import Credits
import ExactJSON
import PositionedYAML
import Testing

@testable import UsageSources

/// What decoding one source gave.
struct DecodedSource {
    let definition: SourceDefinition?
    /// `line:column: message`, warnings included.
    let mistakes: [String]
}

enum SourceFixture {
    /// The keys that every source needs; `{` and `}` of placeholders as they are.
    static let request = #"request: {url: "https://api.example.com/v1/usage"}"#
    static let map =
        #"map: {rows: "$.usage[*]", day: $.date, product: $.product, credits: $.credits}"#

    /// A source of `id`, `organization` and the given lines.
    static func yaml(_ lines: String...) -> String {
        (["id: usage", "organization: acme"] + lines).joined(separator: "\n")
    }

    static func decode(_ text: String) throws -> DecodedSource {
        let node = try #require(try YAMLReader.read(Array(text.utf8), file: "agent.yml"))
        let mistakes = MistakeCollector()
        var mapping = try #require(MappingDecoder(node, field: "sources[0]", into: mistakes))
        let definition = SourceDefinition.decode(from: &mapping, into: mistakes)
        let texts = mistakes.list.map { mistake in
            let prefix = mistake.severity == .warning ? "warning: " : ""
            return
                "\(mistake.position.line):\(mistake.position.column): \(prefix)\(mistake.message)"
        }
        return DecodedSource(definition: mistakes.hasErrors ? nil : definition, mistakes: texts)
    }

    /// A definition without mistakes; warnings are fine.
    static func definition(_ lines: String...) throws -> SourceDefinition {
        let text = (["id: usage", "organization: acme"] + lines).joined(separator: "\n")
        let decoded = try decode(text)
        return try #require(decoded.definition, "\(decoded.mistakes)")
    }

    /// The usual source, with a mapping of choice.
    static func definition(map: String) throws -> SourceDefinition {
        try definition(request, "map: " + map)
    }

    static func usual() throws -> SourceDefinition { try definition(request, map) }
}

/// Drives a machine with answers in order; elapsed time is the sum of the waits and of 1 ms a
/// request.
struct PollScript {
    var machine: PollMachine
    var requests: [SourceRequest] = []
    var waits: [Int] = []
    var elapsed: Int64 = 0
    var random = 0.5
    /// Milliseconds that every request takes.
    var latency: Int64 = 1

    static let now = Timestamp(rfc3339: "2026-11-23T10:00:00Z") ?? Timestamp(seconds: 0)

    init(
        _ definition: SourceDefinition, authentication: ResolvedAuthentication = .none,
        calendar: ZonedCalendar = .utc, now: Timestamp = PollScript.now, keepsRows: Bool = false
    ) {
        machine = PollMachine(
            definition: definition, authentication: authentication,
            organizationCalendar: calendar, now: now, keepsRows: keepsRows)
    }

    /// The last step: after all events, or the first that ends the poll.
    mutating func run(_ events: [PollEvent]) -> PollStep {
        var step = machine.start()
        for event in events {
            guard case .send(let request, let wait) = step else { return step }
            requests.append(request)
            waits.append(wait)
            elapsed += Int64(wait) + latency
            step = machine.handle(event, elapsedMilliseconds: elapsed, random: random)
        }
        return step
    }

    /// The result of a poll whose pages are these JSON texts.
    mutating func result(_ pages: String...) throws -> PollResult {
        let step = run(pages.map { .json($0) })
        guard case .finished(let result) = step else {
            throw Unexpected(step: "\(step)")
        }
        return result
    }

    /// The failure of a poll with these events.
    mutating func failure(_ events: [PollEvent]) throws -> PollFailure {
        let step = run(events)
        guard case .failed(let failure, _) = step else { throw Unexpected(step: "\(step)") }
        return failure
    }

    struct Unexpected: Error {
        let step: String
    }
}

extension PollEvent {
    static func json(_ text: String) -> PollEvent {
        .response(SourceResponse(status: 200, body: Array(text.utf8)))
    }

    static func status(_ status: Int, retryAfter: Int? = nil) -> PollEvent {
        .response(SourceResponse(status: status, retryAfterSeconds: retryAfter))
    }

    static func redirect(_ status: Int = 302, to url: String?) -> PollEvent {
        .response(SourceResponse(status: status, redirectURL: url))
    }
}

extension PollStep {
    var request: SourceRequest? { if case .send(let request, _) = self { request } else { nil } }
    var failure: PollFailure? { if case .failed(let failure, _) = self { failure } else { nil } }
    var retryAfter: Int? { if case .failed(_, let seconds) = self { seconds } else { nil } }
    var result: PollResult? { if case .finished(let result) = self { result } else { nil } }
}

extension PollResult {
    /// `2026-11-01 assistant 12.5`, a line for each reading.
    var summary: [String] {
        readings.map { "\($0.key.day) \($0.key.product) \($0.credits)" }
    }
}

extension Measure {
    /// The rate of a table of one rate that holds ever since.
    var plainRate: String? {
        creditsPerUnit.steps.count == 1 && creditsPerUnit.steps[0].from == nil
            ? creditsPerUnit.steps[0].rate.description : nil
    }
}
