// One manual change's way into the ledger: a function of rows and values, run inside one
// transaction.
//
// 1. Entry, audit, block or resume, and the notifications of those are written together or not at
//    all.
// 2. A wish whose key is known writes nothing.
// 3. It may run again after a conflict: it changes nothing but rows.

import AgentConfiguration
import Credits
import Ledger
import Ports

/// What a committed adjustment changed.
struct AdjustmentOutcome: Sendable {
    /// The organization after it.
    let organization: OrganizationState
    /// The entry written, or the one that an earlier wish wrote under the same key.
    let entry: Entry
    /// Whether the entry was there before.
    var isRepeated = false
    /// The block or resume that it caused.
    let transition: LimitTransition?
}

/// Posts one adjustment.
struct AdjustmentStep: Sendable {
    /// The wish.
    let adjustment: Adjustment
    /// The day it counts for.
    let day: CalendarDay
    /// The organization before it.
    let organization: OrganizationState
    /// Whether its usage is known, so that it may be blocked.
    let hasKnownUsage: Bool
    /// The instant of posting.
    let now: Timestamp
    /// The notifications of a block or resume.
    let notifications: @Sendable (LimitTransition, Standing) -> [OutboxRow]

    /// Posts the adjustment in a transaction.
    func run(_ rows: any StoreRows) throws -> AdjustmentOutcome {
        let head = try rows.chainHead(of: adjustment.organization)
        var next = try current(head, rows)
        if let former = try former(rows) {
            return AdjustmentOutcome(
                organization: next, entry: former, isRepeated: true, transition: nil)
        }
        let before = next
        let entries = Chain.extend(
            head, organization: adjustment.organization,
            drafts: [adjustment.draft(sequence: head.sequence + 1, on: day)], poll: "",
            recordedAt: now)
        guard let entry = entries.first else {
            throw StoreError.failed("an adjustment gave no entry")
        }
        try next.account.post(entry.credits, product: entry.product, day: entry.day)
        next.entryCount += 1
        next.handmadeCount += 1
        try rows.append(entries, posted: [], poll: nil)
        if let key = adjustment.key {
            try rows.putAdjustment(
                key: key, of: adjustment.organization, sequence: entry.sequence)
        }
        try rows.appendAudit(
            audit(of: entry, before: before.account.used(in: day.month), after: next))
        let cause = TransitionCause.words(
            changing: before, at: now, by: "entry \(entry.sequence)")
        let transition = hasKnownUsage ? next.dueTransition(at: now, cause: cause) : nil
        if let transition {
            try rows.appendTransition(transition)
            try rows.enqueue(notifications(transition, next.standing(at: now)))
            next.note(transition)
        }
        return AdjustmentOutcome(organization: next, entry: entry, transition: transition)
    }

    /// The entry that was made under the wish's key.
    private func former(_ rows: any StoreRows) throws -> Entry? {
        guard let key = adjustment.key,
            let sequence = try rows.adjustment(key: key, of: adjustment.organization)
        else { return nil }
        return try rows.entries(of: adjustment.organization, after: sequence - 1, limit: 1).first
    }

    /// The organization before the adjustment. A commit whose answer was lost has left more in the
    /// ledger than in memory: then the ledger is read again.
    private func current(_ head: ChainHead, _ rows: any StoreRows) throws -> OrganizationState {
        guard head.sequence != organization.entryCount else { return organization }
        return try LedgerRebuild.organization(
            organization.configuration, from: rows, verifyingLast: 1
        ).state
    }

    private func audit(
        of entry: Entry, before: CreditAmount, after next: OrganizationState
    ) -> AuditRecord {
        AuditRecord(
            at: now, organization: adjustment.organization, actor: adjustment.actor,
            action: "ledger.adjusted", before: "used \(before) in \(day.month)",
            after: "used \(next.account.used(in: day.month)) in \(day.month), entry "
                + "\(entry.sequence): \(entry.kind.rawValue) of \(entry.credits) for "
                + "\(entry.product) on \(day)",
            reason: adjustment.reason)
    }
}
