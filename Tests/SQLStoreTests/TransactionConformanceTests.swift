// What every store promises about its transactions.

import Credits
import Ledger
import Ports
import SimulatedPorts
import Testing

@Suite("Transactions of every store")
struct TransactionConformanceTests {
    private struct Refusal: Error, Equatable {}

    @Test(
        "a body that throws changes nothing and its error comes through",
        arguments: StoreKind.allCases)
    func rollsBackOnThrow(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            await #expect(throws: Refusal()) {
                try await store.write { rows in
                    try rows.append(
                        Sample.entries(count: 2), posted: [Sample.posted(key: "k")],
                        poll: Sample.poll("p"))
                    try rows.recordSourceSuccess("meter", at: Sample.instant)
                    try rows.enqueue([Sample.notification("n")])
                    try rows.appendTerms(Sample.terms(.zone("UTC")))
                    throw Refusal()
                }
            }
            try await store.read { rows throws in
                #expect(try rows.chainHead(of: "acme") == .empty)
                #expect(try rows.entries(of: "acme", after: 0, limit: 10).isEmpty)
                #expect(try rows.postedKeys(of: "acme", sources: nil, in: nil).isEmpty)
                #expect(try rows.sourceSuccesses().isEmpty)
                #expect(try rows.outbox(state: nil, limit: 10, withBodies: true).isEmpty)
                #expect(try rows.organizationIdentifiers().isEmpty)
            }
        }
    }

    @Test(
        "a failed change is not committed when the body swallows its error",
        arguments: StoreKind.allCases)
    func swallowedFailure(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.write { try $0.enqueue([Sample.notification("n")]) }
            await #expect(throws: StoreError.self) {
                try await store.write { rows in
                    try rows.recordSourceSuccess("meter", at: Sample.instant)
                    try? rows.enqueue([Sample.notification("n")])
                }
            }
            #expect(try await store.read { try $0.sourceSuccesses() }.isEmpty)
        }
    }

    @Test("a write sees its own changes, a later read too", arguments: StoreKind.allCases)
    func readsOwnWrites(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            let seen = try await store.write { rows in
                try rows.recordSourceSuccess("meter", at: Sample.instant)
                return try rows.sourceSuccesses()
            }
            #expect(seen == ["meter": Sample.instant])
            #expect(try await store.read { try $0.sourceSuccesses() } == seen)
        }
    }

    @Test("a reading transaction cannot write", arguments: StoreKind.allCases)
    func readsRefuseWrites(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            await #expect(throws: StoreError.self) {
                try await store.read { try $0.recordSourceSuccess("meter", at: Sample.instant) }
            }
            #expect(try await store.read { try $0.sourceSuccesses() }.isEmpty)
        }
    }

    @Test("writes from many tasks happen one after the other", arguments: StoreKind.allCases)
    func serialisesWrites(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask {
                        try await store.write { rows in
                            let head = try rows.chainHead(of: "acme")
                            let draft = Sample.Draft(
                                credits: 1, key: "k", revision: head.sequence + 1)
                            try rows.append(
                                Sample.entries([draft], behind: head),
                                posted: [
                                    Sample.posted(
                                        key: "k", credits: head.sequence + 1,
                                        revision: head.sequence + 1)
                                ], poll: Sample.poll("poll-\(number)"))
                        }
                    }
                }
                try await group.waitForAll()
            }
            try await store.read { rows throws in
                var verification = LedgerVerification(organization: "acme")
                for entry in try rows.entries(of: "acme", after: 0, limit: 100) {
                    verification.read(entry)
                }
                verification.finish(
                    storedHead: try rows.chainHead(of: "acme"),
                    posted: try rows.postedKeys(of: "acme", sources: nil, in: nil),
                    totals: try rows.dayTotals(of: "acme", after: 0))
                #expect(verification.entryCount == 40)
                #expect(verification.findings.isEmpty)
            }
        }
    }

    @Test("a cancelled task's write is whole and answered", arguments: StoreKind.allCases)
    func cancelledWrite(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await store.write { rows in
                    try rows.recordSourceSuccess("meter", at: Sample.instant)
                    return 7
                }
            }
            #expect(try await task.value == 7)
            #expect(try await store.read { try $0.sourceSuccesses() } == ["meter": Sample.instant])
        }
    }

    @Test("a closed store refuses everything and says so", arguments: StoreKind.allCases)
    func closed(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.close()
            let refusal = StoreError.failed("the ledger is closed")
            await #expect(throws: refusal) { try await store.read { _ in } }
            await #expect(throws: refusal) { try await store.write { _ in } }
            await #expect(throws: refusal) { try await store.checkPresence() }
        }
    }

    @Test("a present store says nothing", arguments: StoreKind.allCases)
    func present(_ kind: StoreKind) async throws {
        try await kind.withStore { store throws in
            try await store.checkPresence()
            #expect(!store.summary.isEmpty)
        }
    }
}
