// Evaluating rules and committing what they changed: alert states, notification log and outbox in
// one transaction.

import Alerting
import Credits
import Logging
import Ports
import PromQL

/// Changes of the ledger that the rules have not seen.
struct LedgerChanges {
    /// How long a change waits for those of commands that wait already, in milliseconds.
    static let patienceMilliseconds: Int64 = 100

    /// Whose figures changed.
    var organizations: Set<String> = []
    /// When the first of them did, on the waiting clock.
    var since: Int64 = 0
}

extension AgentCore {
    /// Lets the rules see what a command changed, at the end of the command.
    func noteChange(of organization: String) {
        if changes.organizations.isEmpty { changes.since = ports.waiter.elapsedMilliseconds() }
        changes.organizations.insert(organization)
    }

    /// Evaluates all rules if the ledger changed. While other commands wait, what they change is
    /// awaited for a moment, so that one evaluation sees it all.
    func evaluateChanges(othersWait: Bool) async {
        guard !changes.organizations.isEmpty else { return }
        let waited = ports.waiter.elapsedMilliseconds() - changes.since
        guard !othersWait || waited >= LedgerChanges.patienceMilliseconds else { return }
        await evaluateRules(at: ports.wallClock.now(), all: true)
    }

    /// Evaluates rules on samples taken now.
    ///
    /// - Parameter all: every group because the ledger changed, or only those that are due.
    func evaluateRules(at now: Timestamp, all: Bool) async {
        guard !isHistoryAwaited else { return }
        let former = rules.book
        let waiter = ports.waiter
        let isWhole = !all || rules.needsWholeScrape(at: now)
        let scrape = metrics.scrape(of: isWhole ? nil : changes.organizations, at: now)
        if all { changes = LedgerChanges() }
        let round = rules.evaluate(scrape, at: now, all: all) {
            Double(waiter.elapsedNanoseconds()) / 1_000_000_000
        }
        if round.refusedSamples > 0 { meters.countRefusedSamples(round.refusedSamples) }
        for failure in round.failures {
            logger.warning(
                "rule \(failure.name) failed: \(failure.error ?? "")", source: "rules")
        }
        var next = notifier
        let rows = next.handle(
            transitions: round.transitions, book: rules.book, now: now, random: ports.random)
        await store(round, rows, next, former: former)
        feedAlertmanagers(at: now)
        publish()
    }

    /// Sends what groups have waited for.
    func flushNotifications(at now: Timestamp) async {
        guard let deadline = notifier.nextDeadline, deadline <= now else { return }
        var next = notifier
        let rows = next.tick(now: now, random: ports.random)
        await store(RuleRound(), rows, next, former: rules.book)
    }

    private func store(
        _ round: RuleRound, _ notifications: NotifierRows, _ next: Notifier, former: RuleBook
    ) async {
        guard !round.changedRules.isEmpty || !notifications.isEmpty else {
            adopt(next)
            return
        }
        let states = Dictionary(
            grouping: rules.book.alerts.map(\.alert), by: \.ruleIdentity)
        let changed = round.changedRules.sorted().map { ($0, states[$0] ?? []) }
        do {
            try await write { rows in
                for (identity, records) in changed {
                    try rows.replaceAlertRecords(ofRule: identity, with: records)
                }
                for record in notifications.log { try rows.putNotificationLog(record) }
                try rows.enqueue(notifications.outbox)
            }
            adopt(next)
            report(round)
            for remark in notifications.remarks { report(remark) }
            if !notifications.outbox.isEmpty { outboxBell.ring() }
        } catch {
            // Nothing was announced: the next evaluation comes to the same transitions.
            rules.restore(former)
            logger.error(
                "alert states were not written, the next evaluation tries again: \(error)",
                source: "rules")
        }
    }

    private func report(_ found: IntegrationRemark) {
        meters.countRemark(
            receiver: found.receiver, integration: found.integration,
            kind: found.remark.kind.rawValue)
        logger.warning(
            "receiver \(found.receiver), \(found.integration), group \(found.group): \(found.remark.detail)",
            source: "notify")
    }

    private func adopt(_ next: Notifier) {
        notifier = next
        meters.countSuppressed(notifier.takeSuppressed())
    }

    private func report(_ round: RuleRound) {
        for transition in round.transitions {
            guard transition.kind == .firing || transition.kind == .resolved else { continue }
            let summary = transition.alert.annotations.first { $0.name == "summary" }?.value ?? ""
            let text = "alert \(transition.alert.name) \(transition.kind.rawValue): \(summary)"
            logger.info("\(text)", source: "rules")
        }
    }
}
