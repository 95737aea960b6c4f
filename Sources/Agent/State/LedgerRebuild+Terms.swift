// Comparing the history of the terms with the audit, whose hashes are verified by themselves.
//
// 1. Every change of terms has been written together with its record in the audit.
// 2. Changes from before the audit had hashes need none; what has a hash needs its change.

import Credits
import Ledger
import Ports

extension LedgerRebuild {
    /// Compares each change of an organization's terms with its record in the audit.
    package static func verifyTerms(
        of organization: String, in rows: any StoreRows
    ) throws -> [LedgerFinding] {
        var audit = TermsAuditRecords()
        try forEachAuditLink(of: organization, in: rows) { audit.read($0) }
        var findings: [String] = []
        for (index, record) in try rows.terms(of: organization).enumerated() {
            if let mistake = audit.take(record) {
                findings.append(
                    "change \(index + 1) of the terms, \(TermsAudit.sentence(of: record)) at "
                        + "\(record.recordedAt), \(mistake)")
            }
        }
        findings += audit.missing.map { link in
            "change \(link.number) of the audit, \(link.record.action) to "
                + "\(link.record.after) by \(link.record.actor) at \(link.record.at), has no "
                + "change of the terms: that was altered or removed"
        }
        return findings.prefix(100).map {
            LedgerFinding(organization: organization, sequence: nil, message: $0)
        }
    }
}

/// The changes of terms that an audit tells of, until each is found.
private struct TermsAuditRecords {
    /// What audit and terms both say.
    private struct Content: Hashable {
        let at: Timestamp
        let actor: String
        let action: String
        let after: String
        let reason: String

        init(_ record: AuditRecord) {
            at = record.at
            actor = record.actor
            action = record.action
            after = record.after
            reason = record.reason
        }
    }

    private var links: [Content: [AuditLink]] = [:]
    /// When the first record with a hash was written.
    private var firstHashed: Timestamp?

    /// Records with a hash for which no change of the terms was found, in order.
    var missing: [AuditLink] {
        links.values.flatMap(\.self).filter { !$0.hash.isEmpty }.sorted { $0.number < $1.number }
    }

    mutating func read(_ link: AuditLink) {
        if !link.hash.isEmpty, firstHashed == nil { firstHashed = link.record.at }
        guard TermsAudit.actions.contains(link.record.action) else { return }
        links[Content(link.record), default: []].append(link)
    }

    /// Takes the audit's record of a change.
    ///
    /// - Returns: what is wrong, or nil.
    mutating func take(_ record: TermsRecord) -> String? {
        let content = Content(
            TermsAudit.record(
                of: record, before: TermsHistory(), at: record.recordedAt, now: record.recordedAt))
        if let last = links[content]?.popLast() {
            guard TermsAudit.actsAtOnce(record.change), record.effectiveFrom != record.recordedAt,
                !RaiseEnd.isEnd(record), !last.hash.isEmpty
            else { return nil }
            return "begins at \(record.effectiveFrom), but such changes begin when they are made: "
                + "it was altered"
        }
        guard let firstHashed, record.recordedAt >= firstHashed else { return nil }
        return "is not what the audit tells: it was altered or added"
    }
}
