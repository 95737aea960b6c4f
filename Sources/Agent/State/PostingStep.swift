// One poll's way into the ledger: a function of rows and values, run inside one transaction.
//
// 1. Entries, posted keys, poll, new products, block or resume, and the notifications of those
//    are written together or not at all.
// 2. It may run again after a conflict: it changes nothing but rows.

import AgentConfiguration
import Credits
import Ledger
import Ports
import UsageSources

/// A complete poll, ready to be posted.
package struct CompletedPoll: Sendable {
    /// Random identifier.
    package let id: String
    /// The readings and how they are posted.
    package let request: PostingRequest
    /// When the poll began.
    package let startedAt: Timestamp
    /// Pages read.
    package let pageCount: Int
    /// Rows read.
    package let rowCount: Int
    /// What has yet to become readings together with the source's state; nil when `request` holds
    /// all readings.
    package var observations: StyleObservations?
    /// How the source was defined when it was polled; nil when that does not matter.
    package var definition: SourceDefinition?
    /// Rows of days outside the window that were passed over.
    package var ignoredRowCount = 0
    /// Rows that `where` passed over.
    package var filteredRowCount = 0
    /// How far the clock here is ahead of the source's; nil when it says no time.
    package var clockSkewMilliseconds: Int64?
    /// Whether its pages were read twice because their total changed.
    package var hasRestarted = false
    /// The first instant whose use it did not ask for; nil when what it states has no days.
    package var askedUntil: Timestamp?
}

extension CompletedPoll {
    /// The last day that is locked; nil when days are never locked.
    var lockedThrough: CalendarDay? {
        guard let definition, let finished = request.finishedThrough else { return nil }
        return definition.finality.lockedThrough(today: finished.adding(days: 1))
    }
}

/// What a committed poll changed.
package struct PostingOutcome: Sendable {
    /// The organization after it.
    package let organization: OrganizationState
    /// The entries written, in order.
    package let entries: [Entry]
    /// The block or resume that it caused.
    package let transition: LimitTransition?
    /// Keys to be confirmed absent by the next poll.
    package let unconfirmedAbsences: Set<String>
    /// Whether the source's success was written.
    package let storedSuccess: Bool
    /// Readings passed over because their product is disabled.
    package let passedOver: Int64
    /// Readings that do not count because another source of the same usage does.
    package var superseded: Int64 = 0
    /// The days of such readings, by product.
    package var passedOverDays: [String: Set<CalendarDay>] = [:]
    /// Entries that changed a day which a poll had covered after its end.
    package var restatements: Int64 = 0
    /// Of those, entries of days that were locked, or of a month that had ended.
    package var lateEntries: Int64 = 0
    /// Days that this poll was the first to cover after their end.
    package var covered: [CalendarDay] = []
    /// The sizes of all drifts of balances, in credits; nil when the poll says nothing of them.
    package var drift: CreditAmount?
    /// Remarks on how observations became readings.
    package var notes: [StyleNote] = []
    /// Why nothing was posted although something was remembered.
    package var refusal: PollFailure?
}

extension PostingOutcome {
    /// The outcome of a poll that says what the last one said.
    init(unchanged organization: OrganizationState, by poll: CompletedPoll) {
        let disabled = organization.disabledProducts
        self.init(
            organization: organization, entries: [], transition: nil, unconfirmedAbsences: [],
            storedSuccess: false,
            passedOver: Int64(
                poll.request.readings.count { disabled.contains($0.key.product) }))
    }
}

/// Posts one poll.
package struct PostingStep: Sendable {
    /// The poll.
    package var poll: CompletedPoll
    /// The organization before it.
    package let organization: OrganizationState
    /// The source before it.
    package let source: SourceState
    /// Sources that have posted for the organization and are no longer configured, in order.
    package let formerSources: [String]
    /// The ranks of the organization's sources; those replaced have their successor's.
    package var ranks: [String: Authority.Member] = [:]
    /// The instant of posting.
    package let now: Timestamp
    /// The notifications of a block or resume.
    package let notifications: @Sendable (LimitTransition, Standing) -> [OutboxRow]

    /// Posts readings in a transaction.
    func runReadings(_ rows: any StoreRows) throws -> PostingOutcome {
        let id = organization.configuration.id
        let disabled = organization.disabledProducts
        let posted = try rows.postedKeys(
            of: id, sources: (relevantSources.union(formerSources)).sorted(), in: touchedDays)
        try refuseConflicts(posted)
        let plan = try planned(posted, disabled: disabled, rows)
        let head = try rows.chainHead(of: id)
        let before = try current(head, rows)
        var next = before
        try addProducts(of: plan, to: &next, rows)
        let entries = Chain.extend(
            head, organization: id, drafts: plan.drafts, poll: poll.id, recordedAt: now)
        try post(entries, to: &next)
        next.entryCount += Int64(entries.count)
        if !plan.posted.isEmpty {
            try rows.append(entries, posted: plan.posted, poll: entries.isEmpty ? nil : record)
        }
        let covered = source.news(of: poll.request.finishedDays)
        if !covered.isEmpty { try rows.recordCoveredDays(covered, of: source.id) }
        let storesSuccess = !entries.isEmpty || source.shouldStoreSuccess(at: now)
        if storesSuccess { try rows.recordSourceSuccess(source.id, at: now) }
        let transition = try recordTransition(
            from: before, to: &next, after: entries, rows)
        var outcome = PostingOutcome(
            organization: next, entries: entries, transition: transition,
            unconfirmedAbsences: plan.unconfirmedAbsences, storedSuccess: storesSuccess,
            passedOver: Int64(
                poll.request.readings.count { disabled.contains($0.key.product) }))
        outcome.superseded = plan.supersededCount
        outcome.passedOverDays = plan.supersededDays
        outcome.covered = covered
        count(entries, in: &outcome)
        return outcome
    }

    /// Counts what changed days that were thought to be known.
    private func count(_ entries: [Entry], in outcome: inout PostingOutcome) {
        let changed = entries.filter { source.coveredDays.contains($0.day) }
        let month = organization.terms.terms(at: now).calendar.day(at: now).month
        outcome.restatements = Int64(changed.count)
        outcome.lateEntries = Int64(
            changed.count { lockedDays?.contains($0.day) ?? ($0.day.month < month) })
    }

    /// Days that were locked after a poll had covered them; nil when days are never locked.
    private var lockedDays: Set<CalendarDay>? {
        guard let through = poll.lockedThrough else { return nil }
        return source.coveredDays.filter { $0 <= through }
    }

    /// Sums that do not fit are the source's mistake, not the store's.
    private func post(_ entries: [Entry], to next: inout OrganizationState) throws {
        do {
            for entry in entries {
                try next.account.post(entry.credits, product: entry.product, day: entry.day)
            }
        } catch {
            throw PollFailure(
                .badValue, "source \(source.id): the organization's sums do not fit: \(error)")
        }
    }

    /// The organization before the poll. A commit whose answer was lost has left more in the
    /// ledger than in memory: then the ledger is read again.
    private func current(_ head: ChainHead, _ rows: any StoreRows) throws -> OrganizationState {
        guard head.sequence != organization.entryCount else { return organization }
        return try LedgerRebuild.organization(
            organization.configuration, from: rows, verifyingLast: 1
        ).state
    }

    /// The window and every day a reading speaks of: today may have begun elsewhere already.
    private var touchedDays: DayWindow {
        let days = poll.request.readings.map(\.key.day)
        let window = poll.request.window
        return DayWindow(
            first: min(window.first, days.min() ?? window.first),
            last: max(window.last, days.max() ?? window.last))
    }

    /// The sources whose keys decide what is posted.
    private var relevantSources: Set<String> {
        let own = Set([poll.request.source] + poll.request.replaced)
        return ranks[poll.request.source] == nil ? own : own.union(ranks.keys)
    }

    private var record: PollRecord {
        PollRecord(
            id: poll.id, source: source.id, organization: organization.configuration.id,
            window: poll.request.window, startedAt: poll.startedAt, recordedAt: now,
            pageCount: poll.pageCount, rowCount: poll.rowCount)
    }

    private func planned(
        _ posted: [PostedKey], disabled: Set<String>, _ rows: any StoreRows
    ) throws -> PostingPlan {
        var request = poll.request
        request.disabledProducts = disabled
        request.lockedDays = lockedDays ?? []
        let relevant = relevantSources
        if ranks[request.source] != nil {
            request.authority = Authority(
                members: ranks,
                finished: try rows.coveredDays(of: ranks.keys.sorted(), in: touchedDays))
        }
        let posted = posted.filter { relevant.contains($0.source) }
        do throws(AmountError) {
            return try Posting.plan(
                request, posted: posted, absentBefore: source.unconfirmedAbsences)
        } catch {
            throw PollFailure(
                .badValue, "source \(source.id): a reading does not fit the ledger: \(error)")
        }
    }

    /// Days that a source no longer configured has posted must not be counted again.
    private func refuseConflicts(_ posted: [PostedKey]) throws {
        let former = Set(formerSources)
        let foreign = posted.filter { key in
            key.credits != .zero && former.contains(key.source)
                && !poll.request.replaced.contains(key.source)
        }
        guard !foreign.isEmpty else { return }
        let stated = Set(poll.request.readings.map { "\($0.key.day)/\($0.key.product)" })
        let conflict = foreign.first { stated.contains("\($0.day)/\($0.product)") }
        guard let conflict else { return }
        throw PollFailure(
            .sourceConflict,
            "source \(source.id) reports product \(conflict.product) on \(conflict.day), which "
                + "source \(conflict.source), no longer configured, has posted; write "
                + "`replaces: [\(conflict.source)]` if it is the same usage")
    }

    private func addProducts(
        of plan: PostingPlan, to next: inout OrganizationState, _ rows: any StoreRows
    ) throws {
        var reported = Set(poll.request.readings.map(\.key.product))
        reported.formUnion(plan.drafts.map(\.product))
        for product in reported.sorted() where next.products[product] == nil {
            guard next.products.count < OrganizationConfiguration.maximumProducts else {
                throw PollFailure(
                    .tooManyProducts,
                    "source \(source.id) reports product \(product), but organization "
                        + "\(next.configuration.id) already has "
                        + "\(OrganizationConfiguration.maximumProducts) products, the most that "
                        + "are kept; map the products to fewer names")
            }
            try rows.putProduct(
                ProductRecord(
                    organization: next.configuration.id, id: product, wasEverEnabled: true))
            next.products[product] = ProductState(
                id: product, name: product, isEnabled: true, wasEverEnabled: true)
        }
    }

    private func recordTransition(
        from before: OrganizationState, to next: inout OrganizationState,
        after entries: [Entry], _ rows: any StoreRows
    ) throws -> LimitTransition? {
        let cause = TransitionCause.words(
            changing: before, at: now,
            by: entries.last.map { "entry \($0.sequence)" } ?? "poll \(poll.id)")
        guard let transition = next.dueTransition(at: now, cause: cause) else { return nil }
        try rows.appendTransition(transition)
        try rows.enqueue(notifications(transition, next.standing(at: now)))
        next.note(transition)
        return transition
    }
}
