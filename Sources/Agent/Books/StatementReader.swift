// Reading a month's statement from the ledger, beside everything that is written meanwhile.
//
// 1. What was written after the reading began does not count, so the parts fit together.
// 2. A part is a transaction of its own: a long month does not keep polls waiting.
// 3. The database sums up; only parts with late entries are read entry by entry, because those
//    make revisions.

import Credits
import Ledger
import Ports

/// Reads statements and entries.
package struct StatementReader: Sendable {
    /// Entries summed at a time.
    private static let partSize = 20_000
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
        let bounds = EntryBounds(
            lastSequence: try await store.read { try $0.chainHead(of: organization).sequence },
            knownAt: request.knownAt, lateFrom: builder.lateFrom)
        var ends: Set<Int64> = []
        var place: EntryPlace?
        while true {
            let part = try await store.read { [place] rows in
                try rows.entrySums(
                    of: organization, in: window, after: place, bounds: bounds,
                    limit: Self.partSize)
            }
            if part.lateCount > 0, let end = part.end {
                try await read(request, from: place, through: end, bounds, into: &builder)
            } else {
                for sum in part.sums { try builder.read(sum) }
                let sequences = part.sums.flatMap { [$0.firstSequence, $0.lastSequence] }
                ends = Set(
                    [ends.min(), ends.max(), sequences.min(), sequences.max()].compactMap { $0 })
            }
            guard let end = part.end, !part.isLast else { break }
            place = end
        }
        for sequence in [ends.min(), ends.max()].compactMap({ $0 }) {
            let entry = try await store.read { rows in
                try rows.entries(of: organization, after: sequence - 1, limit: 1).first
            }
            if let entry { builder.name(entry) }
        }
        return try builder.statement()
    }

    /// Reads the entries of a part, one by one.
    private func read(
        _ request: StatementRequest, from first: EntryPlace?, through end: EntryPlace,
        _ bounds: EntryBounds, into builder: inout StatementBuilder
    ) async throws {
        var place = first
        while true {
            let page = try await store.read { [place] rows in
                try rows.entries(
                    of: request.organization, in: request.window, after: place,
                    limit: Self.pageSize)
            }
            for entry in page where EntryPlace(of: entry) <= end {
                if entry.sequence <= bounds.lastSequence { try builder.read(entry) }
            }
            guard let last = page.last.map(EntryPlace.init), last < end else { return }
            place = last
        }
    }
}
