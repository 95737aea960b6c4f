// What happens because time passes: the 1st, the end of a raise, rules on their grid, groups of
// notifications whose wait is over, and the watch over clock and ledger file.

import Credits
import Ledger
import Logging
import Ports

extension AgentCore {
    /// The longest wait between two ticks: how soon a jump of the clock or a lost file is noticed.
    private static let longestWaitMilliseconds: Int64 = 1000

    /// Does everything that is due.
    ///
    /// - Returns: milliseconds until the next tick.
    /// - Throws: `AgentError.ledgerLost` when the ledger is gone or another's; the agent ends then.
    package func tick() async throws -> Int64 {
        try await exclusively {
            let now = ports.wallClock.now()
            try await checkPresence()
            let isSteady = watchClock(now)
            watchStep()
            for id in organizations.keys.sorted() {
                if isSteady {
                    await closeMonths(of: id, now: now)
                    releaseOutlivedHolds(of: id, now: now)
                }
                await settleOrReport(id, cause: "passing of time", now: now)
            }
            await expireHolds(at: now)
            await markReleases()
            if rules.isDue(at: now) { await evaluateRules(at: now, all: false) }
            await flushNotifications(at: now)
            await dropOutdatedSilences(at: now)
            return waitMilliseconds(after: now)
        }
    }

    /// Settles an organization; what cannot be written is tried again by the next tick.
    func settleOrReport(_ id: String, cause: String, now: Timestamp) async {
        do {
            try await recordRaiseEnds(of: id, now: now)
            try await settle(id, cause: cause, now: now)
        } catch {
            logger.error(
                "organization \(id): the end of a raise, a block or a resume was not written, trying again: \(error)",
                source: "limits")
        }
    }

    private func checkPresence() async throws {
        do {
            try await ports.store.checkPresence()
        } catch let error as StoreError {
            switch error {
            case .lost, .taken, .untrusted: throw AgentError.ledgerLost(error.description)
            default: break
            }
            // The writes themselves tell whether the ledger can be used.
            logger.warning("the ledger's file could not be looked at: \(error)", source: "ledger")
        }
    }

    /// Tells when a large step of the clock begins to wait for its confirmation, and when it ends.
    private func watchStep() {
        let step = ports.wallClock.unconfirmedStepMilliseconds
        let isNews = (step == 0) != (meters.current.unconfirmedStepMilliseconds == 0)
        meters.setUnconfirmedStep(milliseconds: step)
        guard isNews else { return }
        if step != 0 {
            logger.warning(
                "the wall clock jumped by \(step) ms; months, limits and holds go on by the former time until the new one has held for \(SteadyWallClock.confirmation / 1000) s",
                source: "clock")
        } else {
            logger.info("the wall clock is believed again", source: "clock")
        }
    }

    /// Notices a jump of the clock.
    ///
    /// - Returns: false when there was one; the new time counts from the next look on.
    private func watchClock(_ now: Timestamp) -> Bool {
        let elapsed = ports.waiter.elapsedMilliseconds()
        guard let jump = clockWatch.step(wall: now, elapsed: elapsed) else { return true }
        meters.countClockStep()
        logger.warning(
            "the wall clock jumped by \(jump) ms; the samples behind the rules begin anew if it went back",
            source: "clock")
        notifier.clockStepped(byMilliseconds: jump)
        guard jump < 0 else { return false }
        rules.forgetSamples()
        for id in plan.identifiers { sources[id]?.clockWentBack(to: now) }
        publish()
        return false
    }

    private func waitMilliseconds(after now: Timestamp) -> Int64 {
        let deadlines =
            [rules.nextSlot(after: now), notifier.nextDeadline, nextHoldRound, nextMark]
            + organizations.values.map { $0.terms.nextChange(after: now) }
        let next = deadlines.compactMap { $0 }.map(\.milliseconds).min() ?? .max
        let present = ports.wallClock.now().milliseconds
        return min(Self.longestWaitMilliseconds, max(1, next == .max ? 1000 : next - present))
    }
}
