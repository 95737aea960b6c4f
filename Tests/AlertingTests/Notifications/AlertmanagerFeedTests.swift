// Which alerts an Alertmanager hears of after an evaluation, as Prometheus decides it.

import ExactJSON
import PromQL
import Testing

@testable import Alerting

@Suite struct AlertmanagerFeedTests {
    private func names(_ due: [AlertmanagerAlert]) -> [String] {
        due.map { "\($0.alert.ruleIdentity) \($0.alert.isFiring ? "+" : "-")\($0.endsAt)" }
    }

    private func due(
        _ feed: inout AlertmanagerFeed, _ alerts: [NotifiableAlert], at now: Int64,
        interval: Int64? = 15_000
    ) -> [String] {
        names(feed.due(alerts, interval: { _ in interval }, now: now))
    }

    @Test("sent when it fires, then when the last time is more than a minute ago")
    func resend() {
        var feed = AlertmanagerFeed()
        #expect(due(&feed, [alert("A")], at: 1000) == ["A +241000"])
        #expect(due(&feed, [alert("A")], at: 61_000) == [])
        #expect(due(&feed, [alert("A"), alert("B")], at: 61_001) == ["A +301001", "B +301001"])
        #expect(due(&feed, [alert("A"), alert("B")], at: 76_000) == [])
    }

    @Test("a longer interval makes the end lie further ahead")
    func interval() {
        var feed = AlertmanagerFeed()
        #expect(due(&feed, [alert("A")], at: 0, interval: 120_000) == ["A +480000"])
        var extreme = AlertmanagerFeed()
        #expect(due(&extreme, [alert("A")], at: 1, interval: .max) == ["A +\(Int64.max)"])
    }

    @Test("an end is sent at once, again each minute, for 15 minutes")
    func resolved() {
        var feed = AlertmanagerFeed()
        _ = due(&feed, [alert("A")], at: 0)
        let ended = alert("A", endsAt: 10_000)
        #expect(due(&feed, [ended], at: 10_000) == ["A -10000"])
        #expect(due(&feed, [ended], at: 70_000) == [])
        #expect(due(&feed, [ended], at: 70_001) == ["A -10000"])
        #expect(due(&feed, [ended], at: 910_000) == ["A -10000"])
        #expect(due(&feed, [ended], at: 980_000) == [])
    }

    @Test("an alert that fires again is sent at once")
    func again() {
        var feed = AlertmanagerFeed()
        _ = due(&feed, [alert("A")], at: 0)
        _ = due(&feed, [alert("A", endsAt: 10_000)], at: 10_000)
        #expect(due(&feed, [alert("A", startsAt: 20_000)], at: 20_000) == ["A +260000"])
        #expect(due(&feed, [alert("A", startsAt: 30_000)], at: 30_000) == ["A +270000"])
    }

    @Test("nothing is said of a rule whose evaluation failed; what is gone is forgotten")
    func failure() {
        var feed = AlertmanagerFeed()
        #expect(due(&feed, [alert("A")], at: 0, interval: nil) == [])
        #expect(due(&feed, [alert("A")], at: 1000) == ["A +241000"])
        #expect(due(&feed, [], at: 2000) == [])
        #expect(due(&feed, [alert("A")], at: 3000) == ["A +243000"])
    }

    @Test("after a restart, and after a clock that went back, everything is sent")
    func restart() {
        var feed = AlertmanagerFeed()
        let alerts = [alert("A"), alert("B", endsAt: 5000), alert("C", endsAt: 5000)]
        #expect(due(&feed, alerts, at: 10_000) == ["A +250000", "B -5000", "C -5000"])
        #expect(due(&feed, [alert("A")], at: 4000) == ["A +244000"])
    }

    @Test("the body is Alertmanager's")
    func body() throws {
        var feed = AlertmanagerFeed()
        let alerts = feed.due(
            [alert("A", startsAt: 1500, annotations: [LabelPair(name: "summary", value: "é")])],
            interval: { _ in 0 }, now: 2000)
        #expect(
            String(decoding: AlertmanagerAlert.body(alerts), as: UTF8.self)
                == #"[{"annotations":{"summary":"é"},"endsAt":"1970-01-01T00:04:02Z","#
                + #""startsAt":"1970-01-01T00:00:01.5Z","generatorURL":"http://localhost/A","#
                + #""labels":{"alertname":"A","organization":"acme"}}]"#)
    }

    @Test("alertmanagers are read with their defaults and secrets")
    func configuration() throws {
        let configuration = try NotificationConfiguration.valid(
            """
            notifications:
              alertmanagers:
                - {url: "http://a:9093/am/"}
                - url: {env: AM}
                  timeout: 3s
                  http_config: {authorization: {credentials: {env: T}}}
            """)
        #expect(configuration.route == nil)
        #expect(
            configuration.alertmanagers.map(\.name) == ["http://a:9093/am", "alertmanagers[1]"])
        #expect(configuration.alertmanagers.map(\.timeoutMilliseconds) == [10_000, 3000])
        #expect(configuration.secretReferences.count == 2)
    }
}
