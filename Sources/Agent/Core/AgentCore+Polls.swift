// What becomes of a poll: posted whole, or its failure recorded.

import AgentConfiguration
import Credits
import Ledger
import Logging
import Ports
import UsageSources

extension AgentCore {
    /// Posts a complete poll and lets the rules see what it changed.
    package func commit(_ poll: CompletedPoll, durationSeconds: Double) async {
        await exclusively {
            guard let source = sources[poll.request.source],
                let organization = organizations[source.organization]
            else { return }
            if let definition = poll.definition, plan.definitions[source.id] != definition {
                // The reload that changed it has begun another poll already.
                logger.debug(
                    "source \(source.id): a poll by its former definition was dropped",
                    source: "poll")
                return
            }
            let now = ports.wallClock.now()
            if isSettled(poll, source, at: now) {
                let outcome = PostingOutcome(unchanged: organization, by: poll)
                apply(outcome, of: poll, to: source, now: now, durationSeconds: durationSeconds)
                release(holdReleases(after: poll, of: source, passedOver: [:]))
                publish()
                await markReleases()
                return
            }
            let step = step(poll, organization, source, now: now)
            do {
                let outcome = try await write { try step.run($0) }
                let committed = ports.waiter.elapsedNanoseconds()
                note(outcome.notes, of: source.id)
                if let refusal = outcome.refusal {
                    sources[source.id]?.count(outcome.notes)
                    record(refusal, of: source.id, durationSeconds: durationSeconds)
                    return
                }
                apply(outcome, of: poll, to: source, now: now, durationSeconds: durationSeconds)
                release(holdReleases(after: poll, of: source, passedOver: outcome.passedOverDays))
                publish()
                note(outcome.transition, committedAt: committed)
                if !outcome.entries.isEmpty { noteChange(of: source.organization) }
                await markReleases()
            } catch let failure as PollFailure {
                record(failure, of: poll.request.source, durationSeconds: durationSeconds)
            } catch {
                let failure = PollFailure(
                    .internal, "the ledger could not be written: \(error)")
                record(failure, of: poll.request.source, durationSeconds: durationSeconds)
            }
        }
    }

    private func step(
        _ poll: CompletedPoll, _ organization: OrganizationState, _ source: SourceState,
        now: Timestamp
    ) -> PostingStep {
        let notifier = notifier
        let random = ports.random
        return PostingStep(
            poll: poll, organization: organization, source: source,
            formerSources: plan.formerSources(of: source.organization),
            ranks: plan.ranks(of: source.organization), now: now,
            notifications: { transition, standing in
                notifier.events(
                    of: transition, standing: standing, name: organization.configuration.name,
                    random: random)
            })
    }

    /// Whether a poll says what the last one said, which changed nothing, and nothing else has to
    /// be written for it.
    private func isSettled(
        _ poll: CompletedPoll, _ source: SourceState, at now: Timestamp
    ) -> Bool {
        guard let settled = source.settled, settled.says(the: poll),
            plan.ranks(of: source.organization)[source.id] == nil
        else { return false }
        return !source.shouldStoreSuccess(at: now)
            && source.news(of: poll.request.finishedDays).isEmpty
    }

    /// Records that a poll failed; nothing else changes.
    package func recordFailure(
        _ failure: PollFailure, of source: String, durationSeconds: Double
    ) async {
        await exclusively {
            record(failure, of: source, durationSeconds: durationSeconds)
        }
    }

    private func apply(
        _ outcome: PostingOutcome, of poll: CompletedPoll, to source: SourceState, now: Timestamp,
        durationSeconds: Double
    ) {
        var source = source
        warnOfClock(poll, before: source)
        source.take(outcome, of: poll)
        source.reportedProducts.formUnion(poll.request.readings.map(\.key.product))
        source.reportedProducts.formUnion(outcome.entries.map(\.product))
        source.cover(outcome.covered, today: ZonedCalendar.utc.day(at: now))
        if source.isUp != true {
            logger.info("source \(source.id): polls succeed", source: "poll")
        }
        source.isUp = true
        source.lastSuccess = now
        if outcome.storedSuccess { source.storedSuccess = now }
        source.unconfirmedAbsences = outcome.unconfirmedAbsences
        source.settled = SettledPoll(poll, outcome)
        source.pollCount += 1
        source.lastDurationSeconds = durationSeconds
        source.passedOverRows += outcome.passedOver
        sources[source.id] = source
        organizations[source.organization] = outcome.organization
        if !outcome.entries.isEmpty {
            let total = outcome.organization.standing(at: now)
            logger.debug(
                "source \(source.id): \(outcome.entries.count) entries, \(source.organization) has used \(total.used) of \(total.limit)",
                source: "ledger")
        }
    }

    private func record(_ failure: PollFailure, of id: String, durationSeconds: Double) {
        guard var source = sources[id] else { return }
        let isNews = source.isUp != false || source.failures[failure.reason] == nil
        source.isUp = false
        source.pollCount += 1
        source.failures[failure.reason, default: 0] += 1
        source.lastDurationSeconds = durationSeconds
        sources[id] = source
        publish()
        let text = "source \(id): poll failed, nothing of it was kept: \(failure)"
        logger.log(level: isNews ? .warning : .debug, "\(text)", source: "poll")
    }

    /// Warns when the clock here and a source's begin to differ.
    private func warnOfClock(_ poll: CompletedPoll, before source: SourceState) {
        let worthWarning: UInt64 = 60_000
        guard let skew = poll.clockSkewMilliseconds, skew.magnitude > worthWarning,
            (source.yield.clockSkewMilliseconds ?? 0).magnitude <= worthWarning
        else { return }
        logger.warning(
            "source \(source.id): the clock here is \(skew / 1000) s ahead of the source's; days may begin at the wrong time, check the clock",
            source: "clock")
    }

    private func note(_ notes: [StyleNote], of source: String) {
        let mostLines = 20
        for note in notes.prefix(mostLines) {
            logger.info("source \(source): \(note)", source: "poll")
        }
        if notes.count > mostLines {
            logger.info(
                "source \(source): and \(notes.count - mostLines) more remarks", source: "poll")
        }
    }

    /// Logs a committed block or resume and wakes what depends on it.
    func note(_ transition: LimitTransition?, committedAt: Int64) {
        guard let transition else { return }
        meters.observeLimitResponse(
            organization: transition.organization, seconds: seconds(since: committedAt))
        outboxBell.ring()
        let verb = transition.kind == .blocked ? "blocked" : "resumed"
        logger.info(
            "organization \(transition.organization) \(verb): used \(transition.used) of \(transition.limit) (\(transition.cause))",
            source: "limits")
    }
}

extension AgentCore {
    /// The calendar that decides what today is for an organization.
    func calendar(of organization: String) -> ZonedCalendar {
        organizations[organization]?.terms.terms(at: ports.wallClock.now()).calendar ?? .utc
    }
}
