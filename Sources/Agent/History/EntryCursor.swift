// Entries of an organization one after the other, a page in memory at a time.

import Credits
import Ledger
import Ports

/// Walks through an organization's entries in the order they were written.
struct EntryCursor {
    private static let pageSize = 2000

    private let rows: any StoreRows
    private let organization: String
    private var page: [Entry] = []
    private var last: Int64
    private var index = 0
    private var isAtEnd = false

    /// A cursor behind an entry; before the first one if none is named.
    init(_ rows: any StoreRows, organization: String, after sequence: Int64 = 0) {
        last = sequence
        self.rows = rows
        self.organization = organization
    }

    /// The next entry, which stays the next; nil at the end.
    mutating func peek() throws -> Entry? {
        if index == page.count, !isAtEnd {
            page = try rows.entries(of: organization, after: last, limit: Self.pageSize)
            last = page.last?.sequence ?? last
            index = 0
            isAtEnd = page.count < Self.pageSize
        }
        return index < page.count ? page[index] : nil
    }

    /// Goes on to the entry after the next.
    mutating func advance() {
        index += 1
    }
}

extension LedgerRows {
    /// The sequence of the last entry that was recorded before an instant; 0 when none was.
    ///
    /// Entries are in the order of their instants, but for clocks that went back.
    func lastSequence(of organization: String, before instant: Timestamp) throws -> Int64 {
        var low: Int64 = 0
        var high = try chainHead(of: organization).sequence
        while low < high {
            let middle = low + (high - low + 1) / 2
            let entry = try entries(of: organization, after: middle - 1, limit: 1).first
            if let entry, entry.recordedAt < instant { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
