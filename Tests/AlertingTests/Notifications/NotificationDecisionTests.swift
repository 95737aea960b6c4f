// The decision table.

import Testing

@testable import Alerting

@Suite struct NotificationDecisionTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let told: [String]?
        let firing: Set<String>
        let resolved: Set<String>
        let sendResolved: Bool
        let age: Int64
        let reason: NotificationReason?

        init(
            _ told: [String]?, _ firing: Set<String>, _ resolved: Set<String> = [],
            sendResolved: Bool = true, age: Int64 = 0,
            gives reason: NotificationReason?
        ) {
            self.told = told
            self.firing = firing
            self.resolved = resolved
            self.sendResolved = sendResolved
            self.age = age
            self.reason = reason
        }

        var testDescription: String {
            let told = told.map { $0.joined() } ?? "nothing"
            return "told \(told), firing \(firing.sorted()), resolved \(resolved.sorted()), "
                + "\(sendResolved), \(age)"
        }
    }

    @Test(arguments: [
        Row(nil, [], gives: nil),
        Row(nil, ["a"], gives: .firstNotification),
        Row(nil, [], ["a"], gives: nil),
        Row(nil, ["a"], ["b"], gives: .firstNotification),
        Row([], ["a"], gives: .firstNotification),
        Row([], [], ["a"], gives: nil),
        Row([], [], ["a"], age: 1000, gives: nil),
        Row(["a"], ["a"], gives: nil),
        Row(["a"], ["a", "b"], gives: .newAlerts),
        Row(["a"], ["b"], gives: .newAlerts),
        Row(["a"], ["b"], ["a"], gives: .newAlerts),
        Row(["a"], ["b"], ["a"], sendResolved: false, gives: .newAlerts),
        Row(["a"], [], ["a"], gives: .allResolved),
        Row(["a"], [], gives: .allResolved),
        Row(["a"], [], ["a"], sendResolved: false, gives: .allResolved),
        Row(["a"], [], ["b"], age: 1000, gives: .allResolved),
        Row(["a", "b"], ["a"], ["b"], gives: .someResolved),
        Row(["a", "b"], ["a"], ["b"], sendResolved: false, gives: nil),
        Row(["a", "b"], ["a"], ["b"], sendResolved: false, age: 1000, gives: .repeatInterval),
        Row(["a"], ["a"], ["c"], gives: nil),
        Row(["a"], ["a"], ["c"], age: 1000, gives: .repeatInterval),
        Row(["a", "b"], ["a"], gives: nil),
        Row(["a"], ["a"], age: 999, gives: nil),
        Row(["a"], ["a"], age: 1000, gives: .repeatInterval),
        Row(["a"], ["a"], age: 5000, gives: .repeatInterval),
        Row(["a"], ["a"], age: -1000, gives: nil),
        Row(["a"], ["a"], age: .max, gives: .repeatInterval),
    ])
    func decidesAsAlertmanager(row: Row) {
        let previous = row.told.map {
            NotificationLogRecord(
                receiver: "r", integration: "webhook", integrationIndex: 0, groupKey: "k",
                firing: $0, resolved: [], sentAt: 0)
        }
        let reason = NotificationDecision.decide(
            previous: previous, firing: row.firing, resolved: row.resolved,
            sendResolved: row.sendResolved, repeatInterval: 1000, now: row.age)
        #expect(reason == row.reason)
    }

    @Test func reasonsAreInAlertmanagersWords() {
        #expect(
            NotificationReason.allCases.map(\.rawValue) == [
                "first notification", "new alerts added", "some alerts resolved",
                "all alerts resolved", "repeat interval elapsed",
            ])
    }
}
