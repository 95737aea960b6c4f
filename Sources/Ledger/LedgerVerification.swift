// Recomputing the ledger from its entries and comparing.
//
// 1. Sequences run 1, 2, 3 … without a gap.
// 2. Every hash covers its entry and the hash before it.
// 3. The stored head is the last entry.
// 4. For every key of a source, the sum of its entries is what was posted.
// 5. A key made by hand has one entry, which states its own amount.
// 6. The stored sums of days are those of the entries.
//
// The end of a chain can be verified alone, by 1, 2 and 3.

import Credits

/// What `ledger verify` found in one organization's chain.
package struct LedgerFinding: Sendable, Hashable, CustomStringConvertible {
    /// Identifier of the organization.
    package let organization: String
    /// Sequence of the entry concerned; nil when it is not about one entry.
    package let sequence: Int64?
    /// What is wrong.
    package let message: String

    /// A finding.
    package init(organization: String, sequence: Int64?, message: String) {
        self.organization = organization
        self.sequence = sequence
        self.message = message
    }

    package var description: String {
        let place = sequence.map { " entry \($0)" } ?? ""
        return "\(organization):\(place.isEmpty ? "" : place + ":") \(message)"
    }
}

/// Verifies one organization's chain, entry by entry.
package struct LedgerVerification: Sendable {
    /// The account that the entries give.
    package private(set) var account: Account
    /// What is wrong so far; at most 100 findings are kept.
    package private(set) var findings: [LedgerFinding] = []
    /// How many entries were read.
    package private(set) var entryCount: Int64 = 0
    /// How many of them were made by hand.
    package private(set) var handmadeCount: Int64 = 0
    private var head = ChainHead.empty
    private var sums: [String: CreditAmount] = [:]
    private var handmadeKeys: Set<String> = []

    /// A verification before its first entry.
    ///
    /// - Parameter head: where it begins; the empty chain's to read all of it.
    package init(organization: String, behind head: ChainHead = .empty) {
        account = Account(organization: organization)
        self.head = head
    }

    /// Reads the next entry.
    package mutating func read(_ entry: Entry) {
        entryCount += 1
        if let disorder = Self.disorder(of: entry.sequence, behind: head.sequence) {
            report(entry.sequence, disorder)
        }
        if entry.previousHash != head.hash {
            report(entry.sequence, "does not continue the hash of entry \(head.sequence)")
        }
        if entry.rehashed.hash != entry.hash {
            report(entry.sequence, "was altered: its fields do not give its hash")
        }
        head = ChainHead(sequence: entry.sequence, hash: entry.hash)
        do throws(AmountError) {
            try account.post(entry.credits, product: entry.product, day: entry.day)
            if entry.kind.isMadeByHand {
                readHandmade(entry)
            } else {
                sums[entry.key] = try (sums[entry.key] ?? .zero).adding(entry.credits)
            }
        } catch {
            report(entry.sequence, "cannot be added: \(error)")
        }
    }

    /// What is wrong with the place of a sequence; nil when it is the next one.
    static func disorder(of sequence: Int64, behind last: Int64) -> String? {
        let (next, overflow) = last.addingReportingOverflow(1)
        if !overflow, sequence == next { return nil }
        guard !overflow, sequence > next else {
            return "comes after entry \(last): it is repeated or out of order"
        }
        return sequence == next + 1
            ? "entry \(next) before it is missing"
            : "entries \(next) to \(sequence - 1) before it are missing"
    }

    private mutating func readHandmade(_ entry: Entry) {
        handmadeCount += 1
        if !handmadeKeys.insert(entry.key).inserted || entry.revision != 1 {
            report(entry.sequence, "repeats the key of an entry made by hand: \(entry.key)")
        }
        if (try? CreditAmount(decimal: entry.quantity)) != entry.credits {
            report(
                entry.sequence,
                "states \(entry.quantity) but counts \(entry.credits): an entry made by hand "
                    + "counts what it states")
        }
    }

    /// Compares with the stored end of the chain.
    package mutating func finish(storedHead: ChainHead) {
        if storedHead != head {
            report(
                nil,
                "the chain ends at entry \(head.sequence), its stored end is entry "
                    + "\(storedHead.sequence): entries at the end are missing or altered")
        }
    }

    /// Compares with what is stored beside the entries; only after all entries were read.
    package mutating func finish(
        storedHead: ChainHead, posted: [PostedKey], totals: [DayTotal]
    ) {
        finish(storedHead: storedHead)
        compare(posted)
        compare(totals)
    }

    private mutating func compare(_ totals: [DayTotal]) {
        var stored: [CalendarDay: [String: GrossUse]] = [:]
        for total in totals { stored[total.day, default: [:]][total.product] = total.use }
        for day in Set(account.days.keys).union(stored.keys).sorted() {
            let found = account.days[day] ?? [:]
            let kept = stored[day] ?? [:]
            for product in Set(found.keys).union(kept.keys).sorted() {
                let sum = found[product] ?? GrossUse()
                let total = kept[product] ?? GrossUse()
                guard sum != total else { continue }
                report(
                    nil,
                    "\(day) \(product): entries sum to \(sum.used) used and \(sum.corrected) "
                        + "corrected, stored is \(total.used) and \(total.corrected)")
            }
        }
    }

    private mutating func compare(_ posted: [PostedKey]) {
        var remaining = sums.filter { $0.value != .zero }
        for key in posted.sorted(by: { $0.key < $1.key }) {
            let sum = sums[key.key] ?? .zero
            if sum != key.credits {
                report(
                    nil, "key \(key.key): entries sum to \(sum), posted is \(key.credits)")
            }
            remaining[key.key] = nil
        }
        for key in remaining.keys.sorted() where !key.isEmpty {
            report(nil, "key \(key): has entries but no posted value")
        }
    }

    private mutating func report(_ sequence: Int64?, _ message: String) {
        guard findings.count < 100 else { return }
        findings.append(
            LedgerFinding(
                organization: account.organization, sequence: sequence, message: message))
    }
}
