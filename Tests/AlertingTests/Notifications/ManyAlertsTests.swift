// Ten thousand alerts in one evaluation: in one notification, and in one each.

import ExactJSON
import PromQL
import Testing

@testable import Alerting

@Suite("Ten thousand alerts at once", .serialized, .timeLimit(.minutes(5)))
struct ManyAlertsTests {
    private static let count = 10_000

    private func alerts(endsAt: Int64? = nil) -> [NotifiableAlert] {
        (0..<Self.count).map { number in
            alert(
                "A", order: Self.count - number, endsAt: endsAt,
                labels: ["product": "product-\(number)"])
        }
    }

    private func dispatcher(_ grouping: String) throws -> NotificationDispatcher {
        let configuration = try ReadNotifications.valid(
            notifications(route: "group_by: \(grouping), group_interval: 1s"))
        return NotificationDispatcher(configuration: configuration, externalURL: "")
    }

    @Test("of one group they are told in one notification, and their end in one more")
    func together() throws {
        var dispatcher = try dispatcher("[alertname]")
        let firing = dispatcher.handle(alerts(), now: 0)
        #expect(firing.count == 1)
        #expect(firing.first?.record?.firing.count == Self.count)
        let body = try JSONReader.read(firing.first?.body ?? [])
        #expect(body["alerts"]?.arrayValue?.count == Self.count)
        #expect(dispatcher.handle(alerts(), now: 1000).isEmpty, "nothing is told twice")
        let ended = dispatcher.handle(alerts(endsAt: 1500), now: 2000)
        #expect(ended.map(\.record?.resolved.count) == [Self.count])
    }

    @Test("each by itself they are told in the order of their rules")
    func apart() throws {
        var dispatcher = try dispatcher("['...']")
        let drafts = dispatcher.handle(alerts(), now: 0)
        #expect(drafts.count == Self.count)
        #expect(Set(drafts.map(\.groupKey)).count == Self.count)
        #expect(drafts.first?.groupKey.contains("product-\(Self.count - 1)\"") == true)
        #expect(drafts.last?.groupKey.contains("product-0\"") == true)
        #expect(dispatcher.handle(alerts(), now: 1000).isEmpty, "nothing is told twice")
    }
}
