// What every store promises about the queue of notifications.

import Credits
import Ports
import SimulatedPorts
import Testing

@Suite("Outbox of every store")
struct OutboxRowsConformanceTests {
    private static func claim(
        _ store: any Store, at milliseconds: Int64 = 0, limit: Int = 10, except: [String] = []
    ) async throws -> [OutboxRow] {
        let now = Sample.instant.adding(milliseconds: milliseconds)
        return try await store.write {
            try $0.claimDue(
                at: now, leaseUntil: now.adding(milliseconds: 60_000), limit: limit,
                except: except)
        }
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
            #expect(again.map(\.attempts) == [2])
            #expect(again.map(\.lastError) == ["503"])
            try await store.write { _ = try $0.recordOutcome(Sample.outcome(again[0], .failed)) }
            #expect(try await Self.claim(store, at: 1_000).map(\.id) == ["a2"])
        }
    }

    @Test(
        "a claim moves generation and attempts, and a lapsed lease may be claimed again",
        arguments: StoreKind.allCases)
    func leases(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { try $0.enqueue([Sample.notification("n")]) }
            let first = try await Self.claim(store)[0]
            #expect(first.generation == 1)
            #expect(first.attempts == 1)
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
        "receivers that are off are passed over, in claims and in the next time",
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
            try await store.read { rows throws in
                #expect(try rows.nextDue(except: []) == Sample.instant)
                #expect(
                    try rows.nextDue(except: ["one"])
                        == Sample.instant.adding(milliseconds: 2_000))
                #expect(try rows.nextDue(except: ["one", "two", "three"]) == nil)
            }
            let claimed = try await Self.claim(store, at: 9_000, except: ["one", "three"])
            #expect(claimed.map(\.id) == ["b"])
            #expect(try await Self.claim(store, at: 9_000, limit: 1).map(\.id) == ["a"])
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

    @Test("a failed row may be queued again by its last generation", arguments: StoreKind.allCases)
    func replay(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { try $0.enqueue([Sample.notification("n")]) }
            let first = try await Self.claim(store)[0]
            try await store.write { rows in
                _ = try rows.recordOutcome(Sample.outcome(first, .failed))
                _ = try rows.recordOutcome(Sample.outcome(first, .pending))
            }
            let again = try await Self.claim(store)
            #expect(again.map(\.body) == [first.body])
        }
    }
}
