// What silences keep from being told, and what is told when they are over.

import PromQL
import Testing

@testable import Alerting

@Suite struct SilencedNotificationTests {
    private func dispatcher(
        _ route: String = "", webhook: String = "", silences: Silence...
    ) throws -> NotificationDispatcher {
        var dispatcher = NotificationDispatcher(
            configuration: try .valid(notifications(route: route, webhook: webhook)),
            externalURL: "http://agent:10190")
        dispatcher.silences = SilenceBook(silences)
        return dispatcher
    }

    @Test("a silenced alert is told once its silence is over, with the time of that look")
    func announcedAfterwards() throws {
        var dispatcher = try dispatcher(silences: silence("s", to: 90_000))
        #expect(dispatcher.handle([alert("A")], now: 0).isEmpty)
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.takeSuppressed() == ["oncall": 2])
        #expect(dispatcher.takeSuppressed().isEmpty)
        let drafts = dispatcher.tick(now: 120_000)
        #expect(try summaries(drafts) == ["first notification: +A"])
        #expect(drafts.first?.createdAt == 60_000, "retries must not count the silence")
        #expect(dispatcher.tick(now: 180_000).isEmpty)
        #expect(dispatcher.takeSuppressed().isEmpty)
    }

    @Test("other members of the group are told without it")
    func others() throws {
        var dispatcher = try dispatcher(silences: silence("s", to: 90_000))
        let drafts = dispatcher.handle([alert("A"), alert("B")], now: 0)
        #expect(try summaries(drafts) == ["first notification: +B"])
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(try summaries(dispatcher.tick(now: 120_000)) == ["new alerts added: +A +B"])
    }

    @Test("an alert that began and ended while silenced is never told")
    func neverTold() throws {
        var dispatcher = try dispatcher(silences: silence("s", to: 90_000))
        #expect(dispatcher.handle([alert("A")], now: 0).isEmpty)
        #expect(dispatcher.handle([alert("A", endsAt: 30_000)], now: 30_000).isEmpty)
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.alerts.isEmpty)
        #expect(dispatcher.nextDeadline == nil)
        #expect(dispatcher.log.isEmpty)
    }

    @Test("an alert that was told is not told again after its silence")
    func toldBefore() throws {
        var dispatcher = try dispatcher()
        #expect(dispatcher.handle([alert("A"), alert("B")], now: 0).count == 1)
        dispatcher.silences = SilenceBook([try silence("s", to: 100_000)])
        let ended = dispatcher.handle([alert("B", endsAt: 10_000)], now: 60_000)
        #expect(try summaries(ended) == ["all alerts resolved: -B"])
        #expect(dispatcher.tick(now: 120_000).isEmpty, "A is known and fires still")
        let back = dispatcher.handle([alert("B", startsAt: 130_000)], now: 180_000)
        #expect(try summaries(back) == ["new alerts added: +A +B"])
    }

    @Test("an end that the receiver has not heard of is told after the silence")
    func deferredEnd() throws {
        var dispatcher = try dispatcher()
        #expect(dispatcher.handle([alert("A")], now: 0).count == 1)
        dispatcher.silences = SilenceBook([try silence("s", to: 130_000)])
        #expect(dispatcher.handle([alert("A", endsAt: 50_000)], now: 60_000).isEmpty)
        #expect(dispatcher.tick(now: 120_000).isEmpty)
        let drafts = dispatcher.tick(now: 180_000)
        #expect(try summaries(drafts) == ["all alerts resolved: -A"])
        #expect(drafts.first?.createdAt == 120_000)
        #expect(dispatcher.nextDeadline == nil)
        let again = dispatcher.handle([alert("A", startsAt: 190_000)], now: 190_000)
        #expect(try summaries(again) == ["first notification: +A"])
    }

    @Test("no repeat while silenced; a repeat that is due comes afterwards")
    func repeats() throws {
        var dispatcher = try dispatcher("repeat_interval: 2m")
        #expect(dispatcher.handle([alert("A")], now: 0).count == 1)
        dispatcher.silences = SilenceBook([try silence("s", to: 200_000)])
        #expect(dispatcher.tick(now: 60_000).isEmpty)
        #expect(dispatcher.tick(now: 120_000).isEmpty)
        #expect(dispatcher.tick(now: 180_000).isEmpty)
        #expect(
            try summaries(dispatcher.tick(now: 240_000)) == ["repeat interval elapsed: +A"])
    }

    @Test("who takes no resolved alerts learns of a silenced one's next crossing")
    func withoutResolved() throws {
        var dispatcher = try dispatcher("", webhook: "send_resolved: false")
        #expect(dispatcher.handle([alert("A")], now: 0).count == 1)
        dispatcher.silences = SilenceBook([try silence("s", to: 100_000)])
        #expect(dispatcher.handle([alert("A", endsAt: 50_000)], now: 60_000).isEmpty)
        #expect(dispatcher.tick(now: 120_000).isEmpty)
        let again = dispatcher.handle([alert("A", startsAt: 130_000)], now: 130_000)
        #expect(try summaries(again) == ["first notification: +A"])
    }

    @Test("a pending and an expired silence keep nothing back")
    func notInForce() throws {
        var dispatcher = try dispatcher(
            silences: silence("over", to: 1000), silence("later", from: 50_000, to: 60_000))
        #expect(dispatcher.handle([alert("A")], now: 1000).count == 1)
    }
}
