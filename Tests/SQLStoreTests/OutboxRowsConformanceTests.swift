// What every store promises about the queue of notifications.

import Alerting
import Credits
import Ports
import SimulatedPorts
import Testing

@Suite("Outbox of every store")
struct OutboxRowsConformanceTests {
    /// Claims everything that is due of some receivers, one row of each lane.
    private static func claim(
        _ store: any Store, at milliseconds: Int64 = 0, limit: Int = 10, rowsPerLane: Int = 1,
        except: [String] = []
    ) async throws -> [OutboxRow] {
        try await runs(
            store, at: milliseconds, lanes: limit, rowsPerLane: rowsPerLane, except: except
        ).flatMap(\.self)
    }

    private static func runs(
        _ store: any Store, at milliseconds: Int64 = 0, lanes: Int = 10, rowsPerLane: Int,
        except: [String] = []
    ) async throws -> [[OutboxRow]] {
        let now = Sample.instant.adding(milliseconds: milliseconds)
        return try await store.write { rows in
            try rows.outboxQueues().filter { !except.contains($0.endpoint.receiver) }.flatMap {
                try rows.claim(
                    OutboxClaim(endpoint: $0.endpoint, lanes: lanes, rowsPerLane: rowsPerLane),
                    at: now, leaseUntil: now.adding(milliseconds: 60_000))
            }
        }
    }

    private static func stored(_ store: any Store) async throws -> [OutboxRow] {
        try await store.read { try $0.outbox(state: nil, limit: 10, withBodies: true) }
    }

    @Test(
        "rows are numbered in order and come back with their bytes", arguments: StoreKind.allCases)
    func roundTrip(_ kind: StoreKind) async throws {
        let bodies: [[UInt8]] = [[], [0], Array(0...255)]
        try await kind.withStore { store throws in
            for (index, body) in bodies.enumerated() {
                try await store.write {
                    try $0.enqueue([Sample.notification("n\(index)", body: body)])
                }
            }
            try await store.read { rows throws in
                let stored = try rows.outbox(state: nil, limit: 10, withBodies: true)
                #expect(stored.map(\.id) == ["n0", "n1", "n2"])
                #expect(stored.map(\.sequence) == [1, 2, 3])
                #expect(stored.map(\.body) == bodies)
                let bare = try rows.outbox(state: .pending, limit: 2, withBodies: false)
                #expect(bare.map(\.id) == ["n0", "n1"])
                #expect(bare.allSatisfy { $0.body.isEmpty })
                #expect(try rows.outbox(state: .sent, limit: 10, withBodies: true).isEmpty)
            }
        }
    }

    @Test("an id is queued once", arguments: StoreKind.allCases)
    func refusesRepeatedIds(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { try $0.enqueue([Sample.notification("n")]) }
            await #expect(throws: StoreError.self) {
                try await store.write {
                    try $0.enqueue([Sample.notification("m"), Sample.notification("n")])
                }
            }
            let ids = try await store.read {
                try $0.outbox(state: nil, limit: 10, withBodies: false).map(\.id)
            }
            #expect(ids == ["n"])
        }
    }

    @Test(
        "a lane is delivered in order: only its oldest pending row is claimed",
        arguments: StoreKind.allCases)
    func oneAtATimeInALane(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.enqueue([
                    Sample.notification("a1", group: "a"), Sample.notification("a2", group: "a"),
                    Sample.notification("b1", group: "b", due: 5_000),
                    Sample.notification("b2", group: "b"),
                    Sample.notification("c1", integrationIndex: 1, group: "a"),
                ])
            }
            // b2 is due, but b1 before it is not.
            let first = try await Self.claim(store)
            #expect(first.map(\.id) == ["a1", "c1"])
            #expect(try await Self.claim(store).isEmpty)
            #expect(try await Self.claim(store, at: 5_000).map(\.id) == ["b1"])
            let recorded = try await store.write {
                try $0.recordOutcome(Sample.outcome(first[0], .sent))
            }
            #expect(recorded)
            #expect(try await Self.claim(store).map(\.id) == ["a2"])
        }
    }

    @Test(
        "a failed row keeps its lane waiting, a given up one lets it go on",
        arguments: StoreKind.allCases)
    func failuresInALane(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write {
                try $0.enqueue([Sample.notification("a1"), Sample.notification("a2")])
            }
            let first = try await Self.claim(store)[0]
            try await store.write {
                _ = try $0.recordOutcome(
                    Sample.outcome(first, .pending, after: 1_000, error: "503"))
            }
            #expect(try await Self.claim(store, at: 999).isEmpty)
            let again = try await Self.claim(store, at: 1_000)
            #expect(again.map(\.id) == ["a1"])
            #expect(again.map(\.attempts) == [1])
            #expect(again.map(\.lastError) == ["503"])
            try await store.write { _ = try $0.recordOutcome(Sample.outcome(again[0], .failed)) }
            #expect(try await Self.claim(store, at: 1_000).map(\.id) == ["a2"])
        }
    }

    @Test(
        "a claim moves the generation, and a lapsed lease may be claimed again",
        arguments: StoreKind.allCases)
    func leases(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { try $0.enqueue([Sample.notification("n")]) }
            let first = try await Self.claim(store)[0]
            #expect(first.generation == 1)
            #expect(first.attempts == 0 && first.isClaimed)
            #expect(first.nextAttemptAt == Sample.instant.adding(milliseconds: 60_000))
            #expect(try await Self.claim(store, at: 59_999).isEmpty)
            let second = try await Self.claim(store, at: 60_000)[0]
            #expect(second.generation == 2)
            #expect(second.body == first.body)
        }
    }

    @Test("an outcome of an older claim changes nothing", arguments: StoreKind.allCases)
    func staleOutcome(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { try $0.enqueue([Sample.notification("n")]) }
            let first = try await Self.claim(store)[0]
            let second = try await Self.claim(store, at: 60_000)[0]
            let stale = try await store.write { try $0.recordOutcome(Sample.outcome(first, .sent)) }
            #expect(!stale)
            let stored = try await store.read {
                try $0.outbox(state: nil, limit: 10, withBodies: true)
            }
            #expect(stored == [second])
            let missing = try await store.write {
                try $0.recordOutcome(Sample.outcome(Sample.notification("none"), .sent))
            }
            #expect(!missing)
        }
    }

    @Test(
        "every endpoint has a queue of its own, due when the first head of a lane is",
        arguments: StoreKind.allCases)
    func exceptions(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.enqueue([
                    Sample.notification("a", receiver: "one"),
                    Sample.notification("b", receiver: "two", due: 2_000),
                    Sample.notification("c", receiver: "two", due: 1_000),
                    Sample.notification("d", receiver: "three", due: 3_000),
                ])
            }
            let queues = try await store.read { try $0.outboxQueues() }
            #expect(queues.map(\.endpoint.receiver) == ["one", "three", "two"])
            #expect(
                queues.map { $0.nextDue.milliseconds - Sample.instant.milliseconds }
                    == [0, 3_000, 2_000])
            let claimed = try await Self.claim(store, at: 9_000, except: ["one", "three"])
            #expect(claimed.map(\.id) == ["b"])
            #expect(try await Self.claim(store, at: 9_000, limit: 1).map(\.id) == ["a", "d"])
            #expect(try await Self.claim(store, at: 9_000, limit: 0).isEmpty)
        }
    }

    @Test(
        "only rows sent before an instant are dropped; numbers are not given again",
        arguments: StoreKind.allCases)
    func dropsSent(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.enqueue(["a", "b", "c", "d"].map { Sample.notification($0, group: $0) })
            }
            let claimed = try await Self.claim(store)
            try await store.write { rows in
                _ = try rows.recordOutcome(Sample.outcome(claimed[0], .sent, after: 10))
                _ = try rows.recordOutcome(Sample.outcome(claimed[1], .failed, after: 10))
                _ = try rows.recordOutcome(Sample.outcome(claimed[3], .sent, after: 20))
                try rows.dropSent(before: Sample.instant.adding(milliseconds: 20))
                try rows.enqueue([Sample.notification("e")])
            }
            let rest = try await store.read {
                try $0.outbox(state: nil, limit: 10, withBodies: false)
            }
            #expect(rest.map(\.id) == ["b", "c", "d", "e"])
            #expect(rest.map(\.sequence) == [2, 3, 4, 5])
        }
    }

    @Test(
        "a lane's rows are claimed together from its head on, bounded by count and bytes",
        arguments: StoreKind.allCases)
    func runs(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            let large = [UInt8](repeating: 7, count: OutboxClaim.maximumRunBytes / 2 + 1)
            try await store.write { rows in
                try rows.enqueue(
                    (1...5).map { Sample.notification("a\($0)", group: "a") }
                        + [Sample.notification("b1", group: "b", due: 1_000)]
                        + (1...3).map {
                            Sample.notification("c\($0)", receiver: "wide", body: large)
                        })
            }
            let first = try await Self.runs(store, rowsPerLane: 4)
            #expect(first.map { $0.map(\.id) } == [["a1", "a2", "a3", "a4"], ["c1"]])
            #expect(try await Self.runs(store, rowsPerLane: 4).isEmpty)
            // The first is sent, the second has to wait, the others were not tried.
            try await store.write { rows in
                _ = try rows.recordOutcome(Sample.outcome(first[0][0], .sent))
                _ = try rows.recordOutcome(
                    Sample.outcome(first[0][1], .pending, after: 500, error: "503"))
                for row in first[0][2...] {
                    try rows.releaseClaim(
                        id: row.id, generation: row.generation, at: Sample.instant)
                }
            }
            #expect(try await Self.runs(store, at: 499, rowsPerLane: 9).isEmpty)
            let again = try await Self.runs(store, at: 500, rowsPerLane: 9)
            #expect(again.map { $0.map(\.id) } == [["a2", "a3", "a4", "a5"]])
            #expect(again[0].map(\.attempts) == [1, 0, 0, 0])
            // A late release of the former claim gives nothing back.
            try await store.write { rows in
                try rows.releaseClaim(id: "a3", generation: 1, at: Sample.instant)
            }
            #expect(try await Self.stored(store).first { $0.id == "a3" }?.isClaimed == true)
        }
    }

    @Test("the longest due lane is claimed first", arguments: StoreKind.allCases)
    func longestDue(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.enqueue([
                    Sample.notification("late", group: "a", due: 20),
                    Sample.notification("early", group: "b", due: 10),
                    Sample.notification("second", group: "c", due: 20),
                ])
            }
            #expect(try await Self.claim(store, at: 30, limit: 2).map(\.id) == ["early", "late"])
        }
    }

    @Test(
        "a new sender gives back what a dead one had claimed, due at once",
        arguments: StoreKind.allCases)
    func restore(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.enqueue([
                    Sample.notification("a1"), Sample.notification("a2"),
                    Sample.notification("b", group: "b", due: 5_000),
                ])
            }
            let dead = try await Self.claim(store, rowsPerLane: 5)
            #expect(dead.map(\.id) == ["a1", "a2"])
            let now = Sample.instant.adding(milliseconds: 1_000)
            try await store.write { try $0.restoreOutbox(at: now) }
            let late = try await store.write {
                try $0.recordOutcome(Sample.outcome(dead[0], .sent))
            }
            #expect(!late, "the dead sender's answer comes too late")
            let again = try await Self.claim(store, at: 1_000, rowsPerLane: 5)
            // `b` was never tried: it is not due in the future, the clock is.
            #expect(again.map(\.id) == ["a1", "a2", "b"])
            #expect(again.map(\.attempts) == [0, 0, 0])
        }
    }

    @Test(
        "a clock that went back while nobody looked leaves what was left to wait",
        arguments: StoreKind.allCases)
    func restoreBackwards(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { try $0.enqueue([Sample.notification("n")]) }
            let row = try await Self.claim(store)[0]
            try await store.write { rows in
                _ = try rows.recordOutcome(
                    OutboxOutcome(
                        id: row.id, generation: row.generation, state: .pending,
                        nextAttemptAt: Sample.instant.adding(milliseconds: 10_000),
                        error: "503", at: Sample.instant.adding(milliseconds: 2_000)))
                try rows.restoreOutbox(at: Sample.instant.adding(milliseconds: -86_400_000))
            }
            let stored = try await Self.stored(store)[0]
            let next = Sample.instant.adding(milliseconds: -86_400_000 + 8_000)
            #expect(stored.nextAttemptAt == next)
            #expect(stored.queuedAt == Sample.instant.adding(milliseconds: -86_400_000))
            #expect(stored.createdAt == Sample.instant)
        }
    }

    @Test(
        "the plan follows a jump of the clock; what was never tried stays due",
        arguments: StoreKind.allCases, [-7_200_000, 7_200_000] as [Int64])
    func shift(_ kind: StoreKind, _ jump: Int64) async throws {
        try await kind.withStore { store throws in
            try await store.write {
                try $0.enqueue([Sample.notification("n"), Sample.notification("m", group: "m")])
            }
            let row = try await Self.claim(store, limit: 1)[0]
            let now = Sample.instant.adding(milliseconds: 1_000 + jump)
            try await store.write { rows in
                _ = try rows.recordOutcome(
                    Sample.outcome(row, .pending, after: 60_000, error: "503"))
                try rows.shiftOutbox(byMilliseconds: jump, now: now)
            }
            let stored = try await Self.stored(store)
            #expect(
                stored[0].nextAttemptAt == Sample.instant.adding(milliseconds: 60_000 + jump))
            #expect(stored[0].queuedAt == Sample.instant.adding(milliseconds: jump))
            #expect(stored[1].nextAttemptAt <= now)
        }
    }

    @Test(
        "a failed row is queued again as the last of its lane, with its id and bytes",
        arguments: StoreKind.allCases)
    func replay(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write {
                try $0.enqueue([Sample.notification("n"), Sample.notification("m")])
            }
            let first = try await Self.claim(store)[0]
            try await store.write { rows in
                _ = try rows.recordOutcome(Sample.outcome(first, .failed, error: "413"))
            }
            let later = Sample.instant.adding(milliseconds: 500)
            let queued = try await store.write { rows in
                [
                    try rows.requeueFailed(id: "none", at: later),
                    try rows.requeueFailed(id: "m", at: later),
                    try rows.requeueFailed(id: "n", at: later),
                    try rows.requeueFailed(id: "n", at: later),
                ]
            }
            #expect(queued == [false, false, true, false])
            let again = try await Self.claim(store, at: 1_000, rowsPerLane: 5)
            #expect(again.map(\.id) == ["m", "n"])
            #expect(again.last?.body == first.body)
            #expect(again.last?.attempts == 0 && again.last?.lastError.isEmpty == true)
            #expect(again.last?.queuedAt == later && again.last?.createdAt == Sample.instant)
        }
    }

    @Test("what is kept is counted and listed, the newest first", arguments: StoreKind.allCases)
    func views(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { rows in
                try rows.enqueue([
                    Sample.notification("a", receiver: "one"),
                    Sample.notification("b", receiver: "two"),
                    Sample.notification("c", receiver: "two"),
                ])
            }
            let claimed = try await Self.claim(store)
            try await store.write { rows in
                _ = try rows.recordOutcome(Sample.outcome(claimed[0], .sent))
                _ = try rows.recordOutcome(Sample.outcome(claimed[1], .failed, error: "413"))
            }
            try await store.read { rows throws in
                #expect(
                    try rows.outboxCounts() == [
                        OutboxCount(
                            receiver: "two", state: .failed, count: 1, oldest: Sample.instant),
                        OutboxCount(
                            receiver: "two", state: .pending, count: 1, oldest: Sample.instant),
                    ])
                func ids(_ receiver: String?, _ state: OutboxRow.State?, _ limit: Int) throws
                    -> [String]
                { try rows.newestOutbox(receiver: receiver, state: state, limit: limit).map(\.id) }
                #expect(try ids(nil, nil, 9) == ["c", "b", "a"])
                #expect(try ids(nil, nil, 1) == ["c"])
                #expect(try ids("two", nil, 9) == ["c", "b"])
                #expect(try ids("two", .failed, 9) == ["b"])
                #expect(try ids(nil, .sent, 9) == ["a"])
                #expect(try rows.outboxRow(id: "b")?.lastError == "413")
                #expect(try rows.outboxRow(id: "b")?.body == [])
                #expect(try rows.outboxRow(id: "none") == nil)
            }
        }
    }
}
