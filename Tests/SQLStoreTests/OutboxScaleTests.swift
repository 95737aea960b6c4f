// A long outbox: what delivery runs is in proportion to what it delivers, not to what waits.

import Alerting
import Credits
import Ports
import Testing

@testable import SQLStore

@Suite("A long outbox")
struct OutboxScaleTests {
    /// A queue of so many rows.
    enum Shape: CaseIterable {
        case oneLane
        case manyLanes
        case behindDeadReceivers

        func rows(_ count: Int) -> [OutboxRow] {
            (1...count).map { number in
                switch self {
                case .oneLane: Sample.notification("n\(number)", group: "g")
                case .manyLanes: Sample.notification("n\(number)", group: "g\(number)")
                case .behindDeadReceivers:
                    Sample.notification(
                        "n\(number)", receiver: number % 50 == 0 ? "team" : "dead\(number % 50)",
                        group: "g\(number % 7)")
                }
            }
        }
    }

    private func withStore(
        _ body: (SQLStore, CountingDriver) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let driver = CountingDriver(
                try SQLiteDriver(path: directory + "/ledger.sqlite", opening: .createIfMissing))
            let store = try await SQLStore.open(driver)
            try await body(store, driver)
            try await store.close()
        }
    }

    /// Claims and sends until nothing of the receiver `team` is left.
    private func drain(_ store: SQLStore) async throws -> Int {
        var delivered = 0
        let endpoint = EndpointIdentity(receiver: "team", integration: "webhook", index: 0)
        let wish = OutboxClaim(endpoint: endpoint, lanes: 16, rowsPerLane: 32)
        while true {
            _ = try await store.read { try $0.outboxQueues() }
            let claimed = try await store.write { rows in
                try rows.claim(
                    wish, at: Sample.instant,
                    leaseUntil: Sample.instant.adding(milliseconds: 60_000))
            }.flatMap(\.self)
            guard !claimed.isEmpty else { return delivered }
            try await store.write { rows in
                for row in claimed { _ = try rows.recordOutcome(Sample.outcome(row, .sent)) }
            }
            delivered += claimed.count
        }
    }

    @Test("2,000 rows take a few statements each, whatever else waits", arguments: Shape.allCases)
    func statements(_ shape: Shape) async throws {
        try await withStore { store, driver in
            let rows = shape.rows(2000)
            try await store.write { try $0.enqueue(rows) }
            _ = driver.take()
            let delivered = try await drain(store)
            #expect(delivered == rows.count { $0.receiver == "team" })
            let count = driver.take()
            // Claim, outcome, next head, next row of the lane; and the look at each queue, and at
            // the lease by every write.
            let rounds = count.writes / 2 + 1
            let queues = Set(rows.map(\.receiver)).count + 1
            let bound = delivered * 4 + rounds * (queues + 1) + count.writes
            #expect(count.statements <= bound)
            #expect(count.rows <= bound)
            #expect(rounds <= delivered / 16 + 2)
        }
    }

    @Test("no statement of delivery looks through the whole outbox")
    func indexes() async throws {
        try await withStore { store, driver in
            try await store.write { try $0.enqueue(Shape.manyLanes.rows(40)) }
            _ = driver.take()
            _ = try await drain(store)
            try await store.write { rows in
                try rows.enqueue([Sample.notification("late")])
                try rows.dropSent(before: Sample.instant)
                _ = try rows.outboxCounts()
                _ = try rows.requeueFailed(id: "late", at: Sample.instant)
            }
            let texts = driver.take().texts.sorted { $0.key < $1.key }
            #expect(texts.count >= 8)
            for (sql, parameters) in texts {
                let plan = try await driver.transaction(.read) { connection in
                    try connection.execute("EXPLAIN QUERY PLAN " + sql, parameters)
                        .map { try $0.text(3) }
                }
                let isScan = plan.contains { step in
                    step.hasPrefix("SCAN outbox") && !step.contains("INDEX outbox_heads")
                        && !step.contains("INDEX outbox_kept")
                }
                #expect(!isScan, "\(sql)\n\(plan)")
                #expect(!plan.contains { $0.contains("TEMP B-TREE") }, "\(sql)\n\(plan)")
            }
        }
    }

    @Test("an outbox of the schema before gets its heads")
    func migration() async throws {
        try await withTemporaryDirectory { directory in
            let driver = try SQLiteDriver(
                path: directory + "/ledger.sqlite", opening: .createIfMissing)
            _ = try await SQLStore.open(driver, to: Array(SQLMigration.all.prefix(2)))
            _ = try await driver.transaction(.write) { connection in
                for (sequence, group, state) in [
                    (1, "a", "sent"), (2, "a", "pending"), (3, "a", "pending"), (4, "b", "failed"),
                    (5, "b", "pending"),
                ] {
                    _ = try connection.execute(
                        """
                        INSERT INTO outbox VALUES ('n\(sequence)', \(sequence), 'team', 'webhook',
                            0, '\(group)', 'application/json', x'00', 7, 1, 7, 1, '\(state)', '',
                            NULL)
                        """, [])
                }
            }
            let store = try await SQLStore.open(driver)
            let endpoint = EndpointIdentity(receiver: "team", integration: "webhook", index: 0)
            let runs = try await store.write { rows in
                try rows.claim(
                    OutboxClaim(endpoint: endpoint, lanes: 9, rowsPerLane: 9), at: Sample.instant,
                    leaseUntil: Sample.instant)
            }
            #expect(runs.map { $0.map(\.id) } == [["n2", "n3"], ["n5"]])
            #expect(runs.flatMap(\.self).allSatisfy { $0.queuedAt.milliseconds == 7 })
            try await store.close()
        }
    }
}
