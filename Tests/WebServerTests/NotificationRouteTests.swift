// The outbox on the control socket.

import Agent
import Credits
import ExactJSON
import Ports
import SimulatedPorts
import Testing

@testable import WebServer

@Suite("The outbox on the control socket")
struct NotificationRouteTests {
    /// A sent, a failed, a claimed, a waiting and a retried notification.
    private func start() async throws -> TestWeb {
        let web = try await TestWeb.start()
        let now = web.clock.now()
        try await web.store.write { rows in
            try rows.enqueue(
                ["sent", "failed", "claimed", "retried", "fresh"].map { id in
                    OutboxRow(
                        id: id, receiver: id == "fresh" ? "office" : "oncall",
                        integration: "webhook", integrationIndex: 0, group: id,
                        contentType: "application/json", body: Array("secret".utf8),
                        createdAt: now, nextAttemptAt: now)
                })
            let queue = try rows.outboxQueues().last
            guard let queue else { return }
            let claim = OutboxClaim(endpoint: queue.endpoint, lanes: 4, rowsPerLane: 1)
            for row in try rows.claim(claim, at: now, leaseUntil: now).flatMap(\.self) {
                let states: [String: OutboxRow.State] = [
                    "sent": .sent, "failed": .failed, "retried": .pending,
                ]
                guard let state = states[row.id] else { continue }
                _ = try rows.recordOutcome(
                    OutboxOutcome(
                        id: row.id, generation: row.generation, state: state,
                        nextAttemptAt: now.adding(milliseconds: 2000),
                        error: state == .sent ? "" : "the receiver answered 500", at: now))
            }
        }
        return web
    }

    private func list(_ web: TestWeb, _ query: String = "") async throws -> [JSONValue] {
        let response = await web.control.respond(to: .to("GET", "/api/v1/notifications" + query))
        #expect(response.status == 200, "\(response.text)")
        return try JSONReader.read(response.body)["data"]?.arrayValue ?? []
    }

    @Test("every notification says where it stands, why, and when next; no body is shown")
    func views() async throws {
        let web = try await start()
        let rows = try await list(web)
        #expect(
            rows.map { "\($0["id"]?.stringValue ?? "") \($0["why"]?.stringValue ?? "")" } == [
                "fresh first attempt due", "retried the receiver answered 500",
                "claimed under way", "failed the receiver answered 500", "sent ",
            ])
        #expect(
            rows.map { $0["next_attempt_at"]?.stringValue } == [
                "2026-11-10T12:00:00Z", "2026-11-10T12:00:02Z", nil, nil, nil,
            ])
        #expect(rows.map { $0["attempts"]?.integerValue } == [0, 1, 0, 1, 1])
        #expect(
            rows[1].text(.compact)
                == #"{"id":"retried","state":"pending","receiver":"oncall","integration":"webhook","integration_index":0,"group":"retried","created_at":"2026-11-10T12:00:00Z","attempts":1,"last_attempt_at":"2026-11-10T12:00:00Z","next_attempt_at":"2026-11-10T12:00:02Z","why":"the receiver answered 500"}"#
        )
        web.core.meters.setDisabledReceivers(["oncall"])
        let off = try await list(web, "?state=pending&receiver=oncall")
        #expect(off.count == 2)
        #expect(off.allSatisfy { $0["why"]?.stringValue?.contains("410") == true })
        #expect(off.allSatisfy { $0["next_attempt_at"]?.isNull == true })
    }

    @Test("state, receiver and limit choose")
    func filters() async throws {
        let web = try await start()
        func ids(_ query: String) async throws -> [String] {
            try await list(web, query).compactMap { $0["id"]?.stringValue }
        }
        #expect(try await ids("?state=failed") == ["failed"])
        #expect(try await ids("?state=sent") == ["sent"])
        #expect(try await ids("?receiver=office") == ["fresh"])
        #expect(try await ids("?limit=2") == ["fresh", "retried"])
        for query in ["?state=lost", "?limit=0", "?limit=x", "?limit=10001"] {
            let response = await web.control.respond(
                to: .to("GET", "/api/v1/notifications" + query))
            #expect(response.status == 400, "\(query)")
        }
    }

    @Test("a replay answers with the row as it is then, or says why not")
    func replay() async throws {
        let web = try await start()
        func replay(_ id: String) async -> WebResponse {
            await web.control.respond(
                to: .to("POST", "/api/v1/notifications/\(id)/replay", user: "ada"))
        }
        let response = await replay("failed")
        let data = try JSONReader.read(response.body)["data"]
        #expect(response.status == 200)
        #expect(data?["state"]?.stringValue == "pending")
        #expect(data?["attempts"]?.integerValue == 0)
        #expect(await replay("sent").failure?.hasPrefix("conflict: ") == true)
        #expect(await replay("none").failure?.hasPrefix("not_found: ") == true)
        await web.store.fail(nextWrites: 1)
        #expect(await replay("failed").failure?.hasPrefix("unavailable: ") == true)
    }

    @Test("the web does not show the outbox")
    func notOnTheWeb() async throws {
        let web = try await start()
        #expect(await web.web.respond(to: .to("GET", "/api/v1/notifications")).status == 404)
        #expect(
            await web.web.respond(to: .to("POST", "/api/v1/notifications/failed/replay")).status
                == 404)
    }
}
