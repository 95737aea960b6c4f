// The guard in front of every page: order, headers, passwords, budget, changed files.

import Agent
import AgentConfiguration
import Credits
import Exposition
import Logging
import Ports
import PositionedYAML
import SimulatedPorts
import Synchronization
import Testing

@testable import WebServer

/// Files in a dictionary that changes.
final class ChangingFiles: FileAccess, Sendable {
    private let contents: Mutex<[String: String]>

    init(_ contents: [String: String]) {
        self.contents = Mutex(contents)
    }

    func write(_ text: String?, to path: String) {
        contents.withLock { $0[path] = text }
    }

    func bytes(of path: String) throws -> [UInt8] {
        guard let text = contents.withLock({ $0[path] }) else {
            throw FileAccessError("no such file")
        }
        return Array(text.utf8)
    }

    func paths(matching pattern: String) -> [String] { [] }
    func environment(_ name: String) -> String? { nil }

    func fingerprint(of path: String) -> FileFingerprint {
        FileFingerprint(contents.withLock { $0[path] }.map { $0.utf8.map(Int.init) } ?? [])
    }
}

@Suite("The guard", .timeLimit(.minutes(1)))
struct GuardTests {
    private static let users = """
        basic_auth_users: {scraper: \(PasswordTests.vectors[0].1)}

        """
    private static let good = "Basic c2NyYXBlcjpzY3JhcGUtc2VjcmV0"
    private static let bad = "Basic c2NyYXBlcjpndWVzcw=="

    private struct Parts {
        let guardian: WebGuard
        let files: ChangingFiles
        let clock: VirtualClock
        let meters: Meters
    }

    private func make(_ text: String) throws -> Parts {
        let files = ChangingFiles(["web.yml": text])
        let clock = VirtualClock(now: try #require(.init(rfc3339: "2026-11-10T12:00:00Z")))
        let meters = Meters()
        let guardian = try WebGuard(
            path: "web.yml", files: files, wallClock: clock, waiter: clock, meters: meters,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        return Parts(guardian: guardian, files: files, clock: clock, meters: meters)
    }

    @Test("without users nobody is asked")
    func open() async throws {
        let parts = try make("")
        #expect(await parts.guardian.refusal(authorization: nil) == nil)
        #expect(!parts.guardian.speaksTLS)
    }

    @Test(
        "with users every request needs one of them",
        arguments: [
            (nil, 401, LoginRefusal.missing), ("Bearer admin-token", 401, .malformed),
            (bad, 401, .wrong), (good, nil, nil),
        ] as [(String?, Int?, LoginRefusal?)])
    func login(_ header: String?, _ status: Int?, _ reason: LoginRefusal?) async throws {
        let parts = try make(Self.users)
        let refusal = await parts.guardian.refusal(authorization: header)
        #expect(refusal?.status == status)
        guard let reason else { return }
        #expect(refusal?.header("WWW-Authenticate") == "Basic")
        #expect(refusal?.text == "Unauthorized\n")
        #expect(parts.meters.webGuard.current.refusedLogins == [reason: 1])
    }

    @Test("a changed file is in force with the next request; a bad one changes nothing")
    func changes() async throws {
        let parts = try make(Self.users)
        #expect(await parts.guardian.refusal(authorization: Self.good) == nil)
        parts.files.write("basic_auth_users: {scraper: plain}\n", to: "web.yml")
        #expect(await parts.guardian.refusal(authorization: Self.good) == nil)
        #expect(await parts.guardian.refusal(authorization: Self.bad)?.status == 401)
        #expect(!parts.meters.webGuard.current.lastReloadSucceeded)
        parts.files.write(
            "basic_auth_users: {other: \(PasswordTests.vectors[0].1)}\n"
                + "http_server_config: {headers: {X-Frame-Options: deny}}\n", to: "web.yml")
        #expect(await parts.guardian.refusal(authorization: Self.good)?.status == 401)
        #expect(parts.meters.webGuard.current.lastReloadSucceeded)
        #expect(parts.guardian.headers.map(\.value) == ["deny"])
        parts.files.write(nil, to: "web.yml")
        #expect(await parts.guardian.refusal(authorization: nil)?.status == 401)
        #expect(parts.guardian.reload().map(\.description).first?.contains("no such file") == true)
    }

    @Test(
        "a file that lost its contents opens nothing; one that says so does",
        arguments: ["", "\n", " \n \n", "# users to come\n"])
    func emptied(_ text: String) async throws {
        let parts = try make(Self.users)
        parts.files.write(text, to: "web.yml")
        #expect(await parts.guardian.refusal(authorization: nil)?.status == 401)
        #expect(await parts.guardian.refusal(authorization: Self.good) == nil)
        #expect(!parts.meters.webGuard.current.lastReloadSucceeded)
        let mistakes = parts.guardian.reload().map(\.description)
        #expect(mistakes.first?.hasPrefix("web.yml:1:1: the file is empty") == true, "\(mistakes)")
        #expect(mistakes.first?.contains("`{}`") == true)
        parts.files.write("{}\n", to: "web.yml")
        #expect(await parts.guardian.refusal(authorization: nil) == nil)
        #expect(parts.meters.webGuard.current.lastReloadSucceeded)
        // Nothing is taken away now.
        parts.files.write(text, to: "web.yml")
        #expect(parts.guardian.reload().isEmpty)
    }

    @Test("TLS cannot be turned on while running")
    func noTLSLater() async throws {
        let parts = try make("")
        parts.files.write("tls_server_config: {cert: C, key: K}\n", to: "web.yml")
        let mistakes = parts.guardian.reload()
        #expect(mistakes.count == 1)
        #expect(
            mistakes.first?.description
                == "web.yml:1:27: tls_server_config.cert: holds no certificate in PEM")
    }

    @Test("a request over the budget is refused before its password is looked at")
    func budget() async throws {
        let parts = try make(Self.users + "rate_limit: {interval: 1s, burst: 2}\n")
        for _ in 0..<2 { #expect(await parts.guardian.refusal(authorization: Self.good) == nil) }
        let refusal = await parts.guardian.refusal(authorization: Self.bad)
        #expect(refusal?.status == 429)
        #expect(refusal?.header("Retry-After") == "1")
        #expect(parts.meters.webGuard.current.throttledRequests == 1)
        #expect(parts.meters.webGuard.current.refusedLogins.isEmpty)
    }

    @Test("what is counted shows with a guard only, and reads back")
    func families() async throws {
        let parts = try make(Self.users)
        _ = await parts.guardian.refusal(authorization: Self.bad)
        let builder = MetricsBuilder(
            snapshots: SnapshotBox(), meters: parts.meters, backlog: OutboxBacklogBox(),
            build: TestWeb.build, includesProcess: false)
        let families = builder.families(at: parts.clock.now())
        let own = families.filter { $0.name.hasPrefix("ai_credits_web_") }
        // All but the end of a certificate, which there is none of.
        #expect(own.count == 9)
        #expect(own.allSatisfy { KnownFamilies.families.contains($0.name) })
        #expect(
            ExpositionLint.findings(families).filter { $0.contains("ai_credits_web_") }.isEmpty)
        let without = MetricsBuilder(
            snapshots: SnapshotBox(), meters: Meters(), backlog: OutboxBacklogBox(),
            build: TestWeb.build, includesProcess: false)
        #expect(
            !without.families(at: parts.clock.now()).contains {
                $0.name.hasPrefix("ai_credits_web_")
            })
    }

    @Test("beside a name and a password a token comes in a header of its own")
    func tokenHeader() async throws {
        let web = try await TestWeb.start(rest: TestWeb.tokens + "anonymous_access: []\n")
        let headers = [
            (name: "Authorization", value: Self.good),
            (name: "X-AI-Credits-Token", value: "viewer-token"),
        ]
        #expect(await web.web.respond(to: .to("GET", "/metrics", headers: headers)).status == 200)
        let wrong = [(name: "X-AI-Credits-Token", value: "guess")]
        #expect(await web.web.respond(to: .to("GET", "/metrics", headers: wrong)).status == 401)
    }
}
