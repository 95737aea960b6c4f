// Sums of entries in memory.

import Credits
import Ledger
import Ports

extension MemoryRows {
    func entrySums(
        of organization: String, in window: DayWindow, after place: EntryPlace?,
        bounds: EntryBounds, limit: Int
    ) throws -> EntrySums {
        let part = try entries(of: organization, in: window, after: place, limit: limit)
        let counting = part.filter { entry in
            entry.sequence <= bounds.lastSequence
                && bounds.knownAt.map { entry.recordedAt <= $0 } ?? true
        }
        let groups = Dictionary(grouping: counting) { entry in
            [entry.day.description, entry.product, entry.kind.rawValue].map(ExactText.init)
        }
        let sums = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
        return EntrySums(
            sums: sums.compactMap { entries in
                guard let first = entries.first, let last = entries.last else { return nil }
                let sum = entries.reduce(Int64(0)) { $0 + $1.credits.microCredits }
                return EntrySum(
                    day: first.day, product: first.product, kind: first.kind,
                    credits: CreditAmount(microCredits: sum), count: Int64(entries.count),
                    firstSequence: first.sequence, lastSequence: last.sequence)
            }, lateCount: Int64(counting.count { $0.recordedAt >= bounds.lateFrom }),
            end: part.last.map(EntryPlace.init), isLast: part.count < limit)
    }
}
