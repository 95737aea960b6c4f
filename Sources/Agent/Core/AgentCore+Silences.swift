// Silences: set, ended, forgotten; written with their audit before they are in force.

import Alerting
import Credits
import Ledger
import Logging
import Ports

extension AgentCore {
    /// Sets a new silence, or changes one; a change that Alertmanager would not allow ends the
    /// former and makes a new one.
    ///
    /// - Parameter actor: who changes it, for the audit.
    /// - Returns: the identifier of the silence that is in force.
    package func putSilence(
        _ proposal: SilenceProposal, actor: String
    ) async throws(SilenceError) -> String {
        let id = try await changeSilences(actor: actor) { book, now throws(SilenceError) in
            let change = try book.setting(proposal, freshID: freshUUID(), now: now)
            let isNew = change.former?.id != change.silence.id
            return (change, isNew ? "silence.created" : "silence.changed")
        }
        return id ?? ""
    }

    /// Ends a silence; one that is over stays as it is.
    ///
    /// - Parameter actor: who ends it, for the audit.
    package func expireSilence(_ id: String, actor: String) async throws(SilenceError) {
        _ = try await changeSilences(actor: actor) { book, now throws(SilenceError) in
            try book.expiring(id, now: now).map { ($0, "silence.expired") }
        }
    }

    /// Forgets the silences that ended long ago.
    func dropOutdatedSilences(at now: Timestamp) async {
        guard notifier.silences.hasOutdated(at: now.milliseconds) else { return }
        let horizon = now.adding(milliseconds: -SilenceBook.retention)
        do {
            try await write { try $0.dropSilences(endedBefore: horizon) }
            notifier.silences.dropOutdated(at: now.milliseconds)
            publish()
        } catch {
            logger.error(
                "old silences were not removed, trying again: \(error)", source: "silences")
        }
    }

    private func changeSilences(
        actor: String,
        _ decide: (SilenceBook, Int64) throws(SilenceError) -> (SilenceChange, action: String)?
    ) async throws(SilenceError) -> String? {
        do {
            return try await exclusively {
                let now = ports.wallClock.now()
                guard let (change, action) = try decide(notifier.silences, now.milliseconds)
                else { return nil }
                try await store(change, action: action, actor: actor, now: now)
                return change.silence.id
            }
        } catch let error as SilenceError {
            throw error
        } catch {
            throw .notWritten("\(error)")
        }
    }

    private func store(
        _ change: SilenceChange, action: String, actor: String, now: Timestamp
    ) async throws {
        let audit = AuditRecord(
            at: now, organization: "", actor: actor, action: action,
            before: change.former.map(Self.text) ?? "", after: Self.text(change.silence),
            reason: change.silence.comment)
        try await write { rows in
            for silence in change.stored { try rows.putSilence(silence) }
            try rows.appendAudit(audit)
        }
        notifier.silences.apply(change)
        publish()
        logger.info("\(action) by \(actor): \(audit.after)", source: "silences")
    }

    private static func text(_ silence: Silence) -> String {
        "\(silence.id) \(silence.matchersText) from \(Timestamp(milliseconds: silence.startsAt)) "
            + "until \(Timestamp(milliseconds: silence.endsAt)), author \(silence.createdBy)"
    }

    /// A random UUID, version 4 (RFC 9562 section 5.4).
    private func freshUUID() -> String {
        var digits = Array(ports.random.hexadecimal(bytes: 16))
        digits[12] = "4"
        let variant = (digits[16].hexDigitValue ?? 0) & 3
        digits[16] = ["8", "9", "a", "b"][variant]
        for place in [20, 16, 12, 8] { digits.insert("-", at: place) }
        return String(digits)
    }
}
