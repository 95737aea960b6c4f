// The changes that people made, chained by hashes as entries are.
//
// 1. Every hash covers its record and the hash before it, organization by organization.
// 2. Records from before there were hashes have none; none of them comes behind one that has.
// 3. The stored head is the last record.

import Credits

/// A recorded change at its place of the chain.
package struct AuditLink: Sendable, Hashable {
    /// Its number.
    package let number: Int64
    /// The change.
    package let record: AuditRecord
    /// Its hash; empty for records from before there were hashes.
    package let hash: String

    /// A change with its number and hash.
    package init(number: Int64, record: AuditRecord, hash: String) {
        self.number = number
        self.record = record
        self.hash = hash
    }
}

/// The end of an organization's chain of changes.
package struct AuditHead: Sendable, Hashable {
    /// How many changes have a hash.
    package let count: Int64
    /// The hash of the last one; empty before the first.
    package let hash: String

    /// The end of a chain.
    package init(count: Int64 = 0, hash: String = "") {
        self.count = count
        self.hash = hash
    }

    /// The end after another change.
    package func adding(_ record: AuditRecord) -> AuditHead {
        AuditHead(count: count + 1, hash: record.hash(behind: hash))
    }
}

extension AuditRecord {
    /// The hash of the record behind a hash.
    package func hash(behind previous: String) -> String {
        EntryHash.hexadecimal([
            previous, organization, String(at.milliseconds), actor, action, before, after, reason,
        ])
    }
}

/// Verifies an organization's chain of changes, one by one.
package struct AuditVerification: Sendable {
    /// What is wrong so far; at most 100 findings are kept.
    package private(set) var findings: [LedgerFinding] = []
    private let name: String
    private var head = AuditHead()

    /// A verification before its first change.
    ///
    /// - Parameter organization: empty for the changes that belong to none.
    package init(organization: String) {
        name = organization.isEmpty ? "agent" : organization
    }

    /// Reads the next change.
    package mutating func read(_ link: AuditLink) {
        if link.hash.isEmpty, head.count == 0 { return }
        if link.record.hash(behind: head.hash) != link.hash {
            report(
                "change \(link.number), \(link.record.action) by \(link.record.actor) at "
                    + "\(link.record.at), was altered, or the one before it is missing")
        }
        head = AuditHead(count: head.count + 1, hash: link.hash)
    }

    /// Compares with the stored end.
    package mutating func finish(stored: AuditHead) {
        guard stored != head else { return }
        report(
            "there are \(head.count) changes, the stored end is of \(stored.count): changes at the "
                + "end are missing or altered")
    }

    private mutating func report(_ message: String) {
        guard findings.count < 100 else { return }
        findings.append(LedgerFinding(organization: name, sequence: nil, message: message))
    }
}
