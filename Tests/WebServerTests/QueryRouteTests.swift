// Prometheus' HTTP API on the agent's routes: GET and POST, gzip, limits.

import Agent
import ExactJSON
import Synchronization
import Testing

@testable import WebServer

@Suite("Query routes")
struct QueryRouteTests {
    /// An agent whose samples were taken once.
    private static func start() async throws -> TestWeb {
        let web = try await TestWeb.start()
        _ = try await web.core.tick()
        return web
    }

    private static func json(_ web: TestWeb, _ request: WebRequest) async throws -> JSONValue {
        try JSONReader.read(await web.web.respond(to: request).body)
    }

    @Test("a query reads the agent's own samples", arguments: ["GET", "POST"])
    func query(_ method: String) async throws {
        let web = try await Self.start()
        let response = await web.web.respond(
            to: .to(method, "/api/v1/query?query=ai_credits_used_credits"))
        #expect(response.status == 200)
        #expect(response.header("Content-Type") == "application/json")
        #expect(
            response.text
                == #"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"ai_credits_used_credits","instance":"localhost:10190","job":"ai-credits-agent","organization":"acme"},"value":[1794312000,"100.5"]}]}}"#
                + "\n")
    }

    @Test("a range of queries, series, labels and their values are answered")
    func others() async throws {
        let web = try await Self.start()
        let range = try await Self.json(
            web, .to("GET", "/api/v1/query_range?query=up&start=1794311990&end=1794312010&step=10"))
        #expect(range["data"]?["result"]?[0]?["values"]?.arrayValue?.count == 2)
        let series = try await Self.json(web, .to("POST", "/api/v1/series?match%5B%5D=up"))
        #expect(series["data"]?[0]?["__name__"]?.stringValue == "up")
        let labels = try await Self.json(web, .to("GET", "/api/v1/labels?match%5B%5D=up"))
        #expect(
            labels["data"]?.arrayValue?.compactMap(\.stringValue)
                == ["__name__", "instance", "job"])
        let values = try await Self.json(web, .to("GET", "/api/v1/label/product/values"))
        #expect(values["data"]?.arrayValue?.compactMap(\.stringValue) == ["chat", "images", "old"])
        let metadata = try await Self.json(
            web, .to("GET", "/api/v1/metadata?metric=ai_credits_used_total"))
        let used = metadata["data"]?["ai_credits_used_total"]?[0]
        #expect(used?["type"]?.stringValue == "counter")
        let rules = try await Self.json(web, .to("GET", "/api/v1/rules"))
        #expect(rules["data"]?["groups"]?.arrayValue?.isEmpty == true)
        let alerts = try await Self.json(web, .to("GET", "/api/v1/alerts"))
        #expect(alerts["data"]?["alerts"]?.arrayValue?.isEmpty == true)
        let build = try await Self.json(web, .to("GET", "/api/v1/status/buildinfo"))
        #expect(build["data"]?["version"]?.stringValue == "1.2.3")
    }

    @Test("a long answer is compressed when that is offered")
    func compression() async throws {
        let web = try await Self.start()
        let target = "/api/v1/query?query=%7B__name__%3D~%22.%2B%22%7D"
        let plain = await web.web.respond(to: .to("GET", target))
        #expect(plain.header("Content-Encoding") == nil)
        let packed = await web.web.respond(
            to: .to("GET", target, headers: [("Accept-Encoding", "gzip")]))
        #expect(packed.header("Content-Encoding") == "gzip")
        #expect(packed.body.count * 2 < plain.body.count)
        #expect(packed.header("Vary") == "Accept-Encoding")
    }

    @Test("a query whose time is over before its turn is refused")
    func timeout() async throws {
        let web = try await Self.start()
        let response = await web.web.respond(
            to: .to("GET", "/api/v1/query?query=up&timeout=0"))
        #expect(response.status == 503)
        #expect(response.text.contains(#""errorType":"timeout""#))
    }

    @Test("at most so many queries run at once, the next wait, and more are refused")
    func turns() async throws {
        let desk = QueryDesk(maximumRunning: 2, maximumWaiting: 3)
        let meter = RunningMeter()
        let answers = await withTaskGroup(of: Int?.self) { group in
            for number in 0..<40 {
                group.addTask {
                    await desk.run(
                        prepare: { number },
                        { number in
                            meter.begin()
                            var sum = 0
                            for value in 0..<20_000 { sum = (sum &+ value) % 1_000_003 }
                            meter.end()
                            return sum < 0 ? -1 : number
                        })
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 40)
        let done = answers.compactMap { $0 }
        #expect(done.count >= 5)
        #expect(Set(done).count == done.count)
        #expect(meter.most <= 2)
        #expect(await desk.run(prepare: { 7 }, { $0 + 1 }) == 8)
    }
}

/// Counts how many run at once.
private final class RunningMeter: Sendable {
    private let counts = Mutex((running: 0, most: 0))

    var most: Int { counts.withLock { $0.most } }

    func begin() {
        counts.withLock {
            $0.running += 1
            $0.most = max($0.most, $0.running)
        }
    }

    func end() { counts.withLock { $0.running -= 1 } }
}
