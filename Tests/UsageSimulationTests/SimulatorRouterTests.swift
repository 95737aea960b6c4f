// The routes, asked without a connection.

import HTTPTypes
import Hummingbird
import Logging
import Synchronization
import Testing
import UsageSimulation

/// Collects the bytes of a body.
private final class CollectingWriter: ResponseBodyWriter {
    let text = Mutex("")

    func write(_ buffer: ByteBuffer) async throws {
        text.withLock { $0 += String(buffer: buffer) }
    }

    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

/// A simulator at noon of 23 November 2026, UTC.
private struct SimulatorClient {
    let responder: any HTTPResponder<SimulatorContext>

    init(_ change: (inout SimulationConfiguration) -> Void = { _ in }) throws {
        var configuration = SimulationConfiguration(
            calendar: try #require(SimulatedCalendar(identifier: "UTC")))
        configuration.story = .none
        change(&configuration)
        let simulation = Simulation(configuration, clock: { 1_795_435_200 })
        responder = SimulatorRouter.build(simulation).buildResponder()
    }

    func ask(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: String = ""
    ) async throws -> (status: Int, headers: HTTPFields, body: String) {
        let request = Request(
            head: HTTPRequest(
                method: method, scheme: "http", authority: "127.0.0.1:8080", path: path,
                headerFields: headers),
            body: RequestBody(buffer: ByteBuffer(string: body)))
        let response = try await responder.respond(
            to: request, context: SimulatorContext(logger: Logger(label: "test")))
        let writer = CollectingWriter()
        try await response.body.write(writer)
        return (response.status.code, response.headers, writer.text.withLock { $0 })
    }
}

@Suite("The simulator's routes")
struct SimulatorRouterTests {
    @Test(
        "faults answer as their names say",
        arguments: [
            ("http500", 500), ("http503", 503), ("throttle", 429), ("unauthorized", 401),
            ("forbidden", 403), ("garbage", 200), ("html", 200), ("empty", 200),
            ("redirect-loop", 302), ("no-such-fault", 404),
        ])
    func faults(name: String, status: Int) async throws {
        let client = try SimulatorClient()
        for interface in VendorInterface.allCases {
            let answer = try await client.ask(.get, "/faulty/\(name)\(interface.rawValue)")
            #expect(answer.status == status)
        }
    }

    @Test(
        "redirects lead where their names say",
        arguments: [
            ("redirect-cross", "http://localhost:8080/v1/usage?from=2026-11-23"),
            ("redirect-same", "/v1/usage?from=2026-11-23"),
            ("redirect-loop", "/faulty/redirect-loop/v1/usage?from=2026-11-23"),
        ])
    func redirects(name: String, location: String) async throws {
        let answer = try await SimulatorClient()
            .ask(.get, "/faulty/\(name)/v1/usage?from=2026-11-23")
        #expect(answer.headers[.location] == location)
    }

    @Test("a truncated answer is the first half of the right one")
    func truncated() async throws {
        let client = try SimulatorClient()
        let whole = try await client.ask(.get, "/v1/usage").body
        let half = try await client.ask(.get, "/faulty/truncated/v1/usage").body
        #expect(whole.hasPrefix(half))
        #expect(half.utf8.count == (whole.utf8.count - 1) / 2)
    }

    @Test("each API wants the secret in its own way")
    func secrets() async throws {
        let client = try SimulatorClient { $0.secret = "s3" }
        let apiKey = try #require(HTTPField.Name("x-api-key"))
        let ways: [(HTTPFields, [VendorInterface])] = [
            ([:], []), ([.authorization: "Bearer s4"], []),
            ([.authorization: "Bearer s3"], [.usage, .buckets, .dailyTokens]),
            ([apiKey: "s3"], [.pages]),
            ([.authorization: "Basic bWU6czM="], [.dailyTokens]),
        ]
        for (headers, allowed) in ways {
            for interface in VendorInterface.allCases {
                let answer = try await client.ask(.get, interface.rawValue, headers: headers)
                #expect(answer.status == (allowed.contains(interface) ? 200 : 401))
            }
        }
    }

    @Test("the control API changes what the vendor says")
    func control() async throws {
        let client = try SimulatorClient()
        let stated = try await client.ask(
            .post, "/control/usage",
            body: #"{"product":"assistant","day":"2026-11-23","credits":12.3}"#)
        let added = try await client.ask(
            .post, "/control/add", body: #"{"product":"assistant","credits":"0.000001"}"#)
        #expect([stated.status, added.status] == [200, 200])
        let usage = try await client.ask(.get, "/v1/usage?from=2026-11-23")
        #expect(usage.body.contains(#""product":"assistant","credits":"12.300001"}"#))
    }

    @Test("only the products asked for are reported")
    func products() async throws {
        let client = try SimulatorClient()
        let body = try await client.ask(
            .get, "/v1/usage?from=2026-11-22&products=assistant,code-review"
        ).body
        #expect(body.contains(#""product":"assistant""#))
        #expect(body.contains(#""product":"code-review""#))
        #expect(!body.contains("image-studio"))
    }

    @Test("a scripted fault is met and then gone")
    func scripted() async throws {
        let client = try SimulatorClient()
        _ = try await client.ask(
            .post, "/control/fault", body: #"{"path":"/v1/usage","fault":"http500","times":1}"#)
        let statuses = [
            try await client.ask(.get, "/v1/usage").status,
            try await client.ask(.get, "/v1/usage").status,
        ]
        #expect(statuses == [500, 200])
    }

    @Test(
        "wrong control requests are refused in words",
        arguments: [
            ("/control/usage", #"{"product":"a","day":"soon","credits":1}"#),
            ("/control/usage", #"{"product":"","day":"2026-11-23","credits":1}"#),
            ("/control/add", #"{"product":"a","credits":"many"}"#),
            ("/control/fault", #"{"path":"/v1/usage","fault":"gremlins"}"#),
            ("/control/story", #"{"story":"epic"}"#), ("/control/story", "{"),
        ])
    func refused(path: String, body: String) async throws {
        let answer = try await SimulatorClient().ask(.post, path, body: body)
        #expect(answer.status == 400)
        #expect(answer.body.hasPrefix(#"{"error":{"message":"#))
    }

    @Test("a sink records, fails on demand and forgets")
    func sink() async throws {
        let client = try SimulatorClient()
        _ = try await client.ask(
            .post, "/sink/a/fail", body: #"{"status":500,"times":1,"retry_after":7}"#)
        let failed = try await client.ask(.post, "/sink/a", body: "{}")
        #expect(failed.status == 500)
        #expect(failed.headers[.retryAfter] == "7")
        #expect(try await client.ask(.post, "/sink/a", body: "{}").status == 200)
        let list = try await client.ask(.get, "/sink/a?after=1").body
        #expect(list.contains(#""sequence":2"#) && !list.contains(#""sequence":1,"#))
        #expect(try await client.ask(.delete, "/sink/a").status == 204)
        #expect(try await client.ask(.get, "/sink").body.contains(#""sinks":{}"#))
    }

    @Test(
        "only loopback addresses are listened on",
        arguments: zip(
            [
                "127.0.0.1:0", "[::1]:80", "localhost:1", "0.0.0.0:1", "example.com:1", "127.0.0.1",
                ":1",
            ],
            [true, true, true, false, false, false, false]))
    func loopback(text: String, isAccepted: Bool) {
        #expect(((try? ListenAddress(text)) != nil) == isAccepted)
    }
}
