// Changing the limit, and blocks that begin or end without a poll.

import AgentConfiguration
import Credits
import Ledger
import Logging
import Ports

/// A wish to change a limit policy.
package struct LimitChange: Sendable {
    /// Identifier of the organization.
    package let organization: String
    /// The policy wished for.
    package let policy: LimitPolicy
    /// When a time-boxed raise ends; nil for a lasting change.
    package let until: Timestamp?
    /// Who wishes it.
    package let actor: String
    /// Why.
    package let reason: String

    /// A wish of somebody.
    package init(
        organization: String, policy: LimitPolicy, until: Timestamp?, actor: String,
        reason: String
    ) {
        self.organization = organization
        self.policy = policy
        self.until = until
        self.actor = actor
        self.reason = reason
    }
}

/// A wish to change the cap of a product.
package struct CapChange: Sendable {
    /// Identifier of the organization.
    package let organization: String
    /// Identifier of the product.
    package let product: String
    /// The most that it may use in a month; nil for no cap.
    package let cap: CreditAmount?
    /// When the change ends by itself; nil for a lasting one.
    package let until: Timestamp?
    /// Who wishes it.
    package let actor: String
    /// Why.
    package let reason: String

    /// A wish of somebody.
    package init(
        organization: String, product: String, cap: CreditAmount?, until: Timestamp?,
        actor: String, reason: String
    ) {
        self.organization = organization
        self.product = product
        self.cap = cap
        self.until = until
        self.actor = actor
        self.reason = reason
    }
}

/// Why a limit was not changed.
package enum LimitChangeError: Error, Sendable, CustomStringConvertible {
    /// No such organization.
    case unknownOrganization(String)
    /// No such product of the organization.
    case unknownProduct(String, organization: String)
    /// The configuration file owns the limit.
    case ownedByFile(String)
    /// The configuration file owns the cap.
    case capOwnedByFile(String, organization: String)
    /// The raise would end before it begins.
    case endsInThePast(Timestamp)
    /// The raise would end beyond the last instant that can be kept.
    case endsTooLate(Timestamp)
    /// The ledger could not be written.
    case notWritten(String)

    package var description: String {
        switch self {
        case .unknownOrganization(let id): "there is no organization `\(id)`"
        case .unknownProduct(let id, let organization):
            "organization `\(organization)` has no product `\(id)`; list it in the configuration "
                + "if it is new"
        case .ownedByFile(let id):
            "the limit of `\(id)` is set in the configuration file; change it there and reload, "
                + "or remove `limit` from the file to hand it over"
        case .capOwnedByFile(let id, let organization):
            "the cap of `\(id)` of `\(organization)` is set in the configuration file; change it "
                + "there and reload, or remove `cap` from the file to hand it over"
        case .endsInThePast(let until): "`until` \(until) has passed already"
        case .endsTooLate:
            "`until` lies beyond the year 9999; leave it out for a change that does not end"
        case .notWritten(let error): "the change was not written: \(error)"
        }
    }
}

extension AgentCore {
    /// Changes a limit policy, at once and durably.
    package func setLimit(_ change: LimitChange) async throws(LimitChangeError) {
        try await changeTerms { now throws(LimitChangeError) in
            try limitRecord(of: change, now: now)
        }
    }

    /// Changes the cap of a product, at once and durably.
    package func setCap(_ change: CapChange) async throws(LimitChangeError) {
        try await changeTerms { now throws(LimitChangeError) in
            try capRecord(of: change, now: now)
        }
    }

    private func changeTerms(
        _ record: (Timestamp) throws(LimitChangeError) -> TermsRecord
    ) async throws(LimitChangeError) {
        do {
            try await exclusively {
                let now = ports.wallClock.now()
                let record = try record(now)
                try await recordRaiseEnds(of: record.organization, now: now)
                try await applyTerms(
                    record, former: now,
                    cause: "\(TermsAudit.subject(of: record)) changed by \(record.changedBy)",
                    now: now)
            }
        } catch let error as LimitChangeError {
            throw error
        } catch {
            throw .notWritten("\(error)")
        }
    }

    private func limitRecord(
        of change: LimitChange, now: Timestamp
    ) throws(LimitChangeError) -> TermsRecord {
        guard let before = organizations[change.organization] else {
            throw .unknownOrganization(change.organization)
        }
        guard before.terms.terms(at: now).owner == .api else {
            throw .ownedByFile(change.organization)
        }
        try requireEnd(change.until, now: now)
        return TermsRecord(
            organization: change.organization, change: .policy(change.policy, owner: .api),
            effectiveFrom: now, until: change.until, recordedAt: now, changedBy: change.actor,
            reason: change.reason)
    }

    private func capRecord(
        of change: CapChange, now: Timestamp
    ) throws(LimitChangeError) -> TermsRecord {
        guard let before = organizations[change.organization] else {
            throw .unknownOrganization(change.organization)
        }
        guard before.products[change.product] != nil else {
            throw .unknownProduct(change.product, organization: change.organization)
        }
        guard before.configuration.capOwner(of: change.product) == .api else {
            throw .capOwnedByFile(change.product, organization: change.organization)
        }
        try requireEnd(change.until, now: now)
        return TermsRecord(
            organization: change.organization, change: .cap(change.cap, product: change.product),
            effectiveFrom: now, until: change.until, recordedAt: now, changedBy: change.actor,
            reason: change.reason)
    }

    private func requireEnd(_ until: Timestamp?, now: Timestamp) throws(LimitChangeError) {
        guard let until else { return }
        if until <= now { throw .endsInThePast(until) }
        if until > Timestamp.writable.upperBound { throw .endsTooLate(until) }
    }

    /// Puts a change in force, at once and durably.
    ///
    /// - Parameters:
    ///   - former: the instant of which audit and event say what was before.
    ///   - cause: why a block begins or ends with it.
    func applyTerms(
        _ record: TermsRecord, former: Timestamp, cause: String, now: Timestamp
    ) async throws {
        guard let before = organizations[record.organization] else {
            throw LimitChangeError.unknownOrganization(record.organization)
        }
        var next = before
        next.terms.append(record)
        let transition =
            view(next).hasKnownUsage
            ? next.dueTransition(at: now, cause: cause) : nil
        let events = notifier.events(
            of: record, before: before, at: former, transition: transition,
            standing: next.standing(at: now), random: ports.random)
        let audit = TermsAudit.record(of: record, before: before.terms, at: former, now: now)
        try await write { rows in
            try rows.appendTerms(record)
            try rows.appendAudit(audit)
            if let transition { try rows.appendTransition(transition) }
            try rows.enqueue(events)
        }
        let committed = ports.waiter.elapsedNanoseconds()
        if let transition { next.note(transition) }
        organizations[record.organization] = next
        publish()
        logger.info("\(TermsAudit.sentence(of: record))", source: "limits")
        note(transition, committedAt: committed)
        outboxBell.ring()
        tickBell.ring()
        noteChange(of: record.organization)
    }

    /// Records the block or resume that the passing of time calls for: the 1st, or a raise's end.
    ///
    /// - Parameter cause: said where no reset, end of a raise or change of terms explains it.
    /// - Returns: whether there was one.
    @discardableResult
    func settle(_ id: String, cause: String, now: Timestamp) async throws -> Bool {
        guard let before = organizations[id], view(before).hasKnownUsage,
            let transition = before.dueTransition(
                at: now,
                cause: TransitionCause.words(for: before, at: now, otherwise: cause))
        else { return false }
        let events = notifier.events(
            of: transition, standing: before.standing(at: now), name: before.configuration.name,
            random: ports.random)
        try await write { rows in
            try rows.appendTransition(transition)
            try rows.enqueue(events)
        }
        let committed = ports.waiter.elapsedNanoseconds()
        organizations[id]?.note(transition)
        publish()
        note(transition, committedAt: committed)
        return true
    }
}
