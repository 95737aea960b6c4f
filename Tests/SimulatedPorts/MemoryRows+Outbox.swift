// The queue of notifications in memory.

import Alerting
import Credits
import Ports

extension MemoryRows {
    func enqueue(_ rows: [OutboxRow]) throws {
        try change { tables throws(StoreError) in
            for row in rows {
                if tables.outbox.contains(where: { ExactText($0.id) == ExactText(row.id) }) {
                    throw .failed("the outbox already holds \(row.id)")
                }
                tables.lastOutboxSequence += 1
                var row = row
                row.sequence = tables.lastOutboxSequence
                tables.outbox.append(row)
            }
        }
    }

    func outboxQueues() throws -> [OutboxQueue] {
        let heads = Dictionary(grouping: heads().map { tables.outbox[$0] }, by: \.endpoint)
        return heads.sorted { $0.key < $1.key }.compactMap { endpoint, rows in
            rows.map(\.nextAttemptAt).min().map { OutboxQueue(endpoint: endpoint, nextDue: $0) }
        }
    }

    func claim(
        _ wish: OutboxClaim, at now: Timestamp, leaseUntil leaseEnd: Timestamp
    ) throws -> [[OutboxRow]] {
        let due = heads().filter {
            tables.outbox[$0].endpoint == wish.endpoint && tables.outbox[$0].nextAttemptAt <= now
        }
        let chosen = due.sorted { left, right in
            let (one, other) = (tables.outbox[left], tables.outbox[right])
            return (one.nextAttemptAt, one.sequence) < (other.nextAttemptAt, other.sequence)
        }.prefix(max(0, wish.lanes))
        let runs = chosen.map { run(from: $0, wish) }
        return try change { tables in
            runs.map { indices in
                indices.map { index in
                    tables.outbox[index].generation += 1
                    tables.outbox[index].isClaimed = true
                    tables.outbox[index].nextAttemptAt = leaseEnd
                    return tables.outbox[index]
                }
            }
        }
    }

    func releaseClaim(id: String, generation: Int64, at now: Timestamp) throws {
        try change { tables in
            guard let index = tables.claimed(id: id, generation: generation) else { return }
            tables.outbox[index].isClaimed = false
            tables.outbox[index].nextAttemptAt = now
        }
    }

    func recordOutcome(_ outcome: OutboxOutcome) throws -> Bool {
        try change { tables in
            guard let index = tables.claimed(id: outcome.id, generation: outcome.generation)
            else { return false }
            tables.outbox[index].isClaimed = false
            tables.outbox[index].attempts += 1
            tables.outbox[index].nextAttemptAt = outcome.nextAttemptAt
            tables.outbox[index].state = outcome.state
            tables.outbox[index].lastError = outcome.error
            tables.outbox[index].endedAt = outcome.at
            return true
        }
    }

    func restoreOutbox(at now: Timestamp) throws {
        try changePending { row in
            if row.isClaimed {
                row.isClaimed = false
                row.generation += 1
                row.nextAttemptAt = now
            }
            if let ended = row.endedAt, ended > now {
                let rest = row.nextAttemptAt.milliseconds - ended.milliseconds
                row.nextAttemptAt = now.adding(milliseconds: rest)
                row.endedAt = now
            }
            if row.endedAt == nil { row.nextAttemptAt = min(row.nextAttemptAt, now) }
            row.queuedAt = min(row.queuedAt, now)
        }
    }

    func shiftOutbox(byMilliseconds jump: Int64, now: Timestamp) throws {
        try changePending { row in
            row.nextAttemptAt = row.nextAttemptAt.adding(milliseconds: jump)
            if row.endedAt == nil, !row.isClaimed {
                row.nextAttemptAt = min(row.nextAttemptAt, now)
            }
            row.queuedAt = min(row.queuedAt.adding(milliseconds: jump), now)
            row.endedAt = row.endedAt?.adding(milliseconds: jump)
        }
    }

    func requeueFailed(id: String, at now: Timestamp) throws -> Bool {
        try change { tables in
            let found = tables.outbox.firstIndex {
                ExactText($0.id) == ExactText(id) && $0.state == .failed
            }
            guard let found else { return false }
            var row = tables.outbox.remove(at: found)
            tables.lastOutboxSequence += 1
            row.sequence = tables.lastOutboxSequence
            row.state = .pending
            row.attempts = 0
            row.nextAttemptAt = now
            row.queuedAt = now
            row.generation += 1
            row.lastError = ""
            row.endedAt = nil
            tables.outbox.append(row)
            return true
        }
    }

    func outbox(state: OutboxRow.State?, limit: Int, withBodies: Bool) throws -> [OutboxRow] {
        let rows = tables.outbox.lazy.filter { state == nil || $0.state == state }
        return rows.prefix(max(0, limit)).map { withBodies ? $0 : Self.bare($0) }
    }

    func newestOutbox(
        receiver: String?, state: OutboxRow.State?, limit: Int
    ) throws -> [OutboxRow] {
        let rows = tables.outbox.reversed().lazy.filter { row in
            (state == nil || row.state == state) && (receiver == nil || row.receiver == receiver)
        }
        return rows.prefix(max(0, limit)).map(Self.bare)
    }

    func outboxRow(id: String) throws -> OutboxRow? {
        tables.outbox.first { ExactText($0.id) == ExactText(id) }.map(Self.bare)
    }

    func outboxCounts() throws -> [OutboxCount] {
        let kept = tables.outbox.filter { $0.state != .sent }
        return Dictionary(grouping: kept) { [$0.receiver, $0.state.rawValue] }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .compactMap { _, rows in
                guard let first = rows.first, let oldest = rows.map(\.createdAt).min() else {
                    return nil
                }
                return OutboxCount(
                    receiver: first.receiver, state: first.state, count: Int64(rows.count),
                    oldest: oldest)
            }
    }

    func dropSent(before instant: Timestamp) throws {
        try change { tables in
            tables.outbox.removeAll { row in
                guard row.state == .sent, let ended = row.endedAt else { return false }
                return ended < instant
            }
        }
    }

    private static func bare(_ row: OutboxRow) -> OutboxRow {
        var row = row
        row.body = []
        return row
    }

    private func changePending(_ body: (inout OutboxRow) -> Void) throws {
        try change { tables in
            for index in tables.outbox.indices where tables.outbox[index].state == .pending {
                body(&tables.outbox[index])
            }
        }
    }

    /// Places of a lane's rows from its head on.
    private func run(from head: Int, _ wish: OutboxClaim) -> [Int] {
        let lane = Lane(tables.outbox[head])
        var places: [Int] = []
        var bytes = 0
        for index in tables.outbox.indices.dropFirst(head)
        where tables.outbox[index].state == .pending && Lane(tables.outbox[index]) == lane {
            bytes += tables.outbox[index].body.count
            let isOver = places.count >= wish.rowsPerLane || bytes > OutboxClaim.maximumRunBytes
            if !places.isEmpty, isOver { break }
            places.append(index)
        }
        return places
    }

    /// What is delivered in order.
    private struct Lane: Hashable {
        let receiver: ExactText
        let integration: ExactText
        let integrationIndex: Int
        let group: ExactText

        init(_ row: OutboxRow) {
            receiver = ExactText(row.receiver)
            integration = ExactText(row.integration)
            integrationIndex = row.integrationIndex
            group = ExactText(row.group)
        }
    }

    /// Places of the oldest pending row of every lane, oldest first.
    private func heads() -> [Int] {
        var seen: Set<Lane> = []
        return tables.outbox.indices.filter { index in
            tables.outbox[index].state == .pending
                && seen.insert(Lane(tables.outbox[index])).inserted
        }
    }
}

extension MemoryTables {
    /// The place of a claimed row.
    fileprivate func claimed(id: String, generation: Int64) -> Int? {
        outbox.firstIndex { row in
            ExactText(row.id) == ExactText(id) && row.generation == generation && row.isClaimed
        }
    }
}
