// Entries of an organization one after the other, a page in memory at a time.

import Ledger
import Ports

/// Walks through an organization's entries in the order they were written.
struct EntryCursor {
    private static let pageSize = 2000

    private let rows: any StoreRows
    private let organization: String
    private var page: [Entry] = []
    private var index = 0
    private var isAtEnd = false

    /// A cursor before the first entry.
    init(_ rows: any StoreRows, organization: String) {
        self.rows = rows
        self.organization = organization
    }

    /// The next entry, which stays the next; nil at the end.
    mutating func peek() throws -> Entry? {
        if index == page.count, !isAtEnd {
            page = try rows.entries(
                of: organization, after: page.last?.sequence ?? 0, limit: Self.pageSize)
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
