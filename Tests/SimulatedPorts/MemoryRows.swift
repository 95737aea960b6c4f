// All tables within one transaction of the store in memory.
//
// 1. A failed change fails the transaction, even if the body swallowed its error.

import Credits
import Ledger
import Ports

/// `StoreRows` over tables; lives as long as one transaction.
final class MemoryRows: StoreRows {
    private(set) var tables: MemoryTables
    private let canWrite: Bool
    private var failure: StoreError?

    private init(_ tables: MemoryTables, canWrite: Bool) {
        self.tables = tables
        self.canWrite = canWrite
    }

    /// Runs a body on a copy of the tables.
    static func transact<Value>(
        on tables: MemoryTables, canWrite: Bool, _ body: (any StoreRows) throws -> Value
    ) throws -> (value: Value, tables: MemoryTables) {
        let rows = MemoryRows(tables, canWrite: canWrite)
        let value = try body(rows)
        if let failure = rows.failure { throw failure }
        return (value, rows.tables)
    }

    /// Changes the tables, or fails the transaction.
    @discardableResult
    func change<Value>(
        _ change: (inout MemoryTables) throws(StoreError) -> Value
    ) throws(StoreError) -> Value {
        do throws(StoreError) {
            guard canWrite else { throw .failed("a reading transaction cannot write") }
            return try change(&tables)
        } catch {
            failure = failure ?? error
            throw error
        }
    }
}

extension MemoryRows {
    func chainHead(of organization: String) throws -> ChainHead {
        tables.heads[ExactText(organization)] ?? .empty
    }

    func handmadeCount(of organization: String) throws -> Int64 {
        let entries = tables.entries[ExactText(organization)] ?? []
        return Int64(entries.count { $0.kind.isMadeByHand })
    }

    func dayTotals(of organization: String, after sequence: Int64) throws -> [DayTotal] {
        let entries = (tables.entries[ExactText(organization)] ?? []).filter {
            $0.sequence > sequence
        }
        return try DayTotal.sums(of: entries).sorted {
            ($0.day, ExactText($0.product)) < ($1.day, ExactText($1.product))
        }
    }

    func postedProducts(of organization: String) throws -> [PostedProduct] {
        let keys = try postedKeys(of: organization, sources: nil, in: nil)
        let products = keys.map {
            PostedProduct(organization: organization, source: $0.source, product: $0.product)
        }
        return Set(products).sorted {
            (ExactText($0.source), ExactText($0.product))
                < (ExactText($1.source), ExactText($1.product))
        }
    }

    func holdsCredits(_ posted: PostedProduct) throws -> Bool {
        try postedKeys(of: posted.organization, sources: [posted.source], in: nil).contains {
            ExactText($0.product) == ExactText(posted.product) && $0.credits != .zero
        }
    }

    func postedKeys(
        of organization: String, sources: [String]?, in window: DayWindow?
    ) throws -> [PostedKey] {
        let organization = ExactText(organization)
        let sources = sources.map { Set($0.map(ExactText.init)) }
        return tables.posted.sorted { $0.key < $1.key }.map(\.value).filter { key in
            ExactText(key.organization) == organization
                && sources?.contains(ExactText(key.source)) ?? true
                && window?.contains(key.day) ?? true
        }
    }

    func append(_ entries: [Entry], posted: [PostedKey], poll: PollRecord?) throws {
        try change { tables throws(StoreError) in
            for entry in entries { try Self.append(entry, to: &tables) }
            for key in posted { tables.posted[ExactText(key.key)] = key }
            if let poll { tables.polls[ExactText(poll.id)] = poll }
        }
    }

    func entries(of organization: String, after sequence: Int64, limit: Int) throws -> [Entry] {
        let all = tables.entries[ExactText(organization)] ?? []
        return Array(all.lazy.filter { $0.sequence > sequence }.prefix(max(0, limit)))
    }

    func entries(
        of organization: String, in window: DayWindow, after place: EntryPlace?, limit: Int
    ) throws -> [Entry] {
        let all = tables.entries[ExactText(organization)] ?? []
        let found = all.filter { entry in
            window.contains(entry.day) && (place.map { EntryPlace(of: entry) > $0 } ?? true)
        }
        return Array(
            found.sorted { EntryPlace(of: $0) < EntryPlace(of: $1) }.prefix(max(0, limit)))
    }

    func sourceSuccesses() throws -> [String: Timestamp] {
        tables.successes
    }

    func recordSourceSuccess(_ source: String, at instant: Timestamp) throws {
        try change { $0.successes[source] = instant }
    }

    private static func append(_ entry: Entry, to tables: inout MemoryTables) throws(StoreError) {
        let organization = ExactText(entry.organization)
        let head = tables.heads[organization] ?? .empty
        let (next, overflow) = head.sequence.addingReportingOverflow(1)
        guard !overflow, entry.sequence == next, entry.previousHash == head.hash else {
            throw .failed("entry \(entry.sequence) does not continue the ledger")
        }
        let revision = MemoryTables.KeyRevision(
            key: ExactText(entry.key), revision: entry.revision)
        if !entry.key.isEmpty, !tables.revisions.insert(revision).inserted {
            throw .failed("the ledger already holds revision \(entry.revision) of \(entry.key)")
        }
        tables.entries[organization, default: []].append(entry)
        tables.heads[organization] = ChainHead(sequence: entry.sequence, hash: entry.hash)
        tables.organizations[organization] = entry.organization
    }
}
