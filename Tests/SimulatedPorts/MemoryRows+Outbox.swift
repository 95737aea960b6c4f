// The queue of notifications in memory.

import Credits
import Ports

extension MemoryRows {
    func enqueue(_ rows: [OutboxRow]) throws {
        try change { tables throws(StoreError) in
            for row in rows {
                if tables.outbox.contains(where: { ExactText($0.row.id) == ExactText(row.id) }) {
                    throw .failed("the outbox already holds \(row.id)")
                }
                tables.lastOutboxSequence += 1
                tables.outbox.append(
                    .init(row: row.with(sequence: tables.lastOutboxSequence), endedAt: nil))
            }
        }
    }

    func claimDue(
        at now: Timestamp, leaseUntil leaseEnd: Timestamp, limit: Int, except receivers: [String]
    ) throws -> [OutboxRow] {
        let due = heads(except: receivers)
            .filter { tables.outbox[$0].row.nextAttemptAt <= now }.prefix(max(0, limit))
        return try change { tables in
            due.map { index in
                let row = tables.outbox[index].row
                tables.outbox[index].row = row.with(
                    attempts: row.attempts + 1, nextAttemptAt: leaseEnd,
                    generation: row.generation + 1)
                return tables.outbox[index].row
            }
        }
    }

    func recordOutcome(_ outcome: OutboxOutcome) throws -> Bool {
        try change { tables in
            let found = tables.outbox.firstIndex { notification in
                ExactText(notification.row.id) == ExactText(outcome.id)
                    && notification.row.generation == outcome.generation
            }
            guard let found else { return false }
            tables.outbox[found].row = tables.outbox[found].row.with(
                nextAttemptAt: outcome.nextAttemptAt, state: outcome.state,
                lastError: outcome.error)
            tables.outbox[found].endedAt = outcome.at
            return true
        }
    }

    func outbox(state: OutboxRow.State?, limit: Int, withBodies: Bool) throws -> [OutboxRow] {
        let rows = tables.outbox.lazy.map(\.row).filter { state == nil || $0.state == state }
        return rows.prefix(max(0, limit)).map { withBodies ? $0 : $0.with(body: []) }
    }

    func nextDue(except receivers: [String]) throws -> Timestamp? {
        heads(except: receivers).map { tables.outbox[$0].row.nextAttemptAt }.min()
    }

    func dropSent(before instant: Timestamp) throws {
        try change { tables in
            tables.outbox.removeAll { notification in
                guard notification.row.state == .sent, let ended = notification.endedAt else {
                    return false
                }
                return ended < instant
            }
        }
    }

    /// What is delivered in order.
    private struct Lane: Hashable {
        let receiver: ExactText
        let integration: ExactText
        let integrationIndex: Int
        let group: ExactText
    }

    /// Places of the oldest pending row of every lane, oldest first.
    private func heads(except receivers: [String]) -> [Int] {
        let passed = Set(receivers.map(ExactText.init))
        var seen: Set<Lane> = []
        return tables.outbox.indices.filter { index in
            let row = tables.outbox[index].row
            guard row.state == .pending else { return false }
            let lane = Lane(
                receiver: ExactText(row.receiver), integration: ExactText(row.integration),
                integrationIndex: row.integrationIndex, group: ExactText(row.group))
            return seen.insert(lane).inserted && !passed.contains(lane.receiver)
        }
    }
}

extension OutboxRow {
    /// The same row with some fields changed.
    fileprivate func with(
        sequence: Int64? = nil, body: [UInt8]? = nil, attempts: Int? = nil,
        nextAttemptAt: Timestamp? = nil, generation: Int64? = nil, state: State? = nil,
        lastError: String? = nil
    ) -> OutboxRow {
        OutboxRow(
            id: id, sequence: sequence ?? self.sequence, receiver: receiver,
            integration: integration, integrationIndex: integrationIndex, group: group,
            contentType: contentType, body: body ?? self.body, createdAt: createdAt,
            attempts: attempts ?? self.attempts,
            nextAttemptAt: nextAttemptAt ?? self.nextAttemptAt,
            generation: generation ?? self.generation, state: state ?? self.state,
            lastError: lastError ?? self.lastError)
    }
}
