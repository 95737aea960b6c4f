// The two faces of an agent on simulated seams: requests in, responses out, no sockets.

import Agent
import AgentConfiguration
import Credits
import Crypto
import ExactJSON
import Ledger
import Logging
import Ports
import PositionedYAML
import SimulatedPorts
import UsageSources

@testable import WebServer

/// Files in a dictionary.
struct TestFiles: FileAccess {
    let contents: [String: String]

    func bytes(of path: String) throws -> [UInt8] {
        guard let text = contents[path] else { throw FileAccessError("no such file") }
        return Array(text.utf8)
    }

    func paths(matching pattern: String) -> [String] { [] }
    func environment(_ name: String) -> String? { nil }
}

/// An agent with its web and its control face.
struct TestWeb {
    let core: AgentCore
    let faces: AgentWeb
    let web: WebResponder
    let control: WebResponder
    let clock: VirtualClock
    let store: MemoryStore

    /// Tokens by role; the text is `ROLE-token`.
    static let tokens = """
        api_tokens:
          - {name: v, role: viewer, sha256: \(hash("viewer-token"))}
          - {name: g, role: gate, sha256: \(hash("gate-token"))}
          - {name: a, role: admin, sha256: \(hash("admin-token"))}
          - {name: o, role: owner, sha256: \(hash("owner-token"))}

        """

    static func hash(_ token: String) -> String {
        SHA256.hash(data: Array(token.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// Noon of 10 November 2026; 100.25 credits used of 1000.
    static func start(
        organization: String = "", rest: String = "", lifecycle: Bool = true,
        used: String? = "100.25", rules: String = "groups: []\n",
        reload: @escaping @Sendable () async -> String? = { nil }
    ) async throws -> TestWeb {
        let yaml = """
            organizations:
              - {id: acme, name: "A & B <c>", base_allocation: 1000, products: [{id: chat, name: Chat}, {id: old, enabled: false}]\(organization)}
            sources:
              - id: usage
                organization: acme
                request: {url: "https://usage.example/u"}
                map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}

            """
        let reading = ConfigurationReader(
            files: TestFiles(contents: ["agent.yml": yaml + rest, "./alerts.yml": rules])
        ).read("agent.yml", checksSecrets: false)
        guard let configuration = reading.configuration else {
            throw FileAccessError(reading.mistakes.map(\.description).joined(separator: "\n"))
        }
        let clock = VirtualClock(
            now: Timestamp(rfc3339: "2026-11-10T12:00:00Z") ?? Timestamp(seconds: 0))
        let store = MemoryStore()
        let core = makeCore(configuration, clock: clock, store: store, used: used)
        try await core.start()
        if used != nil { try await poll(core, configuration) }
        let faces = AgentWeb(
            core: core, build: build, enablesLifecycle: lifecycle, reload: reload)
        return TestWeb(
            core: core, faces: faces, web: faces.web(configuration), control: faces.control(),
            clock: clock, store: store)
    }

    static let build = BuildInformation(
        version: "1.2.3", revision: "<b>", swiftVersion: "6.3", curlVersion: "7.88.1",
        storeVersion: "memory")

    private static func makeCore(
        _ configuration: AgentConfiguration, clock: VirtualClock, store: MemoryStore, used: String?
    ) -> AgentCore {
        let answer = """
            {"u":[{"d":"2026-11-09","p":"chat","c":"0.25"},{"d":"2026-11-10","p":"chat","c":"\(used ?? "0")"},
            {"d":"2026-11-10","p":"images","c":"0"}]}
            """
        let ports = AgentPorts(
            transport: ScriptedTransport(responses: [
                TransportResponse(status: 200, body: Array(answer.utf8))
            ]),
            wallClock: clock, waiter: clock, random: SeededRandom(seed: 1), store: store)
        let snapshots = SnapshotBox()
        let meters = Meters()
        return AgentCore(
            configuration: configuration, ports: ports, snapshots: snapshots, meters: meters,
            metrics: MetricsBuilder(
                snapshots: snapshots, meters: meters, backlog: OutboxBacklogBox(), build: build,
                includesProcess: false),
            externalURL: "http://agent.example",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func poll(
        _ core: AgentCore, _ configuration: AgentConfiguration
    ) async throws {
        for source in configuration.sources {
            try await PollLoop(
                definition: source, authentication: .none, core: core, directory: ""
            ).pollOnce()
        }
    }
}

extension WebRequest {
    /// A request of a target such as `/api/v1/gate?organization=acme`.
    static func to(
        _ method: String, _ target: String, token: String? = nil,
        headers: [(name: String, value: String)] = [], body: String = "", user: String? = nil
    ) -> WebRequest {
        let parts = target.split(separator: "?", maxSplits: 1)
        let authorization = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        return WebRequest(
            method: method,
            path: RequestTarget.segments(of: String(parts.first ?? "")) ?? ["malformed"],
            parameters: RequestTarget.parameters(of: parts.count > 1 ? String(parts[1]) : ""),
            headers: authorization + headers, body: Array(body.utf8), peerUser: user)
    }
}

extension WebResponse {
    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The message of `{"status":"error",…}`, after its type.
    var failure: String? {
        guard let json = try? JSONReader.read(body), json["status"]?.stringValue == "error" else {
            return nil
        }
        return "\(json["errorType"]?.stringValue ?? "?"): \(json["error"]?.stringValue ?? "?")"
    }
}
