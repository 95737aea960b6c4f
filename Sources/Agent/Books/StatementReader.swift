// Reading a month's statement from the ledger, beside everything that is written meanwhile.
//
// 1. What was written after the reading began does not count, so the pages fit together.
// 2. A page is a transaction of its own: a long month does not keep polls waiting.

import Credits
import Ledger
import Ports

/// Reads statements and entries.
package struct StatementReader: Sendable {
    /// Entries read at a time.
    private static let pageSize = 1000

    private let store: any Store

    /// A reader of a store.
    package init(store: any Store) {
        self.store = store
    }

    /// The statement that is asked for; nil when the month has not begun.
    ///
    /// - Throws: what the store throws, or `AmountError` when a sum does not fit.
    package func statement(_ request: StatementRequest) async throws -> Statement? {
        var builder = StatementBuilder(request)
        guard builder.hasBegun else { return nil }
        let organization = request.organization
        let window = request.window
        let end = try await store.read { try $0.chainHead(of: organization).sequence }
        var place: EntryPlace?
        while true {
            let page = try await store.read { [place] rows in
                try rows.entries(
                    of: organization, in: window, after: place, limit: Self.pageSize)
            }
            for entry in page where entry.sequence <= end { try builder.read(entry) }
            guard let last = page.last, page.count == Self.pageSize else { break }
            place = EntryPlace(of: last)
        }
        return try builder.statement()
    }
}
