// Holds in memory.

import Credits
import Ledger
import Ports

extension MemoryRows {
    func hold(id: String) throws -> Hold? { tables.holds[ExactText(id)] }

    func hold(key: String) throws -> Hold? {
        tables.holdKeys[ExactText(key)].flatMap { tables.holds[$0] }
    }

    func putHold(_ hold: Hold) throws {
        try change { tables throws(StoreError) in
            let id = ExactText(hold.id)
            if let key = hold.request.key.map(ExactText.init) {
                guard tables.holdKeys[key, default: id] == id else {
                    throw .failed("the idempotency key \(key.text) is taken")
                }
                tables.holdKeys[key] = id
            }
            tables.holds[id] = hold
        }
    }

    func holds(in state: HoldState, after place: HoldPlace?, limit: Int) throws -> [Hold] {
        func order(_ place: HoldPlace) -> (Timestamp, ExactText) {
            (place.dueAt, ExactText(place.id))
        }
        let found = tables.holds.values.filter { hold in
            hold.state == state
                && (place.map { order(HoldPlace(of: hold)) > order($0) } ?? true)
        }
        return Array(
            found.sorted { order(HoldPlace(of: $0)) < order(HoldPlace(of: $1)) }
                .prefix(max(0, limit)))
    }

    func releaseHolds(_ release: HoldRelease, limit: Int) throws -> ReleasedHolds {
        let start = release.place ?? HoldPlace(before: release.settled.lowerBound)
        let page = try holds(in: .settled, after: start, limit: max(1, limit)).filter {
            HoldPlace(of: $0).dueAt < release.settled.upperBound
        }
        try change { tables in
            for hold in page {
                guard hold.request.organization == release.organization,
                    release.products.contains(hold.request.product)
                else { continue }
                tables.holds[ExactText(hold.id)] = Hold(
                    id: hold.id, request: hold.request, createdAt: hold.createdAt,
                    state: .reported, settledCredits: hold.settledCredits, endedAt: hold.endedAt)
            }
        }
        let rest = page.count < max(1, limit) ? nil : page.last
        return ReleasedHolds(
            examined: page.count, rest: rest.map { release.following(HoldPlace(of: $0)) })
    }

    func dropHolds(endedBefore instant: Timestamp, limit: Int) throws -> Int {
        try change { tables in
            let ended = tables.holds.compactMap { id, hold -> (ExactText, Timestamp)? in
                guard let endedAt = hold.endedAt, endedAt < instant, !hold.state.isCounting
                else { return nil }
                return (id, endedAt)
            }
            let oldest = ended.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(max(0, limit))
            for (id, _) in oldest {
                if let key = tables.holds[id]?.request.key { tables.holdKeys[ExactText(key)] = nil }
                tables.holds[id] = nil
            }
            return oldest.count
        }
    }
}
