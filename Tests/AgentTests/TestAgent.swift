// An agent on simulated seams for one test: a store in memory, a clock that the test moves, HTTP
// that the test answers.

import AgentConfiguration
import Credits
import Exposition
import Ledger
import Logging
import Ports
import PositionedYAML
import SimulatedPorts
import UsageSources

@testable import Agent

/// Files and environment in dictionaries.
struct TestFiles: FileAccess {
    var contents: [String: String]
    var variables: [String: String] = [:]

    func bytes(of path: String) throws -> [UInt8] {
        guard let text = contents[path] else { throw FileAccessError("no such file") }
        return Array(text.utf8)
    }

    func paths(matching pattern: String) -> [String] { [] }
    func environment(_ name: String) -> String? { variables[name] }
}

/// Configurations of tests.
enum TestConfiguration {
    /// One organization of base 1000 and one source; `organization` adds keys to the first.
    static func yaml(organization: String = "", rest: String = "") -> String {
        """
        organizations:
          - {id: acme, name: Acme Inc., base_allocation: 1000\(organization)}
        sources:
          - id: usage
            organization: acme
            request: {url: "https://usage.example/u?to={window.end:date}"}
            map: {rows: "$.u[*]", day: "$.d", product: "$.p", credits: "$.c"}

        """ + rest
    }

    /// Receivers for alerts and events at `https://hooks.example`.
    static let notifications = """
        notifications:
          route: {receiver: oncall, group_by: [alertname, organization], repeat_interval: 1d}
          receivers:
            - name: oncall
              webhook_configs: [{url: "https://hooks.example/alerts"}]
              event_webhook_configs: [{url: "https://hooks.example/events"}]

        """

    static func read(_ yaml: String, rules: String? = nil) throws -> AgentConfiguration {
        var files = TestFiles(contents: ["agent.yml": yaml])
        if let rules { files.contents["./alerts.yml"] = rules }
        let reading = ConfigurationReader(files: files).read("agent.yml", checksSecrets: false)
        guard let configuration = reading.configuration else {
            throw FileAccessError(reading.mistakes.map(\.description).joined(separator: "\n"))
        }
        return configuration
    }
}

/// Requests to the outside world, answered by path prefix.
typealias Answers = ScriptedTransport.Handler

/// An agent and its surroundings.
struct TestAgent {
    let core: AgentCore
    let store: MemoryStore
    let clock: VirtualClock
    let transport: ScriptedTransport
    let delivery: NotificationDelivery
    let backlog: OutboxBacklogBox
    let resolved: ResolvedConfiguration

    /// Noon of 10 November 2026, a Tuesday: 21 days before the reset.
    static let noon = "2026-11-10T12:00:00Z"

    static func instant(_ text: String) -> Timestamp {
        Timestamp(rfc3339: text) ?? Timestamp(milliseconds: 0)
    }

    static func day(_ text: String) -> CalendarDay {
        CalendarDay(iso: text) ?? CalendarDay(daysSinceEpoch: 0)
    }

    static func credits(_ text: String) -> CreditAmount {
        (try? CreditAmount(decimal: text)) ?? .zero
    }

    /// Starts an agent on a configuration.
    static func start(
        _ configuration: AgentConfiguration, store: MemoryStore = MemoryStore(),
        clock: VirtualClock = VirtualClock(now: instant(noon)),
        transport: ScriptedTransport = ScriptedTransport(responses: [
            TransportResponse(status: 204)
        ]), wall: (any WallClock)? = nil
    ) async throws -> TestAgent {
        let agent = try TestAgent(
            configuration, store: store, clock: clock, transport: transport, wall: wall)
        try await agent.core.start()
        return agent
    }

    /// An agent that has not been started.
    init(
        _ configuration: AgentConfiguration, store: MemoryStore, clock: VirtualClock,
        transport: ScriptedTransport, wrapped: (any Store)? = nil,
        wall: (any WallClock)? = nil
    ) throws {
        let ports = AgentPorts(
            transport: transport, wallClock: wall ?? clock, waiter: clock,
            random: SeededRandom(seed: 7),
            store: wrapped ?? store)
        let snapshots = SnapshotBox()
        let meters = Meters()
        backlog = OutboxBacklogBox()
        let build = BuildInformation(
            version: "1.2.3", revision: "abc", swiftVersion: "6.3", curlVersion: "7.88.1",
            storeVersion: "memory")
        let metrics = MetricsBuilder(
            snapshots: snapshots, meters: meters, backlog: backlog, build: build,
            includesProcess: false)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        core = AgentCore(
            configuration: configuration, ports: ports, snapshots: snapshots, meters: meters,
            metrics: metrics, externalURL: "http://agent.example", logger: logger)
        resolved = try ResolvedConfiguration(
            configuration, files: TestFiles(contents: [:]))
        delivery = NotificationDelivery(
            ports: ports, meters: meters, backlog: backlog, bell: core.outboxBell,
            directory: resolved.endpoints, logger: logger)
        self.store = store
        self.clock = clock
        self.transport = transport
    }

    // MARK: Polls

    /// A row of a poll.
    struct Row {
        let product: String
        let day: String
        let credits: String

        init(_ product: String, _ day: String, _ credits: String) {
            self.product = product
            self.day = day
            self.credits = credits
        }
    }

    /// Commits a complete poll of the days from the 1st of the month to today.
    func poll(
        _ rows: [Row], source: String = "usage", organization: String = "acme",
        replaces: [String] = [], first: String? = nil, last: String? = nil,
        seconds: Double = 0.25
    ) async throws {
        let readings = try rows.map { row in
            try Reading(
                key: ReadingKey(
                    source: source, organization: organization, product: row.product,
                    unit: "credits", day: Self.day(row.day)),
                quantity: ExactDecimal(row.credits))
        }
        let today = ZonedCalendar.utc.day(at: clock.now())
        let window = DayWindow(
            first: first.map(Self.day) ?? today.month.firstDay, last: last.map(Self.day) ?? today)
        let poll = CompletedPoll(
            id: core.ports.random.hexadecimal(bytes: 8),
            request: PostingRequest(
                readings: readings, window: window, source: source, replaced: replaces),
            startedAt: clock.now(), pageCount: 1, rowCount: rows.count)
        await core.commit(poll, durationSeconds: seconds)
    }

    /// Commits a poll that says the product has used so much today.
    func use(_ credits: String, product: String = "chat", source: String = "usage") async throws {
        let today = ZonedCalendar.utc.day(at: clock.now()).description
        try await poll([Row(product, today, credits)], source: source)
    }

    // MARK: What is seen

    var snapshot: AgentSnapshot { core.snapshots.value }

    var acme: OrganizationSnapshot? { snapshot.organization("acme") }

    var used: String? { acme?.standing(at: clock.now()).used.description }

    func source(_ id: String = "usage") -> SourceState? {
        snapshot.sources.first { $0.state.id == id }?.state
    }

    func gate(_ product: String? = nil, organization: String = "acme") -> GateDecision {
        LimitGate.decide(
            organization: organization, product: product, snapshot: snapshot, now: clock.now())
    }

    func entries(of organization: String = "acme") async throws -> [Entry] {
        try await store.read { try $0.entries(of: organization, after: 0, limit: 10_000) }
    }

    func outbox(_ state: OutboxRow.State? = nil) async throws -> [OutboxRow] {
        try await store.read { try $0.outbox(state: state, limit: 10_000, withBodies: true) }
    }

    func transitions() async throws -> [LimitTransition] {
        try await store.read { try $0.transitions(of: "acme") }
    }

    func audits() async throws -> [AuditRecord] {
        try await store.read { try $0.audits(of: "acme", limit: 100) }
    }

    func terms() async throws -> [TermsRecord] {
        try await store.read { try $0.terms(of: "acme") }
    }

    func setLimit(
        _ policy: LimitPolicy, until: String? = nil, organization: String = "acme"
    ) async throws(LimitChangeError) {
        try await core.setLimit(
            LimitChange(
                organization: organization, policy: policy, until: until.map(Self.instant),
                actor: "user:ada", reason: "launch"))
    }

    /// The exposition in one format.
    func exposition(_ format: ExpositionFormat) -> String {
        String(
            decoding: ExpositionWriter.write(
                core.metrics.families(at: core.ports.wallClock.now()), format: format),
            as: UTF8.self)
    }

    /// The samples of one family in text 0.0.4, a line each.
    func samples(_ name: String) -> [String] {
        exposition(.text004).split(separator: "\n").map(String.init).filter {
            $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ")
        }
    }

    /// Moves the clock.
    func advance(_ text: String) {
        let duration = PrometheusDuration.parse(text)?.milliseconds ?? 0
        clock.advance(milliseconds: duration)
    }
}

/// The type of an event, or `alert STATUS NAME`.
func announcement(_ row: OutboxRow) -> String {
    WebhookText.announcement(row.body)
}
