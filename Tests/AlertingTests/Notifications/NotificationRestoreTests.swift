// Restarts and reloads are no announcements.

import Testing

@testable import Alerting

@Suite struct NotificationRestoreTests {
    private func dispatcher(
        _ route: String = "", webhook: String = ""
    ) throws -> NotificationDispatcher {
        NotificationDispatcher(
            configuration: try .valid(notifications(route: route, webhook: webhook)),
            externalURL: "")
    }

    private func record(
        _ firing: [NotifiableAlert], sentAt: Int64, key: String = "{}:{}"
    ) -> NotificationLogRecord {
        NotificationLogRecord(
            receiver: "oncall", integration: "webhook", integrationIndex: 0, groupKey: key,
            firing: firing.map(\.fingerprint), resolved: [], sentAt: sentAt)
    }

    @Test func whatWasToldIsNotToldAgain() throws {
        var dispatcher = try dispatcher("group_wait: 0s")
        dispatcher.restore(
            alerts: [alert("A")], log: [record([alert("A")], sentAt: 0)], now: 10_000)
        #expect(dispatcher.nextDeadline == 60_000)
        #expect(dispatcher.handle([alert("A")], now: 10_000).isEmpty)
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.tick(now: 1_000_000).isEmpty)
        #expect(dispatcher.takeQuietRecords().isEmpty)
    }

    @Test func aRecordFromTheFutureDoesNotPostponeAGroup() throws {
        var dispatcher = try dispatcher()
        dispatcher.restore(
            alerts: [alert("A")], log: [record([alert("A")], sentAt: 9_000_000)], now: 10_000)
        #expect(dispatcher.nextDeadline == 70_000)
    }

    @Test func repeatsCountFromTheLastNotification() throws {
        var dispatcher = try dispatcher("repeat_interval: 1h")
        dispatcher.restore(
            alerts: [alert("A")], log: [record([alert("A")], sentAt: 0)], now: 3_590_000)
        #expect(dispatcher.nextDeadline == 3_590_000)
        #expect(dispatcher.tick(now: 3_590_000).isEmpty)
        #expect(dispatcher.nextDeadline == 3_650_000)
        #expect(
            try summaries(dispatcher.tick(now: 3_650_000)) == ["repeat interval elapsed: +A"])
    }

    @Test func whatEndedMeanwhileIsToldWhenDue() throws {
        var dispatcher = try dispatcher()
        dispatcher.restore(
            alerts: [alert("A", endsAt: 5000), alert("B")],
            log: [record([alert("A"), alert("B")], sentAt: 0)], now: 30_000)
        #expect(dispatcher.tick(now: 59_999).isEmpty)
        #expect(try summaries(dispatcher.tick(now: 60_000)) == ["some alerts resolved: -A +B"])
    }

    @Test func whatFiredMeanwhileIsToldWhenDue() throws {
        var dispatcher = try dispatcher()
        dispatcher.restore(
            alerts: [alert("A"), alert("B", startsAt: 5000)],
            log: [record([alert("A")], sentAt: 0)], now: 500_000)
        let drafts = dispatcher.tick(now: 500_000)
        #expect(try summaries(drafts) == ["new alerts added: +A +B"])
        #expect(drafts.first?.createdAt == 500_000)
    }

    @Test func anUntoldGroupIsNew() throws {
        var dispatcher = try dispatcher("group_wait: 30s")
        dispatcher.restore(alerts: [alert("A", startsAt: 1000)], log: [], now: 10_000)
        #expect(dispatcher.nextDeadline == 31_000)
        #expect(try summaries(dispatcher.tick(now: 31_000)) == ["first notification: +A"])
    }

    @Test func endsThatWereToldAreLeftAlone() throws {
        var dispatcher = try dispatcher()
        dispatcher.restore(
            alerts: [alert("A", endsAt: 5000)], log: [record([], sentAt: 60_000)], now: 70_000)
        #expect(dispatcher.nextDeadline == nil)
        #expect(dispatcher.alerts.isEmpty)
        #expect(dispatcher.log.isEmpty)
        #expect(dispatcher.takeQuietRecords().isEmpty)
    }

    @Test func alertsThatAreGoneAreForgotten() throws {
        var dispatcher = try dispatcher()
        dispatcher.restore(
            alerts: [alert("B")], log: [record([alert("A"), alert("B")], sentAt: 0)], now: 0)
        #expect(dispatcher.takeQuietRecords() == [record([alert("B")], sentAt: 0)])
        _ = dispatcher.handle([alert("A", startsAt: 50_000)], now: 50_000)
        #expect(try summaries(dispatcher.tick(now: 60_000)) == ["new alerts added: +A +B"])
    }

    @Test func aGroupThatIsGoneIsForgotten() throws {
        var dispatcher = try dispatcher()
        dispatcher.restore(alerts: [], log: [record([alert("A")], sentAt: 0)], now: 1000)
        #expect(dispatcher.takeQuietRecords() == [record([], sentAt: 0)])
        let drafts = dispatcher.handle([alert("A", startsAt: 2000)], now: 2000)
        #expect(try summaries(drafts) == ["first notification: +A"])
    }

    @Test func otherGroupingIsNoAnnouncement() throws {
        var before = try dispatcher()
        _ = before.handle([alert("A"), alert("B")], now: 0)
        var after = try dispatcher("group_by: [alertname]")
        after.restore(alerts: before.alerts, log: before.log, now: 5000)
        #expect(after.tick(now: 5000).isEmpty)
        #expect(after.tick(now: 60_000).isEmpty)
        #expect(
            after.takeQuietRecords() == [
                record([alert("A")], sentAt: 0, key: "{}:{alertname=\"A\"}"),
                record([alert("B")], sentAt: 0, key: "{}:{alertname=\"B\"}"),
                record([], sentAt: 0, key: "{}:{}"),
            ])
        _ = after.handle([alert("B", endsAt: 70_000)], now: 70_000)
        #expect(try summaries(after.tick(now: 120_000)) == ["all alerts resolved: -B"])
    }

    @Test func anEndThatWaitedSurvivesOtherGrouping() throws {
        var before = try dispatcher()
        _ = before.handle([alert("A"), alert("B")], now: 0)
        _ = before.handle([alert("A", endsAt: 1000)], now: 1000)
        var after = try dispatcher("group_by: [alertname]")
        after.restore(alerts: before.alerts, log: before.log, now: 5000)
        #expect(try summaries(after.tick(now: 60_000)) == ["all alerts resolved: -A"])
    }

    @Test func anotherReceiverIsToldFirst() throws {
        var before = try dispatcher()
        _ = before.handle([alert("A")], now: 0)
        let configuration = try NotificationConfiguration.valid(
            notifications(route: "").replacing("oncall", with: "night"))
        var after = NotificationDispatcher(configuration: configuration, externalURL: "")
        after.restore(alerts: before.alerts, log: before.log, now: 5000)
        let drafts = after.tick(now: 5000)
        #expect(try summaries(drafts) == ["first notification: +A"])
        #expect(drafts.first?.createdAt == 5000)
    }

    @Test(arguments: Array(0...40) as [Int64])
    func aRestartAtAnyMomentChangesNothing(restart: Int64) throws {
        let script: [Int64: [NotifiableAlert]] = [
            0: [alert("A")], 3: [alert("B", startsAt: 3000)],
            9: [alert("A", endsAt: 9000)], 17: [alert("A", startsAt: 17_000)],
            22: [
                alert("A", startsAt: 17_000, endsAt: 22_000),
                alert("B", startsAt: 3000, endsAt: 22_000),
            ],
            33: [alert("B", startsAt: 33_000)],
        ]
        let route = "group_interval: 5s, repeat_interval: 10s"
        func run(restartingAt moment: Int64?) throws -> [String] {
            var dispatcher = try dispatcher(route)
            var told: [String] = []
            for second in 0...40 as ClosedRange<Int64> {
                if second == moment {
                    var fresh = try self.dispatcher(route)
                    fresh.restore(
                        alerts: dispatcher.alerts, log: dispatcher.log, now: second * 1000)
                    dispatcher = fresh
                }
                let drafts = dispatcher.handle(script[second] ?? [], now: second * 1000)
                told += try summaries(drafts)
            }
            return told
        }
        let expected = [
            "first notification: +A", "new alerts added: +A +B", "some alerts resolved: -A +B",
            "new alerts added: +A +B", "all alerts resolved: -A -B", "first notification: +B",
        ]
        #expect(try run(restartingAt: nil) == expected)
        #expect(try run(restartingAt: restart) == expected)
    }
}
