// What every store promises about alert states and the notification log.

import Alerting
import Credits
import Ports
import PromQL
import SimulatedPorts
import Testing

@Suite("Alert rows of every store")
struct AlertRowsConformanceTests {
    @Test(
        "alerts come back exactly, in the order of rule and labels", arguments: StoreKind.allCases)
    func alerts(_ kind: StoreKind) async throws {
        let infinite = Self.alert("rule-b", "acme", value: -.infinity)
        let full = AlertRecord(
            ruleIdentity: "rule-a", labels: ["organization": "zeta", "ü": "\"\\\n🧮"],
            annotations: [
                LabelPair(name: "description", value: ""),
                LabelPair(name: "summary", value: "a\tb"),
            ], phase: .firing, activeAt: .min, firedAt: .max, resolvedAt: 0, keepFiringSince: 1,
            lastSentAt: -1, value: 0.1)
        let other = Self.alert("rule-a", "acme", value: -0.0)
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.replaceAlertRecords(ofRule: "rule-b", with: [infinite])
                try rows.replaceAlertRecords(ofRule: "rule-a", with: [full, other])
            }
            let stored = try await store.read { try $0.alertRecords() }
            #expect(stored == [other, full, infinite])
            #expect(
                stored.map(\.value.bitPattern) == [other, full, infinite].map(\.value.bitPattern))
        }
    }

    @Test("NaN is kept", arguments: StoreKind.allCases)
    func notANumber(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write {
                try $0.replaceAlertRecords(
                    ofRule: "r", with: [Self.alert("r", "acme", value: .nan)])
            }
            let values = try await store.read { try $0.alertRecords().map(\.value) }
            #expect(values.count == 1)
            #expect(values.first?.isNaN == true)
        }
    }

    @Test("replacing a rule's alerts leaves those of other rules", arguments: StoreKind.allCases)
    func replaces(_ kind: StoreKind) async throws {
        let kept = Self.alert("kept", "acme", value: 1)
        let renewed = Self.alert("rule", "zeta", value: 2)
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.replaceAlertRecords(ofRule: "kept", with: [kept])
                try rows.replaceAlertRecords(
                    ofRule: "rule", with: [Self.alert("rule", "acme", value: 1)])
                try rows.replaceAlertRecords(ofRule: "rule", with: [renewed])
            }
            #expect(try await store.read { try $0.alertRecords() } == [kept, renewed])
            try await store.write { try $0.replaceAlertRecords(ofRule: "rule", with: []) }
            #expect(try await store.read { try $0.alertRecords() } == [kept])
        }
    }

    @Test(
        "the log is replaced by receiver and group, ordered, and dropped by age",
        arguments: StoreKind.allCases)
    func notificationLog(_ kind: StoreKind) async throws {
        let old = Self.log("team", 0, "{}:{b}", sentAt: 5, firing: [])
        let renewed = Self.log("team", 0, "{}:{b}", sentAt: 20, firing: ["ff", "0a"])
        let other = Self.log("team", 1, "{}:{a}", sentAt: 10, firing: ["1"])
        let first = Self.log("ops", 3, "{}:{c=\"é\"}", sentAt: 30, firing: ["2"])
        try await kind.withStore { store throws in
            try await store.write { rows in
                for record in [old, other, first, renewed] { try rows.putNotificationLog(record) }
            }
            #expect(try await store.read { try $0.notificationLog() } == [first, renewed, other])
            try await store.write {
                try $0.dropNotificationLog(before: Timestamp(milliseconds: 20))
            }
            #expect(try await store.read { try $0.notificationLog() } == [first, renewed])
        }
    }

    private static func alert(
        _ rule: String, _ organization: String, value: Double
    ) -> AlertRecord {
        AlertRecord(
            ruleIdentity: rule, labels: ["organization": organization], annotations: [],
            phase: .pending, activeAt: 5, value: value)
    }

    private static func log(
        _ receiver: String, _ index: Int, _ group: String, sentAt: Int64, firing: [String]
    ) -> NotificationLogRecord {
        NotificationLogRecord(
            receiver: receiver, integration: "webhook", integrationIndex: index,
            groupKey: group, firing: firing, resolved: ["7"], sentAt: sentAt)
    }
}
