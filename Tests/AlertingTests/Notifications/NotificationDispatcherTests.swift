// Grouping, timing and what each look at a group says.

import ExactJSON
import PromQL
import Testing

@testable import Alerting

@Suite struct NotificationDispatcherTests {
    private func dispatcher(
        _ route: String = "", webhook: String = ""
    ) throws -> NotificationDispatcher {
        NotificationDispatcher(
            configuration: try .valid(notifications(route: route, webhook: webhook)),
            externalURL: "http://agent:10190")
    }

    private static let separate = "group_by: [alertname]"

    @Test func withoutARouteNothingHappens() throws {
        var dispatcher = NotificationDispatcher(configuration: .none, externalURL: "")
        #expect(dispatcher.nextDeadline == nil)
        #expect(dispatcher.handle([alert("A")], now: 0).isEmpty)
        #expect(dispatcher.nextDeadline == nil)
        #expect(dispatcher.alerts.isEmpty)
    }

    @Test func withoutGroupWaitAnAlertIsToldAtOnce() throws {
        var dispatcher = try dispatcher()
        let drafts = dispatcher.handle([alert("A", startsAt: 5000)], now: 5000)
        #expect(try summaries(drafts) == ["first notification: +A"])
        let draft = try #require(drafts.first)
        #expect(draft.receiver == "oncall")
        #expect(draft.integration == "webhook")
        #expect(draft.integrationIndex == 0)
        #expect(draft.groupKey == "{}:{}")
        #expect(draft.contentType == "application/json")
        #expect(draft.createdAt == 5000)
        #expect(
            draft.record
                == NotificationLogRecord(
                    receiver: "oncall", integration: "webhook", integrationIndex: 0,
                    groupKey: "{}:{}", firing: [alert("A").fingerprint], resolved: [],
                    sentAt: 5000))
        #expect(dispatcher.nextDeadline == 65_000)
        #expect(dispatcher.log == [draft.record].compactMap { $0 })
    }

    @Test func thresholdsPassedTogetherStartInAscendingOrder() throws {
        var dispatcher = try dispatcher(Self.separate)
        let drafts = dispatcher.handle(
            [alert("Z100", order: 2), alert("B90", order: 1), alert("M75", order: 0)], now: 0)
        #expect(
            try summaries(drafts) == [
                "first notification: +M75", "first notification: +B90", "first notification: +Z100",
            ])
        let ends = [alert("M75", order: 0, endsAt: 1), alert("Z100", order: 2, endsAt: 1)]
        let mixed =
            dispatcher.handle(ends, now: 1)
            + dispatcher.handle([alert("A110", order: 3)], now: 60_000)
        #expect(
            try summaries(mixed) == [
                "first notification: +A110", "all alerts resolved: -M75",
                "all alerts resolved: -Z100",
            ])
    }

    @Test func aNewAlertInAGroupWaitsForTheInterval() throws {
        var dispatcher = try dispatcher()
        #expect(dispatcher.handle([alert("A")], now: 0).count == 1)
        #expect(dispatcher.handle([alert("B", startsAt: 10_000)], now: 10_000).isEmpty)
        #expect(dispatcher.handle([alert("B", startsAt: 10_000)], now: 20_000).isEmpty)
        #expect(dispatcher.tick(now: 59_999).isEmpty)
        let drafts = dispatcher.tick(now: 60_000)
        #expect(try summaries(drafts) == ["new alerts added: +A +B"])
        #expect(drafts.first?.createdAt == 10_000)
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.nextDeadline == 120_000)
    }

    @Test func aNewGroupWaitsForGroupWait() throws {
        var dispatcher = try dispatcher("group_wait: 30s")
        #expect(dispatcher.handle([alert("A", startsAt: 1000)], now: 1000).isEmpty)
        #expect(dispatcher.nextDeadline == 31_000)
        #expect(dispatcher.handle([alert("B", startsAt: 20_000)], now: 20_000).isEmpty)
        #expect(dispatcher.tick(now: 30_999).isEmpty)
        let drafts = dispatcher.tick(now: 31_000)
        #expect(try summaries(drafts) == ["first notification: +A +B"])
        #expect(drafts.first?.createdAt == 1000)
    }

    @Test func anAlertThatHasWaitedLongIsToldAtOnce() throws {
        var dispatcher = try dispatcher("group_wait: 30s")
        #expect(dispatcher.handle([alert("A", startsAt: 20_000)], now: 50_000).count == 1)
    }

    @Test func whatEndsWithinGroupWaitIsNeverTold() throws {
        var dispatcher = try dispatcher("group_wait: 30s")
        _ = dispatcher.handle([alert("A"), alert("B")], now: 0)
        _ = dispatcher.handle([alert("A", endsAt: 10_000)], now: 10_000)
        #expect(try summaries(dispatcher.tick(now: 30_000)) == ["first notification: +B"])
        #expect(dispatcher.alerts.map(\.ruleIdentity) == ["B"])
    }

    @Test func aGroupThatEndedUntoldStaysSilentAndGoes() throws {
        var dispatcher = try dispatcher("group_wait: 30s")
        _ = dispatcher.handle([alert("A")], now: 0)
        _ = dispatcher.handle([alert("A", endsAt: 10_000)], now: 10_000)
        #expect(dispatcher.tick(now: 30_000).isEmpty)
        #expect(dispatcher.nextDeadline == nil)
        #expect(dispatcher.log.isEmpty)
    }

    @Test func endsAreToldAtTheNextLook() throws {
        var dispatcher = try dispatcher()
        _ = dispatcher.handle([alert("A"), alert("B")], now: 0)
        #expect(dispatcher.handle([alert("A", endsAt: 5000)], now: 5000).isEmpty)
        let some = dispatcher.tick(now: 60_000)
        #expect(try summaries(some) == ["some alerts resolved: -A +B"])
        #expect(some.first?.createdAt == 5000)
        #expect(some.first?.record?.firing == [alert("B").fingerprint])
        #expect(some.first?.record?.resolved == [alert("A").fingerprint])
        #expect(dispatcher.tick(now: 120_000).isEmpty)
        _ = dispatcher.handle([alert("B", endsAt: 125_000)], now: 125_000)
        #expect(try summaries(dispatcher.tick(now: 180_000)) == ["all alerts resolved: -B"])
        #expect(dispatcher.nextDeadline == nil)
        #expect(dispatcher.log.isEmpty)
    }

    @Test func crossingAgainAfterATellingOfTheEndIsNews() throws {
        var dispatcher = try dispatcher()
        _ = dispatcher.handle([alert("A")], now: 0)
        _ = dispatcher.handle([alert("A", endsAt: 5000)], now: 5000)
        #expect(try summaries(dispatcher.tick(now: 60_000)) == ["all alerts resolved: -A"])
        let again = dispatcher.handle([alert("A", startsAt: 61_000)], now: 61_000)
        #expect(try summaries(again) == ["first notification: +A"])
    }

    @Test func crossingAgainInAGroupThatStillFiresIsNews() throws {
        var dispatcher = try dispatcher()
        _ = dispatcher.handle([alert("A"), alert("B")], now: 0)
        _ = dispatcher.handle([alert("A", endsAt: 5000)], now: 5000)
        _ = dispatcher.tick(now: 60_000)
        _ = dispatcher.handle([alert("A", startsAt: 61_000)], now: 61_000)
        #expect(try summaries(dispatcher.tick(now: 120_000)) == ["new alerts added: +A +B"])
    }

    @Test func crossingAgainBeforeTheEndWasToldIsNoNews() throws {
        var dispatcher = try dispatcher()
        _ = dispatcher.handle([alert("A")], now: 0)
        _ = dispatcher.handle([alert("A", endsAt: 5000)], now: 5000)
        _ = dispatcher.handle([alert("A", startsAt: 9000)], now: 9000)
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.alerts.map(\.startsAt) == [9000])
    }

    @Test func whatFiresAndEndsBetweenTwoLooksIsDropped() throws {
        var dispatcher = try dispatcher()
        _ = dispatcher.handle([alert("A")], now: 0)
        _ = dispatcher.handle([alert("B", startsAt: 1000)], now: 1000)
        _ = dispatcher.handle([alert("B", startsAt: 1000, endsAt: 2000)], now: 2000)
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.alerts.map(\.ruleIdentity) == ["A"])
        _ = dispatcher.handle([alert("B", startsAt: 61_000)], now: 61_000)
        #expect(try summaries(dispatcher.tick(now: 120_000)) == ["new alerts added: +A +B"])
    }

    @Test func theEndOfAnUnknownAlertIsNoNews() throws {
        var dispatcher = try dispatcher("group_wait: 30s")
        #expect(dispatcher.handle([alert("A", endsAt: 5)], now: 5).isEmpty)
        #expect(dispatcher.nextDeadline == nil)
    }

    @Test func whatIsUnchangedIsRepeatedAfterTheInterval() throws {
        var dispatcher = try dispatcher("repeat_interval: 5m")
        _ = dispatcher.handle([alert("A", startsAt: 0)], now: 0)
        var told: [Int64: [String]] = [:]
        for minute in 1...12 as ClosedRange<Int64> {
            let drafts = dispatcher.tick(now: minute * 60_000)
            if !drafts.isEmpty { told[minute] = try summaries(drafts) }
            if let draft = drafts.first {
                #expect(draft.createdAt == minute * 60_000)
                let starts = try JSONReader.read(draft.body)["alerts"]?[0]?["startsAt"]
                #expect(starts == "1970-01-01T00:00:00Z")
            }
        }
        #expect(told == [5: ["repeat interval elapsed: +A"], 10: ["repeat interval elapsed: +A"]])
    }

    @Test func unchangedAlertsHandedInAgainAreNoNews() throws {
        var dispatcher = try dispatcher()
        _ = dispatcher.handle([alert("A")], now: 0)
        for second in 1...200 as ClosedRange<Int64> {
            #expect(dispatcher.handle([alert("A")], now: second * 1000).isEmpty)
        }
    }

    @Test func whoTakesNoEndsIsToldOfNone() throws {
        var dispatcher = try dispatcher(webhook: "send_resolved: false")
        _ = dispatcher.handle([alert("A"), alert("B")], now: 0)
        _ = dispatcher.handle([alert("A", endsAt: 5000)], now: 5000)
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.takeQuietRecords().map(\.firing) == [[alert("B").fingerprint]])
        #expect(dispatcher.takeQuietRecords().isEmpty)
        #expect(dispatcher.log.map(\.sentAt) == [0])
        _ = dispatcher.handle([alert("A", startsAt: 61_000)], now: 61_000)
        #expect(try summaries(dispatcher.tick(now: 120_000)) == ["new alerts added: +A +B"])
        _ = dispatcher.handle(
            [alert("A", endsAt: 121_000), alert("B", endsAt: 121_000)], now: 121_000)
        #expect(dispatcher.tick(now: 180_000).isEmpty)
        #expect(dispatcher.takeQuietRecords().map(\.firing) == [[]])
        #expect(dispatcher.nextDeadline == nil)
        let again = dispatcher.handle([alert("A", startsAt: 181_000)], now: 181_000)
        #expect(try summaries(again) == ["first notification: +A"])
    }

    @Test func endsDoNotStandInWhatSuchAReceiverIsTold() throws {
        var dispatcher = try dispatcher(webhook: "send_resolved: false")
        _ = dispatcher.handle([alert("A")], now: 0)
        _ = dispatcher.handle([alert("A", endsAt: 5000), alert("B")], now: 5000)
        #expect(try summaries(dispatcher.tick(now: 60_000)) == ["new alerts added: +B"])
    }

    @Test func everyIntegrationDecidesForItself() throws {
        let configuration = try NotificationConfiguration.valid(
            """
            notifications:
              route:
                receiver: a
                routes: [{matchers: [organization=acme], receiver: b, continue: true},
                  {matchers: [organization=acme], group_by: ['...']}]
              receivers:
                - {name: a, webhook_configs: [{url: "https://a", send_resolved: false}]}
                - {name: b, webhook_configs: [{url: "https://b"}, {url: "https://c"}]}
            """)
        var dispatcher = NotificationDispatcher(configuration: configuration, externalURL: "")
        let first = dispatcher.handle([alert("A")], now: 0)
        #expect(first.map(\.receiver) == ["b", "b", "a"])
        #expect(first.map(\.integrationIndex) == [0, 1, 0])
        #expect(
            first.map(\.groupKey) == [
                "{}/{organization=\"acme\"}:{}", "{}/{organization=\"acme\"}:{}",
                "{}/{organization=\"acme\"}:{alertname=\"A\", organization=\"acme\"}",
            ])
        _ = dispatcher.handle([alert("A", endsAt: 1)], now: 1)
        #expect(dispatcher.tick(now: 60_000).map(\.receiver) == ["b", "b"])
    }

    @Test func aReceiverWithoutIntegrationsSwallows() throws {
        let configuration = try NotificationConfiguration.valid(
            "notifications: {route: {receiver: a}, receivers: [{name: a}]}")
        var dispatcher = NotificationDispatcher(configuration: configuration, externalURL: "")
        #expect(dispatcher.handle([alert("A")], now: 0).isEmpty)
        _ = dispatcher.handle([alert("A", endsAt: 1)], now: 1)
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.nextDeadline == nil)
    }

    @Test func aClockSetBackDoesNotPostponeAGroup() throws {
        var dispatcher = try dispatcher()
        _ = dispatcher.handle([alert("A")], now: 10_000_000)
        _ = dispatcher.handle([alert("B")], now: 0)
        #expect(dispatcher.nextDeadline == 60_000)
        #expect(try summaries(dispatcher.tick(now: 60_000)) == ["new alerts added: +A +B"])
    }

    @Test func hostileTimesDoNotTrap() throws {
        var dispatcher = try dispatcher("group_wait: 1s")
        for now in [Int64.min, -1, 0, Int64.max] {
            _ = dispatcher.handle([alert("A", startsAt: now), alert("B", endsAt: now)], now: now)
            _ = dispatcher.tick(now: now)
        }
        #expect(dispatcher.alerts.count == 1)
    }
}

extension NotificationConfiguration {
    /// The configuration of a text without any mistake.
    static func valid(_ yaml: String) throws -> NotificationConfiguration {
        try ReadNotifications.valid(yaml)
    }
}
