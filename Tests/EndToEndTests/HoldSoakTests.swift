// Many clients reserve from one hot organization while the agent is killed again and again: never
// over the limit, nothing acknowledged lost, nobody blocked for nothing once the time is over.

import ExactJSON
import Foundation
import Glibc
import PostgresCluster
import Synchronization
import Testing

@Suite("Holds through kills", .serialized, .timeLimit(.minutes(30)))
struct HoldSoakTests {
    /// `make soak` asks for the long form.
    private static let isLong = ProcessInfo.processInfo.environment["AI_CREDITS_SOAK"] != nil
    private static let clients = 64
    private static let wishes = isLong ? 200_000 : 6400
    private static let kills = isLong ? 20 : 3
    private static let limit = wishes / 2
    private static let token = "end-to-end-gate-token"

    /// What the clients were told.
    private final class Tally: Sendable {
        struct Counts: Sendable {
            var granted: Set<String> = []
            var refused = 0
            var answered = 0
            var interrupted = 0
            var odd: [String] = []
        }

        private let counts = Mutex(Counts())

        var current: Counts { counts.withLock { $0 } }

        func add(_ body: (inout Counts) -> Void) { counts.withLock { body(&$0) } }
    }

    /// A kind of ledger.
    enum Kind: String, CaseIterable, Sendable {
        case sqlite, postgres
    }

    /// Those that can be had here; `PostgresLedgerTests` says so when PostgreSQL cannot.
    static let kinds: [Kind] = [.sqlite] + (PostgresCluster.isInstalled ? [.postgres] : [])

    private static func configuration(ledger: String = "ledger.db") -> String {
        AgentFile.text(
            organizations: AgentFile.organization("acme", base: "\(limit)"), ledger: ledger,
            more: """
                api_tokens:
                  - {name: gateway, role: gate, sha256: \(AgentFile.sha256(of: token))}

                """, hasRules: false)
    }

    /// One client: a wish at a time, repeated under its key until it is answered.
    private static func run(_ client: Int, of port: UInt16, ttl: String, _ tally: Tally) {
        let connection = KeptConnection(port: port)
        for number in stride(from: client, to: wishes, by: clients) {
            let body =
                "{\"organization\":\"acme\",\"product\":\"chat\",\"credits\":1,"
                + "\"ttl\":\"\(ttl)\",\"idempotency_key\":\"\(number)\"}"
            var attempts = 0
            while attempts < 600 {
                attempts += 1
                do {
                    let answer = try connection.post("/api/v1/holds", token: token, body: body)
                    if answer.status == 503 {
                        usleep(50_000)
                        continue
                    }
                    note(answer, tally)
                    break
                } catch {
                    tally.add { $0.interrupted += 1 }
                    usleep(50_000)
                }
            }
        }
    }

    private static func note(_ answer: HTTPAnswer, _ tally: Tally) {
        let id = try? answer.json()["id"]?.stringValue
        tally.add { counts in
            counts.answered += 1
            switch answer.status {
            case 200, 201: counts.granted.insert(id ?? "?")
            case 403: counts.refused += 1
            default: counts.odd.append(answer.text)
            }
        }
    }

    @Test("64 clients and kills in between: exactly the limit is granted", arguments: kinds)
    func storm(_ kind: Kind) async throws {
        let folder = try TemporaryFolder()
        let cluster = kind == .postgres ? try await PostgresCluster.start() : nil
        try folder.write(
            Self.configuration(ledger: try await cluster?.newLedger() ?? "ledger.db"),
            to: "agent.yml")
        let port = try LoopbackSocket.freePort()
        let address = "127.0.0.1:\(port)"
        var agent = try await Agent.ready(try Agent.launch(in: folder, address: address))
        defer { agent.process.kill() }
        let tally = Tally()
        let start = ContinuousClock.now
        let threads = (0..<Self.clients).map { client in
            let thread = Thread { Self.run(client, of: port, ttl: "1h", tally) }
            thread.start()
            return thread
        }
        for kill in 1...Self.kills {
            let share = Self.wishes * kill / (Self.kills + 1)
            try await eventually("\(share) answers", within: 600) { detail in
                detail = "\(tally.current.answered)"
                return tally.current.answered >= share
            }
            agent.process.kill()
            agent = try await Agent.ready(
                try Agent.launch(in: folder, address: address, name: "agent-\(kill)"))
        }
        try await eventually("every client ends", within: 900) { detail in
            detail = "\(tally.current.answered) answers"
            return threads.allSatisfy(\.isFinished)
        }
        let counts = tally.current
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print(
            "\(kind.rawValue): \(counts.answered) answers of \(Self.clients) clients in \(Int(seconds)) s with "
                + "\(Self.kills) kills: \(counts.granted.count) granted, \(counts.refused) refused, "
                + "\(counts.interrupted) interrupted")
        #expect(counts.odd.isEmpty, "\(counts.odd.prefix(3))")
        #expect(counts.answered == Self.wishes)
        #expect(counts.granted.count == Self.limit, "overshoot or phantom block")
        let metrics = try await agent.metrics()
        #expect(metrics["ai_credits_held_credits{organization=\"acme\"}"] == "\(Self.limit)")
        #expect(try await agent.gate("acme").status == 403)
        #expect(try await agent.stop() == .exited(0))
        await cluster?.remove()
    }

    /// Seconds since 1970 of an instant.
    private static func seconds(_ text: String) -> Double? {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: text.contains("."))
        return (try? style.parse(text))?.timeIntervalSince1970
    }

    @Test("clients that vanish block nobody once their time is over")
    func vanishing() async throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.configuration(), to: "agent.yml")
        let port = try LoopbackSocket.freePort()
        let agent = try await Agent.ready(
            try Agent.launch(in: folder, address: "127.0.0.1:\(port)"))
        defer { agent.process.kill() }
        func all(_ key: String, ttl: String) throws -> HTTPAnswer {
            try KeptConnection(port: port).post(
                "/api/v1/holds", token: Self.token,
                body: "{\"organization\":\"acme\",\"product\":\"chat\",\"credits\":\(Self.limit),"
                    + "\"ttl\":\"\(ttl)\",\"idempotency_key\":\"\(key)\"}")
        }
        let vanished = try all("vanished", ttl: "1500ms")
        #expect(vanished.status == 201)
        #expect(try await agent.gate("acme").status == 403)
        #expect(try all("next", ttl: "1h").status == 403)
        try await eventually("the gate allows again", within: 10) { _ in
            try await agent.gate("acme").status == 200
        }
        let id = try #require(try vanished.json()["id"]?.stringValue)
        let hold = try await agent.get(
            "/api/v1/holds/\(id)", headers: [("Authorization", "Bearer \(Self.token)")]
        ).json()
        #expect(hold["state"]?.stringValue == "expired")
        let instants = ["expires_at", "ended_at"].compactMap { name in
            hold[name]?.stringValue.flatMap(Self.seconds)
        }
        #expect(
            instants.count == 2 && (0...1).contains((instants.last ?? 9) - (instants.first ?? 0)))
        #expect(try all("next", ttl: "1h").status == 201)
        #expect(try await agent.stop() == .exited(0))
    }
}
