// Small machinery: signatures, the bell, the poll loop.

import AgentConfiguration
import Alerting
import Credits
import Ledger
import Ports
import PositionedYAML
import SimulatedPorts
import Synchronization
import Testing

@testable import Agent

@Suite("Requests to receivers")
struct WebhookRequestTests {
    private func endpoint(
        _ keys: String, kind: String = "webhook_configs"
    ) throws -> NotificationEndpoint {
        var files = TestFiles(contents: [:])
        files.variables = [
            "FIRST": "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "SECOND": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "SHORT": "whsec_AAEC", "TOKEN": "s3cr3t", "URL": "https://hooks.example/secret",
            "BAD_URL": "mailto:x",
        ]
        let configuration = try TestConfiguration.read(
            TestConfiguration.yaml(
                rest: """
                    notifications:
                      route: {receiver: oncall}
                      receivers:
                        - name: oncall
                          \(kind):
                            - {\(keys)}
                    """))
        let resolved = try ResolvedConfiguration(configuration, files: files)
        return try #require(resolved.endpoints.endpoints(of: "oncall").first)
    }

    private func request(_ keys: String) throws -> TransportRequest {
        WebhookRequest.make(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", body: Array(#"{"test": 2432232314}"#.utf8),
            contentType: "application/json", to: try endpoint(keys),
            now: Timestamp(milliseconds: 1_614_265_330_999))
    }

    private func header(_ name: String, _ request: TransportRequest) -> String? {
        request.headers.first { $0.name == name }?.value
    }

    private static let url = "url: \"https://hooks.example/a\""
    private static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

    @Test("the public vector of Standard Webhooks")
    func signature() throws {
        let request = try request("\(Self.url), signing_secret: {env: FIRST}")
        #expect(header("webhook-id", request) == "msg_p5jXN8AQM9LWM0D4loKWxJek")
        #expect(header("webhook-timestamp", request) == "1614265330")
        #expect(header("webhook-signature", request) == Self.signature)
        #expect(header("Content-Type", request) == "application/json")
        #expect(request.method == "POST")
        #expect(request.url == "https://hooks.example/a")
        #expect(request.body == Array(#"{"test": 2432232314}"#.utf8))
    }

    @Test("without a secret there is no signature, but id and time")
    func unsigned() throws {
        let request = try request(Self.url)
        #expect(header("webhook-signature", request) == nil)
        #expect(header("webhook-id", request) != nil)
        #expect(header("webhook-timestamp", request) == "1614265330")
        #expect(request.headers.count == 3)
    }

    @Test("headers of the operator go out with every request, and their secrets are not repeated")
    func headers() throws {
        let keys = """
            \(Self.url), http_config: {proxy_url: "http://proxy.example", no_proxy: a.example,
            http_headers: {X-Scope: {values: [a, b]}, X-Key: {secrets: [{env: TOKEN}]}}}
            """
        let request = try request(keys)
        #expect(
            request.headers.suffix(3) == [
                HTTPHeader("X-Scope", "a"), HTTPHeader("X-Scope", "b"),
                HTTPHeader("X-Key", "s3cr3t"),
            ])
        #expect(request.connection.proxyURL == "http://proxy.example")
        #expect(request.connection.proxyExceptions.first == "a.example")
        let echo = TransportResponse(
            status: 400, headers: [HTTPHeader("Content-Type", "application/json")],
            body: Array(#"{"error":"a s3cr3t"}"#.utf8))
        let incident = try endpoint(
            "\(keys)", kind: "incidentio_configs")
        #expect(incident.verdict(on: echo).detail == "a <secret>")
    }

    @Test("PagerDuty's key is in the request, not in the bytes that are kept")
    func routingKey() throws {
        let endpoint = try endpoint("routing_key: {env: TOKEN}", kind: "pagerduty_configs")
        let request = WebhookRequest.make(
            id: "msg_1", body: Array(#"{"event_action":"resolve"}"#.utf8),
            contentType: "application/json", to: endpoint, now: Timestamp(milliseconds: 0))
        #expect(
            request.body == Array(#"{"routing_key":"s3cr3t","event_action":"resolve"}"#.utf8))
        let echo = TransportResponse(status: 400, body: Array(#"{"message":"s3cr3t?"}"#.utf8))
        #expect(endpoint.verdict(on: echo).detail == "<secret>?")
        let limited = TransportResponse(status: 429, retryAfterSeconds: 7)
        #expect(endpoint.verdict(on: limited).retryAfterSeconds == 7)
    }

    @Test("a mail has its envelope, its login and the id of the notification")
    func mail() throws {
        let endpoint = try endpoint(
            """
            to: "a@example.com, b@example.com", from: "Agent <agent@example.org>",
            smarthost: "smtp.example.org:465", auth_username: u, auth_password: {env: TOKEN}
            """, kind: "email_configs")
        let request = WebhookRequest.make(
            id: "msg_1", body: Array("From: x".utf8), contentType: "message/rfc822",
            to: endpoint, now: Timestamp(milliseconds: 0))
        #expect(request.url == "smtps://smtp.example.org:465")
        #expect(request.headers.isEmpty)
        #expect(request.body == Array("Message-Id: <msg_1@example.org>\r\nFrom: x".utf8))
        #expect(request.timeoutMilliseconds == 30_000)
        #expect(
            request.mail
                == MailEnvelope(
                    sender: "agent@example.org", recipients: ["a@example.com", "b@example.com"],
                    hello: "localhost", requiresTLS: true,
                    login: MailLogin(
                        user: "u", password: "s3cr3t", identity: "", usesChallenge: false)))
    }

    @Test("a secret that is no key, or a URL that is none, is said at its place")
    func badSecrets() {
        for (keys, words) in [
            ("\(Self.url), signing_secret: {env: SHORT}", "holds 3 bytes"),
            ("url: {env: BAD_URL}", "cannot be used"),
            ("\(Self.url), signing_secret: {env: MISSING}", "MISSING is not set"),
        ] {
            do {
                _ = try request(keys)
                Issue.record("\(keys) was accepted")
            } catch let mistakes as Mistakes {
                #expect(mistakes.list.count == 1)
                let text = mistakes.list.first?.description ?? ""
                #expect(text.hasPrefix("agent.yml:"), "\(text)")
                #expect(text.contains("receiver `oncall`"), "\(text)")
                #expect(text.contains(words), "\(text)")
            } catch {
                Issue.record("\(error)")
            }
        }
    }
}

@Suite("The bell")
struct BellTests {
    @Test("a ring while nobody waits is remembered, once", .timeLimit(.minutes(1)))
    func remembered() async {
        let bell = Bell()
        let clock = VirtualClock()
        bell.ring()
        bell.ring()
        await bell.wait(atMostMilliseconds: 1000, on: clock)
        #expect(clock.elapsedMilliseconds() == 0)
        // The second wait finds no ring: only the time ends it.
        async let waiting: Void = bell.wait(atMostMilliseconds: 1000, on: clock)
        await clock.sleepers(1)
        clock.advance(milliseconds: 1000)
        await waiting
        #expect(clock.elapsedMilliseconds() == 1000)
    }

    @Test("a ring ends the wait before its time", .timeLimit(.minutes(1)))
    func ring() async {
        let bell = Bell()
        let clock = VirtualClock()
        async let waiting: Void = bell.wait(atMostMilliseconds: 1000, on: clock)
        await clock.sleepers(1)
        bell.ring()
        await waiting
        #expect(clock.elapsedMilliseconds() == 0)
        #expect(clock.sleeperCount == 0)
    }

    @Test("cancellation ends the wait", .timeLimit(.minutes(1)))
    func cancellation() async {
        let bell = Bell()
        let hasEnded = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await bell.waitForRing()
                return Task.isCancelled
            }
            group.cancelAll()
            return await group.next() ?? false
        }
        #expect(hasEnded)
    }
}

@Suite("The poll loop")
struct PollLoopTests {
    private static let body = #"{"u":[{"d":"2026-11-10","p":"chat","c":"5"}]}"#

    private func start(
        every: String = "60s", _ answers: @escaping Answers
    ) async throws -> (TestAgent, PollLoop) {
        let configuration = try TestConfiguration.read(
            TestConfiguration.yaml().replacing(
                "    request:", with: "    every: \(every)\n    request:"))
        let agent = try await TestAgent.start(
            configuration, transport: ScriptedTransport(answers))
        let definition = try #require(configuration.sources.first)
        let loop = PollLoop(
            definition: definition, authentication: agent.resolved.authentication(of: "usage"),
            core: agent.core, directory: "")
        return (agent, loop)
    }

    @Test("a poll is sent, read and posted")
    func poll() async throws {
        let (agent, loop) = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 200, body: Array(Self.body.utf8))
        }
        #expect(try await loop.pollOnce() == nil)
        #expect(agent.transport.requests.map(\.url) == ["https://usage.example/u?to=2026-11-10"])
        #expect(agent.used == "5")
        #expect(agent.source()?.isUp == true)
        let keys = try await agent.store.read {
            try $0.postedKeys(of: "acme", sources: nil, in: nil)
        }
        #expect(keys.map(\.key) == ["usage/acme/chat/credits/2026-11-10/P1D"])
    }

    @Test(
        "a source that asks to be left alone is left alone, at most an hour",
        arguments: [(1200, 1_200_000), (86_400, 3_600_000)] as [(Int, Int64)])
    func pause(_ seconds: Int, _ pause: Int64) async throws {
        let (agent, loop) = try await start { _, _ throws(TransportError) in
            TransportResponse(status: 429, retryAfterSeconds: seconds)
        }
        #expect(try await loop.pollOnce() == pause)
        #expect(agent.source()?.failures == [.throttled: 1])
        #expect(try await agent.entries().isEmpty)
    }

    @Test(
        "polls at once, then at its pace; the first repetition is spread", .timeLimit(.minutes(1)))
    func pace() async throws {
        let times = Mutex<[Int64]>([])
        let clock = VirtualClock(now: TestAgent.instant(TestAgent.noon))
        let configuration = try TestConfiguration.read(TestConfiguration.yaml())
        let agent = try await TestAgent.start(
            configuration, clock: clock,
            transport: ScriptedTransport { _, _ throws(TransportError) in
                times.withLock { $0.append(clock.elapsedMilliseconds()) }
                return TransportResponse(status: 200, body: Array(Self.body.utf8))
            })
        let loop = PollLoop(
            definition: try #require(configuration.sources.first),
            authentication: agent.resolved.authentication(of: "usage"), core: agent.core,
            directory: "")
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            await clock.advance(milliseconds: 300_000, keepingSleepers: 1)
            group.cancelAll()
        }
        let starts = times.withLock { $0 }
        #expect(starts.first == 0)
        let second = try #require(starts.dropFirst().first)
        #expect((30_000...60_000).contains(second))
        #expect(second % 250 == 0, "together with others")
        for (one, next) in zip(starts.dropFirst(), starts.dropFirst(2)) {
            #expect(next - one == 60_000)
        }
        #expect(starts.count >= 5)
    }

    @Test("Retry-After puts the next poll off", .timeLimit(.minutes(1)))
    func retryAfter() async throws {
        let times = Mutex<[Int64]>([])
        let clock = VirtualClock(now: TestAgent.instant(TestAgent.noon))
        let configuration = try TestConfiguration.read(TestConfiguration.yaml())
        let agent = try await TestAgent.start(
            configuration, clock: clock,
            transport: ScriptedTransport { _, number throws(TransportError) in
                times.withLock { $0.append(clock.elapsedMilliseconds()) }
                if number == 0 {
                    return TransportResponse(status: 503, retryAfterSeconds: 600)
                }
                return TransportResponse(status: 200, body: Array(Self.body.utf8))
            })
        let loop = PollLoop(
            definition: try #require(configuration.sources.first),
            authentication: agent.resolved.authentication(of: "usage"), core: agent.core,
            directory: "")
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            await clock.advance(milliseconds: 700_000, keepingSleepers: 1)
            group.cancelAll()
        }
        #expect(Array(times.withLock { $0 }.prefix(3)) == [0, 600_000, 660_000])
    }

    @Test("a cancelled poll posts nothing and counts nothing", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let isAsked = Bell()
        let (agent, loop) = try await start { _, _ throws(TransportError) in
            isAsked.ring()
            await Bell().waitForRing()
            throw TransportError(.cancelled, "stopped")
        }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await loop.run() }
            await isAsked.waitForRing()
            group.cancelAll()
        }
        #expect(agent.source()?.pollCount == 0)
        #expect(agent.source()?.isUp == nil)
        #expect(try await agent.entries().isEmpty)
    }

    @Test(
        "what a failed poll is counted as",
        arguments: [
            (200, "<html>", PollFailureReason.notJSON), (200, #"{"v":1}"#, .rowsMissing),
            (200, #"{"u":[{"d":"2026-11-10","p":"chat","c":"x"}]}"#, .badValue),
            (200, #"{"u":[{"d":"2026-01-10","p":"chat","c":1}]}"#, .outsideWindow),
            (401, "", .unauthorized), (403, "", .unauthorized), (404, "", .httpStatus),
        ])
    func failures(_ status: Int, _ body: String, _ reason: PollFailureReason) async throws {
        let (agent, loop) = try await start { _, _ throws(TransportError) in
            TransportResponse(status: status, body: Array(body.utf8))
        }
        try await loop.pollOnce()
        #expect(agent.source()?.failures == [reason: 1])
        #expect(agent.source()?.isUp == false)
        #expect(try await agent.entries().isEmpty)
    }
}
