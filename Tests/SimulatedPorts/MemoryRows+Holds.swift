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

    func countingHolds(after id: String, limit: Int) throws -> [Hold] {
        let first = ExactText(id)
        let found = tables.holds.filter { $0.key > first && $0.value.state.isCounting }
        return found.sorted { $0.key < $1.key }.map(\.value).prefix(max(0, limit)).map { $0 }
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

    func releaseHolds(_ release: HoldRelease) throws {
        try change { tables in
            for (id, hold) in tables.holds where hold.state == .settled {
                guard hold.request.organization == release.organization,
                    hold.request.product == release.product, let endedAt = hold.endedAt,
                    endedAt < release.settledBefore
                else { continue }
                tables.holds[id] = Hold(
                    id: hold.id, request: hold.request, createdAt: hold.createdAt,
                    state: .reported, settledCredits: hold.settledCredits, endedAt: endedAt)
            }
        }
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
