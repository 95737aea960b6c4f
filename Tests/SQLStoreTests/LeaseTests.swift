// One writer a ledger: the lease, its epoch, and what a lost one stops.

import Foundation
import Ledger
import Ports
import PostgresCluster
import Synchronization
import Testing

@testable import SQLStore

@Suite("Lease")
struct LeaseTests {
    private static func note(_ source: String, in store: some Store) async throws {
        try await store.write { try $0.recordSourceSuccess(source, at: Sample.instant) }
    }

    private static func run(_ sql: String, _ driver: any SQLDriver) async throws {
        _ = try await driver.transaction(.write) { try $0.execute(sql, []) }
    }

    @Test(
        "every holder moves the epoch, and giving back moves it too", arguments: StoreKind.databases
    )
    func epochs(_ kind: StoreKind) async throws {
        try await kind.withPlace { open throws in
            var last: Int64 = 0
            for _ in 0..<3 {
                let store = try await SQLStore.open(try await open())
                try await Self.note("a", in: store)
                let lease = try #require(store.lease)
                #expect(lease.isHeld)
                #expect(lease.epoch > last)
                try await store.close()
                last = lease.epoch + 1
            }
        }
    }

    @Test(
        "a second agent is refused and told process, machine and start",
        arguments: StoreKind.databases)
    func second(_ kind: StoreKind) async throws {
        try await kind.withPlace { open throws in
            let first = try await SQLStore.open(try await open())
            try await Self.note("a", in: first)
            await #expect {
                let driver = try await open()
                _ = try await SQLStore.open(driver)
            } throws: { error in
                guard case StoreError.held(let holder) = error else { return false }
                return holder.hasPrefix("process \(getpid()) on ")
                    && holder.contains(", started 20") && holder.hasSuffix("Z")
            }
            try await Self.note("b", in: first)
            try await first.close()
            let next = try await SQLStore.open(try await open())
            #expect(try await next.read { try $0.sourceSuccesses() }.keys.sorted() == ["a", "b"])
            try await next.close()
        }
    }

    @Test(
        "writes of a former epoch are refused, whatever wrote last", arguments: StoreKind.databases)
    func fencing(_ kind: StoreKind) async throws {
        try await kind.withPlace { open throws in
            let driver = try await open()
            let store = try await SQLStore.open(driver)
            try await Self.note("a", in: store)
            try await Self.run(
                "UPDATE ledger_lease SET epoch = epoch + 1, holder = 'process 8 on other'", driver)
            for _ in 0..<2 {
                await #expect {
                    try await Self.note("b", in: store)
                } throws: { error in
                    guard case StoreError.taken(let text) = error else { return false }
                    return text.contains("process 8 on other took over") && text.contains("epoch")
                }
                await #expect(throws: StoreError.self) { try await store.checkPresence() }
                #expect(store.lease?.isHeld == false)
                // Even when the row is as it was: what happened meanwhile is not known here.
                try await Self.run("UPDATE ledger_lease SET epoch = epoch - 1", driver)
            }
            #expect(try await store.read { try $0.sourceSuccesses() }.keys.sorted() == ["a"])
            try? await store.close()
        }
    }

    @Test(
        "another ledger or an older copy under an open store ends it",
        arguments: StoreKind.databases)
    func replaced(_ kind: StoreKind) async throws {
        for (change, words) in [
            ("ledger = 'other'", "another ledger"), ("epoch = epoch - 1", "an older copy"),
        ] {
            try await kind.withPlace { open throws in
                let driver = try await open()
                let store = try await SQLStore.open(driver)
                try await Self.note("a", in: store)
                try await Self.run("UPDATE ledger_lease SET \(change)", driver)
                await #expect {
                    try await Self.note("b", in: store)
                } throws: { error in
                    guard case StoreError.lost(let text) = error else { return false }
                    return text.contains(words)
                }
                try? await store.close()
            }
        }
    }

    @Test(
        "an agent whose lease is gone writes nothing when it closes", arguments: StoreKind.databases
    )
    func closingAfterLoss(_ kind: StoreKind) async throws {
        try await kind.withPlace { open throws in
            let store = try await SQLStore.open(try await open())
            try await Self.note("a", in: store)
            let epoch = try #require(store.lease).epoch
            let other = try await open2(kind, open)
            if let other {
                try await Self.run("UPDATE ledger_lease SET epoch = epoch + 5", other)
                try await store.close()
                let row = try await other.transaction(.read) {
                    try LeaseTable.look($0, other.dialect)
                }
                #expect(row.epoch == epoch + 5)
                try await other.close()
            } else {
                try await store.close()
            }
        }
    }

    /// A second driver; SQLite's lock file admits none.
    private func open2(
        _ kind: StoreKind, _ open: @Sendable () async throws -> any SQLDriver
    ) async throws -> (any SQLDriver)? {
        kind == .sqlite ? nil : try await open()
    }

    @Test("many writes at once, the very first among them", arguments: StoreKind.databases)
    func firstWrites(_ kind: StoreKind) async throws {
        try await kind.withPlace { open throws in
            let store = try await SQLStore.open(try await open())
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<30 {
                    group.addTask { try await Self.note("s\(number)", in: store) }
                }
                try await group.waitForAll()
            }
            #expect(try await store.read { try $0.sourceSuccesses() }.count == 30)
            try await store.close()
        }
    }
}

@Suite(
    "Lease between machines",
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"))
struct SharedLeaseTests {
    private static let elsewhere = ProcessIdentity(
        description: "process 7 on elsewhere, started 2026-11-01T00:00:00Z", text: "b s 7 1")

    /// A driver on a new ledger, held by a process of another machine.
    private func held(
        by process: ProcessIdentity
    ) async throws -> (url: String, store: SQLStore) {
        let url = try await PostgresCluster.shared().newLedger()
        let driver = try await PostgresDriver.open(PostgresURL(url), opening: .createIfMissing)
        return (url, try await SQLStore.open(driver, process: process))
    }

    @Test("a holder elsewhere that gives a sign of life is left alone", .timeLimit(.minutes(1)))
    func living() async throws {
        let (url, store) = try await held(by: Self.elsewhere)
        await #expect(throws: StoreError.held(by: Self.elsewhere.description)) {
            _ = try await openPostgresStore(url: url)
        }
        try await store.close()
        try await openPostgresStore(url: url).close()
    }

    @Test("a holder elsewhere that is silent is followed, and then cannot write any more")
    func silent() async throws {
        let (url, store) = try await held(by: Self.elsewhere)
        try await PostgresCluster.shared().query(
            "UPDATE ledger_lease SET renewed_at = renewed_at - 16000", in: url)
        let next = try await openPostgresStore(url: url)
        await #expect {
            try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
        } throws: { error in
            guard case StoreError.taken(let text) = error else { return false }
            return text.contains("process \(getpid()) on ")
        }
        try await next.write { try $0.recordSourceSuccess("b", at: Sample.instant) }
        #expect(try await next.read { try $0.sourceSuccesses() }.keys.sorted() == ["b"])
        try await next.close()
        try? await store.close()
    }

    @Test(
        "a silent holder whose last sign of life lies ahead of the server's clock is followed",
        .timeLimit(.minutes(1)))
    func silentAhead() async throws {
        let (url, store) = try await held(by: Self.elsewhere)
        try await PostgresCluster.shared().query(
            "UPDATE ledger_lease SET renewed_at = renewed_at + 3600000", in: url)
        let told = Mutex<[String]>([])
        var options = PostgresOptions()
        options.tell = { words in told.withLock { $0.append(words) } }
        let driver = try await PostgresDriver.open(
            PostgresURL(url), opening: .createIfMissing, options: options)
        let life = Duration.milliseconds(800)
        let begun = ContinuousClock.now
        let lease = try await LeaseOpening(driver: driver, process: .current, life: life).take()
        #expect(ContinuousClock.now - begun >= life)
        #expect(lease.mark.epoch > 0)
        #expect(told.withLock { $0.count } == 1)
        #expect(told.withLock { $0.first?.contains("s ahead of the server's clock") } == true)
        try await driver.close()
        try? await store.close()
    }

    @Test("a holder of this machine that died is followed at once")
    func dead() async throws {
        // A process that was here and is not any more.
        let words = ProcessIdentity.current.text.split(separator: " ")
        let gone = "\(words[0]) \(words[1]) \(words[2]) 1"
        let (url, store) = try await held(
            by: ProcessIdentity(description: "process x", text: gone))
        let begun = ContinuousClock.now
        try await openPostgresStore(url: url).close()
        #expect(ContinuousClock.now - begun < HeldLease.life)
        try? await store.close()
    }

    @Test("a lease without a write in between is kept alive by itself", .timeLimit(.minutes(1)))
    func pulse() async throws {
        let (url, store) = try await held(by: Self.elsewhere)
        let before = try await PostgresCluster.shared().query(
            "SELECT writes FROM ledger_lease", in: url)
        try await Task.sleep(for: .seconds(5))
        let after = try await PostgresCluster.shared().query(
            "SELECT writes FROM ledger_lease", in: url)
        #expect(before != after)
        #expect(store.lease?.isHeld == true)
        try await store.close()
    }

    @Test("changes that a failover lost are noticed before anything is built on them")
    func lostCommits() async throws {
        let (url, store) = try await held(by: Self.elsewhere)
        for _ in 0..<3 {
            try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
        }
        try await PostgresCluster.shared().query(
            "UPDATE ledger_lease SET writes = writes - 2", in: url)
        await #expect {
            _ = try await store.read { try $0.sourceSuccesses() }
        } throws: { "\($0)".contains("a standby that lags") }
        await #expect {
            try await store.write { try $0.recordSourceSuccess("b", at: Sample.instant) }
        } throws: { error in
            guard case StoreError.lost(let text) = error else { return false }
            return text.contains("lost 2 changes that it had acknowledged")
        }
        #expect(store.lease?.isHeld == false)
        try? await store.close()
    }

    @Test("a write whose answer got lost is not taken for one that came after it")
    func lostAnswer() async throws {
        let url = try await PostgresCluster.shared().newLedger()
        let inner = try await PostgresDriver.open(PostgresURL(url), opening: .createIfMissing)
        let driver = ForgetfulDriver(inner)
        let store = try await SQLStore.open(driver)
        for happens in [true, false, true, false] {
            driver.forgetNext(commits: happens)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<5 {
                    group.addTask {
                        try await store.write { rows in
                            let head = try rows.chainHead(of: "acme")
                            let draft = Sample.Draft(
                                credits: 1, key: "k", revision: head.sequence + 1)
                            try rows.append(
                                Sample.entries([draft], behind: head), posted: [], poll: nil)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(try await store.read { try $0.chainHead(of: "acme").sequence } == 20)
        try await store.close()
    }

    @Test("processes are told apart by machine, identifier and start")
    func identities() {
        let own = ProcessIdentity.current.text
        #expect(ProcessIdentity.life(of: own) == .alive)
        #expect(ProcessIdentity.life(of: own + "1") == .dead)
        #expect(ProcessIdentity.life(of: "x" + own) == .unknown)
        #expect(ProcessIdentity.life(of: "") == .unknown)
        let words = own.split(separator: " ")
        #expect(ProcessIdentity.life(of: "\(words[0]) \(words[1]) 4194305 5") == .dead)
    }

    @Test("a process that is hidden is not taken for dead")
    func hiddenProcesses() async throws {
        try await withTemporaryDirectory { directory in
            let own = ProcessIdentity.current.text
            #expect(ProcessIdentity.life(of: own, shownIn: directory) == .unknown)
            let words = own.split(separator: " ")
            let gone = "\(words[0]) \(words[1]) 4194305 5"
            #expect(ProcessIdentity.life(of: gone, shownIn: directory) == .dead)
        }
    }
}
