// What tests of delivery share: receivers, rows that are due, and what was sent.

import Ports
import SimulatedPorts

/// A receiver of a test's configuration.
struct TestReceiver {
    let name: String
    var alerts: [String] = []
    var events: [String] = []

    fileprivate var yaml: String {
        func list(_ key: String, _ urls: [String]) -> String {
            let entries = urls.map { "{url: \"\($0)\"}" }.joined(separator: ", ")
            return urls.isEmpty ? "" : ", \(key): [\(entries)]"
        }
        return "    - {name: \(name)\(list("webhook_configs", alerts))"
            + "\(list("event_webhook_configs", events))}\n"
    }
}

extension TestConfiguration {
    /// A configuration with receivers; the first gets every alert.
    static func yaml(receivers: [TestReceiver]) -> String {
        let first = receivers.first?.name ?? ""
        return yaml(
            rest: "notifications:\n  route: {receiver: \(first)}\n  receivers:\n"
                + receivers.map(\.yaml).joined())
    }

    /// `oncall` with two addresses, and `dead` with a host of its own.
    static let delivery = yaml(receivers: [
        TestReceiver(
            name: "oncall",
            alerts: ["https://hooks.example/alerts", "https://hooks.example/second"]),
        TestReceiver(name: "dead", alerts: ["https://dead.example/alerts"]),
    ])
}

/// A row that is due: now as the agent sees it, or at noon.
func dueRow(
    _ id: String, _ agent: TestAgent? = nil, receiver: String = "oncall", index: Int = 0,
    group: String = "g"
) -> OutboxRow {
    let now = agent?.clock.now() ?? TestAgent.instant(TestAgent.noon)
    return OutboxRow(
        id: id, receiver: receiver, integration: "webhook", integrationIndex: index, group: group,
        contentType: "application/json", body: Array("{\"id\":\"\(id)\"}".utf8), createdAt: now,
        nextAttemptAt: now)
}

extension TestAgent {
    func enqueue(_ rows: OutboxRow...) async throws {
        try await store.write { try $0.enqueue(rows) }
    }

    /// The `webhook-id` of every request, in their order.
    var sentIDs: [String] { transport.requests.compactMap(\.webhookID) }
}

extension TransportRequest {
    var webhookID: String? { headers.first { $0.name == "webhook-id" }?.value }
}
