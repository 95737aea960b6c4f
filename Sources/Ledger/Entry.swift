// One line of the ledger: immutable, append-only, chained by hash.

import Credits

/// What an entry stands for.
package enum EntryKind: String, Sendable, Hashable, CaseIterable {
    /// A source reported more.
    case usage
    /// A source reported less than before.
    case correction
    /// A person changed the balance, with a reason.
    case adjustment
    /// A balance brought in from elsewhere.
    case opening

    /// Whether a person made the entry, not a poll.
    package var isMadeByHand: Bool { self == .adjustment || self == .opening }
}

/// A signed, immutable line of an organization's ledger.
package struct Entry: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// 1, 2, 3 … without gaps within the organization.
    package let sequence: Int64
    /// The ledger day.
    package let day: CalendarDay
    /// Identifier of the product.
    package let product: String
    /// What the entry stands for.
    package let kind: EntryKind
    /// The signed amount.
    package let credits: CreditAmount
    /// The absolute quantity that the source stated, in its own unit, as a decimal.
    package let quantity: String
    /// The unit of the quantity.
    package let unit: String
    /// Credits per unit at posting, as a decimal.
    package let rate: String
    /// Identifier of the source; empty for entries made by hand.
    package let source: String
    /// Canonical text of the reading's key.
    package let key: String
    /// 1 for the first entry of a key, then 2, 3 …
    package let revision: Int64
    /// Identifier of the poll that brought it; empty for entries made by hand.
    package let poll: String
    /// When it was written.
    package let recordedAt: Timestamp
    /// Reason and author of an entry made by hand, or why a poll changed a day; mostly empty.
    package let note: String
    /// SHA-256 of the previous entry, in hexadecimal; 64 zeros before the first.
    package let previousHash: String
    /// SHA-256 over all the above, in hexadecimal.
    package let hash: String

    /// The entry of a draft at the head of a chain.
    package init(
        _ draft: EntryDraft, organization: String, sequence: Int64, poll: String,
        recordedAt: Timestamp, previousHash: String
    ) {
        self.init(
            organization: organization, sequence: sequence, day: draft.day,
            product: draft.product, kind: draft.kind, credits: draft.credits,
            quantity: draft.quantity, unit: draft.unit, rate: draft.rate, source: draft.source,
            key: draft.key, revision: draft.revision, poll: poll, recordedAt: recordedAt,
            note: draft.note, previousHash: previousHash, hash: nil)
    }

    /// An entry as it was stored; without a hash, the hash is computed.
    package init(
        organization: String, sequence: Int64, day: CalendarDay, product: String,
        kind: EntryKind, credits: CreditAmount, quantity: String, unit: String, rate: String,
        source: String, key: String, revision: Int64, poll: String, recordedAt: Timestamp,
        note: String, previousHash: String, hash: String?
    ) {
        self.organization = organization
        self.sequence = sequence
        self.day = day
        self.product = product
        self.kind = kind
        self.credits = credits
        self.quantity = quantity
        self.unit = unit
        self.rate = rate
        self.source = source
        self.key = key
        self.revision = revision
        self.poll = poll
        self.recordedAt = recordedAt
        self.note = note
        self.previousHash = previousHash
        self.hash =
            hash
            ?? EntryHash.hexadecimal([
                previousHash, organization, String(sequence), day.description, product,
                kind.rawValue, String(credits.microCredits), quantity, unit, rate, source, key,
                String(revision), poll, String(recordedAt.milliseconds), note,
            ])
    }

    /// The same entry with its hash computed anew from its fields.
    package var rehashed: Entry {
        Entry(
            organization: organization, sequence: sequence, day: day, product: product,
            kind: kind, credits: credits, quantity: quantity, unit: unit, rate: rate,
            source: source, key: key, revision: revision, poll: poll, recordedAt: recordedAt,
            note: note, previousHash: previousHash, hash: nil)
    }
}

/// An entry before it has a place in the chain.
package struct EntryDraft: Sendable, Hashable {
    /// The ledger day.
    package let day: CalendarDay
    /// Identifier of the product.
    package let product: String
    /// What the entry stands for.
    package let kind: EntryKind
    /// The signed amount; never zero.
    package let credits: CreditAmount
    /// The absolute quantity that the source stated.
    package let quantity: String
    /// Its unit.
    package let unit: String
    /// Credits per unit.
    package let rate: String
    /// Identifier of the source.
    package let source: String
    /// Canonical text of the key.
    package let key: String
    /// Revision of the key.
    package let revision: Int64
    /// Reason and author, for entries made by hand; why a poll changed a day; mostly empty.
    package let note: String

    /// An entry to be.
    package init(
        day: CalendarDay, product: String, kind: EntryKind, credits: CreditAmount,
        quantity: String, unit: String, rate: String, source: String, key: String,
        revision: Int64, note: String
    ) {
        self.day = day
        self.product = product
        self.kind = kind
        self.credits = credits
        self.quantity = quantity
        self.unit = unit
        self.rate = rate
        self.source = source
        self.key = key
        self.revision = revision
        self.note = note
    }
}

/// The end of an organization's chain.
package struct ChainHead: Sendable, Hashable {
    /// Sequence of the last entry; 0 before the first.
    package let sequence: Int64
    /// Its hash; 64 zeros before the first.
    package let hash: String

    /// A head at an entry.
    package init(sequence: Int64, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }

    /// The head of an empty chain.
    package static let empty = ChainHead(sequence: 0, hash: String(repeating: "0", count: 64))
}
