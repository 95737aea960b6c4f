// A source with good manners on a virtual clock, and a record of when it was asked.

import AgentConfiguration
import Credits
import Ports
import SimulatedPorts
import Synchronization

@testable import Agent

/// An agent with one source and the loop that polls it.
struct CourtesyFixture {
    static let body = #"{"u":[{"d":"2026-11-10","p":"chat","c":"5"}]}"#

    let agent: TestAgent
    let loop: PollLoop
    let clock: VirtualClock
    private let log: RequestLog

    /// The requests in the order in which they were sent.
    final class RequestLog: Sendable {
        private let content = Mutex<[(time: Int64, request: TransportRequest)]>([])

        func add(_ request: TransportRequest, at time: Int64) {
            content.withLock { $0.append((time, request)) }
        }

        var all: [(time: Int64, request: TransportRequest)] { content.withLock { $0 } }
    }

    /// Starts an agent whose source has further keys, each on a line of its own.
    static func start(
        _ keys: String..., store: MemoryStore = MemoryStore(), now: String = TestAgent.noon,
        answers: @escaping Answers
    ) async throws -> CourtesyFixture {
        let clock = VirtualClock(now: TestAgent.instant(now))
        let log = RequestLog()
        var yaml = TestConfiguration.yaml()
        for key in keys {
            // A key of the fixture's own line replaces it.
            let name = key.prefix { $0 != ":" }
            let lines = yaml.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("    \(name):") }
            yaml = lines.joined(separator: "\n").replacing(
                "    organization: acme\n", with: "    organization: acme\n    \(key)\n")
        }
        let configuration = try TestConfiguration.read(yaml)
        let agent = try await TestAgent.start(
            configuration, store: store, clock: clock,
            transport: ScriptedTransport { request, number throws(TransportError) in
                log.add(request, at: clock.elapsedMilliseconds())
                return try await answers(request, number)
            })
        guard let definition = configuration.sources.first else {
            throw FileAccessError("no source")
        }
        let loop = PollLoop(
            definition: definition, authentication: agent.resolved.authentication(of: "usage"),
            core: agent.core, directory: "")
        return CourtesyFixture(agent: agent, loop: loop, clock: clock, log: log)
    }

    /// Runs the loop for a while of virtual time.
    func run(milliseconds: Int64) async {
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            await clock.advance(milliseconds: milliseconds, keepingSleepers: 1)
            group.cancelAll()
        }
    }

    /// When requests were sent, in milliseconds.
    var times: [Int64] { log.all.map(\.time) }

    /// The requests that were sent.
    var requests: [TransportRequest] { log.all.map(\.request) }

    /// The value of the source's only sample of a family.
    func value(_ family: String, _ labels: String = "") -> String? {
        let name = "ai_credits_source_\(family){organization=\"acme\",source=\"usage\"\(labels)} "
        return agent.samples("ai_credits_source_\(family)").first { $0.hasPrefix(name) }
            .map { String($0.dropFirst(name.count)) }
    }

    /// A good answer with headers.
    static func answer(
        _ status: Int = 200, _ headers: [(String, String)] = [], body: String = body,
        retryAfter: Int? = nil
    ) -> TransportResponse {
        TransportResponse(
            status: status, headers: headers.map { HTTPHeader($0.0, $0.1) },
            body: Array(body.utf8), retryAfterSeconds: retryAfter)
    }
}
