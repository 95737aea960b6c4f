// The body that receivers parse, byte for byte.

import ExactJSON
import PromQL
import Testing

@testable import Alerting

@Suite struct WebhookMessageTests {
    private func text(
        _ alerts: [NotifiableAlert], maxAlerts: Int = 0, receiver: String = "oncall"
    ) -> String {
        let message = WebhookMessage(
            receiver: receiver, groupKey: "{}:{organization=\"acme\"}",
            groupLabels: ["organization": "acme"],
            alerts: alerts.sorted(by: NotifiableAlert.precedes), maxAlerts: maxAlerts,
            externalURL: "http://agent:10190", reason: .newAlerts)
        return String(decoding: message.bytes, as: UTF8.self)
    }

    private let first = alert(
        "B", startsAt: 1_795_395_723_004, labels: ["severity": "info"],
        annotations: [
            LabelPair(name: "summary", value: "<75 %>"), LabelPair(name: "docs", value: "x"),
        ])
    private let second = alert(
        "A", startsAt: 1_795_395_720_000, endsAt: 1_795_395_723_100,
        labels: ["severity": "info"],
        annotations: [
            LabelPair(name: "docs", value: "x"), LabelPair(name: "summary", value: "other"),
        ])

    @Test func theWholeBodyIsAlertmanagersVersion4() {
        let a = """
            {"status":"resolved","labels":{"alertname":"A","organization":"acme",\
            "severity":"info"},"annotations":{"docs":"x","summary":"other"},\
            "startsAt":"2026-11-23T01:02:00Z","endsAt":"2026-11-23T01:02:03.1Z",\
            "generatorURL":"http://localhost/A","fingerprint":"\(second.fingerprint)"}
            """
        let b = """
            {"status":"firing","labels":{"alertname":"B","organization":"acme",\
            "severity":"info"},"annotations":{"docs":"x","summary":"<75 %>"},\
            "startsAt":"2026-11-23T01:02:03.004Z","endsAt":"0001-01-01T00:00:00Z",\
            "generatorURL":"http://localhost/B","fingerprint":"\(first.fingerprint)"}
            """
        #expect(
            text([first, second]) == """
                {"receiver":"oncall","status":"firing","alerts":[\(a),\(b)],\
                "groupLabels":{"organization":"acme"},\
                "commonLabels":{"organization":"acme","severity":"info"},\
                "commonAnnotations":{"docs":"x"},"externalURL":"http://agent:10190",\
                "notification_reason":"new alerts added","version":"4",\
                "groupKey":"{}:{organization=\\"acme\\"}","truncatedAlerts":0}
                """)
    }

    @Test func theBytesDoNotDependOnTheOrderOfArrival() {
        #expect(text([first, second]) == text([second, first]))
    }

    @Test func onlyEndedAlertsMakeItResolved() throws {
        let body = try JSONReader.read(Array(text([second]).utf8))
        #expect(body["status"] == "resolved")
        #expect(body["commonAnnotations"] == ["docs": "x", "summary": "other"])
    }

    @Test func mapsWithoutEntriesAreEmptyObjects() throws {
        let body = try JSONReader.read(
            Array(text([alert("A"), alert("B", organization: "x")]).utf8))
        #expect(body["commonLabels"]?.text() == "{}")
        #expect(body["commonAnnotations"]?.text() == "{}")
        #expect(body["alerts"]?[0]?["annotations"]?.text() == "{}")
    }

    @Test(arguments: [(0, 3, 0), (1, 1, 2), (2, 2, 1), (3, 3, 0), (9, 3, 0)])
    func moreThanMaxAlertsAreCounted(maxAlerts: Int, listed: Int, truncated: Int64) throws {
        let alerts = [alert("A", endsAt: 5), alert("B"), alert("C")]
        let body = try JSONReader.read(Array(text(alerts, maxAlerts: maxAlerts).utf8))
        #expect(body["alerts"]?.arrayValue?.count == listed)
        #expect(body["truncatedAlerts"] == .integer(truncated))
        #expect(body["status"] == "firing")
        #expect(body["alerts"]?[0]?["labels"]?["alertname"] == "A")
    }

    @Test func theReceiversNameIsQuotedAsAnExpression() throws {
        let body = try JSONReader.read(Array(text([first], receiver: "team-x/a.b+(c)").utf8))
        #expect(body["receiver"] == "team-x/a\\.b\\+\\(c\\)")
    }

    @Test func alertsStandInAlertmanagersOrder() {
        let expected = [
            alert("Z", labels: ["job": "a"]), alert("A", labels: ["job": "b", "instance": "1"]),
            alert("B", labels: ["job": "b", "instance": "2"]), alert("A", labels: ["job": "b"]),
            alert("A", labels: ["instance": "1"]), alert("B"),
            alert("A", labels: ["severity": "x"]),
            alert("A", labels: ["a": "1"]), alert("A", labels: ["a": "2"]),
        ]
        // Of equally many labels, the side that lacks the first name is the lesser.
        for turn in expected.indices {
            let shuffled = Array(expected[turn...] + expected[..<turn])
            #expect(shuffled.sorted(by: NotifiableAlert.precedes) == expected)
        }
        #expect(expected.reversed().sorted(by: NotifiableAlert.precedes) == expected)
    }

    @Test func fingerprintsAreThoseOfAlertmanager() {
        #expect(
            alert("AICreditsUsageAbove75Percent", labels: ["severity": "info"]).fingerprint
                == "c229cb20d0879195")
        #expect(alert("A", labels: ["empty": ""]).fingerprint == "3938946630c25b30")
        #expect(
            alert("A", labels: ["empty": ""]).labels.map(\.name) == ["alertname", "organization"])
    }
}
