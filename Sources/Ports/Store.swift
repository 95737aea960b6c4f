// The seam to durable storage: one transaction over small protocols.
//
// 1. `write` runs its body in one transaction: all of it is durable when the call returns, or
//    nothing of it happened. `StoreError.undecided` alone says that neither is known; a write that
//    begins after that one waits for its end, and sees what it left.
// 2. Bodies are synchronous and may run again after a conflict, so they have no other effects.
// 3. One agent at a time: opening a store that another agent holds fails and names the holder.

import Credits
import Ledger

/// Durable storage of the ledger, the alert states and the outbox.
package protocol Store: Sendable {
    /// Runs reads in one snapshot.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value

    /// Runs reads and writes in one durable transaction.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value

    /// Compares the open storage with what its path names now.
    ///
    /// - Throws: `StoreError.lost` when the file was deleted or replaced, `.taken` when another
    ///   agent writes now.
    func checkPresence() async throws

    /// What holds the data, for logs and `--version`: engine, version, place.
    var summary: String { get }

    /// What the holder knows about its hold; nil for storage that nobody else can reach.
    var lease: LedgerLease? { get }

    /// Ends all use of the storage and releases its lock.
    func close() async throws
}

extension Store {
    package var lease: LedgerLease? { nil }
}

/// An agent's hold on its ledger.
package struct LedgerLease: Sendable, Hashable {
    /// How often the ledger was taken; writes of a former epoch are refused.
    package let epoch: Int64
    /// Whether it is certain that nobody else may write.
    package let isHeld: Bool

    /// A hold.
    package init(epoch: Int64, isHeld: Bool) {
        self.epoch = epoch
        self.isHeld = isHeld
    }
}

/// All tables, within one transaction.
package protocol StoreRows: LedgerRows, OrganizationRows, AuditRows, AlertRows, OutboxRows,
    SilenceRows, SourceStateRows, HoldRows, AdjustmentRows
{}

/// Entries and what is posted.
package protocol LedgerRows {
    /// The end of the organization's chain, as stored beside the entries.
    func chainHead(of organization: String) throws -> ChainHead

    /// How many of the organization's entries were made by hand.
    func handmadeCount(of organization: String) throws -> Int64

    /// The sums of the organization's entries behind a sequence, by day and product; those of all
    /// entries, behind 0, are kept with every append.
    func dayTotals(of organization: String, after sequence: Int64) throws -> [DayTotal]

    /// What each source has ever posted for, by source and product.
    func postedProducts(of organization: String) throws -> [PostedProduct]

    /// Whether any key of the source and product is posted with other than zero.
    func holdsCredits(_ posted: PostedProduct) throws -> Bool

    /// The posted keys of an organization: of some sources (nil: all), in a window (nil: ever).
    func postedKeys(
        of organization: String, sources: [String]?, in window: DayWindow?
    ) throws -> [PostedKey]

    /// Appends entries, moves the head and the sums, and upserts the posted keys and the poll.
    ///
    /// The entries continue the organization's chain; posted keys replace those of the same key.
    func append(_ entries: [Entry], posted: [PostedKey], poll: PollRecord?) throws

    /// Entries of an organization after a sequence, in order.
    func entries(of organization: String, after sequence: Int64, limit: Int) throws -> [Entry]

    /// Entries of an organization and of the days of a window, by day and sequence, behind a place.
    func entries(
        of organization: String, in window: DayWindow, after place: EntryPlace?, limit: Int
    ) throws -> [Entry]

    /// Sums of the entries of the days of a window behind a place: of at most `limit` entries.
    func entrySums(
        of organization: String, in window: DayWindow, after place: EntryPlace?,
        bounds: EntryBounds, limit: Int
    ) throws -> EntrySums

    /// The last success of every source.
    func sourceSuccesses() throws -> [String: Timestamp]

    /// Sets the last success of a source.
    func recordSourceSuccess(_ source: String, at instant: Timestamp) throws
}

/// Organizations, their products, terms and blocks.
package protocol OrganizationRows {
    /// Every organization with entries, terms or products, sorted.
    func organizationIdentifiers() throws -> [String]

    /// The products of an organization, sorted by identifier.
    func products(of organization: String) throws -> [ProductRecord]

    /// Inserts or replaces a product.
    func putProduct(_ product: ProductRecord) throws

    /// The terms of an organization in the order they were written.
    func terms(of organization: String) throws -> [TermsRecord]

    /// Appends terms.
    func appendTerms(_ record: TermsRecord) throws

    /// Appends a block or resume.
    func appendTransition(_ transition: LimitTransition) throws

    /// Blocks and resumes of an organization in the order they were written.
    func transitions(of organization: String) throws -> [LimitTransition]

    /// Blocks and resumes of an organization before a number (nil: all), newest first.
    func transitions(
        of organization: String, before number: Int64?, limit: Int
    ) throws -> [Numbered<LimitTransition>]

    /// The first month of an organization whose end was not announced; nil before it is known.
    func openMonth(of organization: String) throws -> BillingMonth?

    /// Sets the first month whose end was not announced.
    func putOpenMonth(_ month: BillingMonth, of organization: String) throws
}

/// The audit of changes.
package protocol AuditRows {
    /// Appends a change behind the end of its organization's chain.
    func appendAudit(_ record: AuditRecord) throws

    /// Changes of an organization before a number (nil: all), newest first; those of the agent
    /// itself have the empty organization.
    func audits(
        of organization: String, before number: Int64?, limit: Int
    ) throws -> [Numbered<AuditRecord>]

    /// Changes of an organization behind a number, in order, with their hashes.
    func auditLinks(
        of organization: String, after number: Int64, limit: Int
    ) throws -> [AuditLink]

    /// The end of an organization's chain of changes, as stored beside them.
    func auditHead(of organization: String) throws -> AuditHead
}

extension AuditRows {
    /// The newest changes of an organization, newest first.
    package func audits(of organization: String, limit: Int) throws -> [AuditRecord] {
        try audits(of: organization, before: nil, limit: limit).map(\.record)
    }
}

/// Why storage failed.
package enum StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another agent holds the store.
    case held(by: String)
    /// The schema is newer than this program knows.
    case newerSchema(found: Int, known: Int)
    /// The file was deleted or replaced while open.
    case lost(String)
    /// Another agent took the store over while it was open.
    case taken(String)
    /// The storage's server is away; it may come back.
    case unreachable(String)
    /// What the storage holds is not known any more; only a new start can tell.
    case untrusted(String)
    /// Whether the transaction was committed is not known, and it may still be under way.
    case undecided(String)
    /// The storage is full, unreadable or damaged.
    case failed(String)

    package var description: String {
        switch self {
        case .held(let holder):
            "the ledger is in use by \(holder); stop that agent, or give this one its own ledger"
        case .newerSchema(let found, let known):
            "the ledger has schema version \(found), this program knows up to \(known); "
                + "run the newer program, or restore a backup from before the upgrade"
        case .lost(let what):
            "\(what); stop the agent and restore the ledger before starting it again"
        case .taken(let what): "\(what); stop one of the two agents for good"
        case .undecided(let what):
            "\(what); whether it was committed all the same is not known yet, so look before trying "
                + "again"
        case .unreachable(let what), .untrusted(let what), .failed(let what): what
        }
    }
}
