// Another file in the ledger's place: an older copy, another ledger, one that was meant.

import Foundation
import Ports
import PostgresCluster
import Synchronization
import Testing

@testable import SQLStore

@Suite("A ledger that was put in another's place")
struct RestoredLedgerTests {
    /// Opens, writes once, closes.
    private func use(_ path: String, note source: String) async throws {
        let store = try await openSQLiteStore(path: path)
        try await store.write { try $0.recordSourceSuccess(source, at: Sample.instant) }
        try await store.close()
    }

    private func put(_ copy: String, in path: String) throws {
        for name in [path, path + "-wal", path + "-shm"] { unlink(name) }
        try FileManager.default.copyItem(atPath: copy, toPath: path)
    }

    @Test("an older copy is refused until its lock file is removed")
    func olderCopy() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            try await use(path, note: "a")
            let store = try await openSQLiteStore(path: path)
            try await store.write { try $0.recordSourceSuccess("b", at: Sample.instant) }
            _ = try await backUpSQLiteLedger(path: path, to: directory + "/copy")
            try await store.write { try $0.recordSourceSuccess("c", at: Sample.instant) }
            try await store.close()
            try put(directory + "/copy", in: path)
            for _ in 0..<2 {
                await #expect {
                    _ = try await openSQLiteStore(path: path)
                } throws: {
                    "\($0)".contains("older copy") && "\($0)".contains(".lock")
                        && "\($0)".contains(path)
                }
            }
            try FileManager.default.removeItem(atPath: path + ".lock")
            let restored = try await openSQLiteStore(path: path)
            #expect(
                try await restored.read { try $0.sourceSuccesses() }.keys.sorted() == ["a", "b"])
            try await restored.close()
            try await use(path, note: "d")
        }
    }

    @Test("a copy made in the same run is refused after a crash, too")
    func olderCopyAfterCrash() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let copies = [directory + "/first", directory + "/last"]
            let driver = try SQLiteDriver(path: path, opening: .createIfMissing)
            let store = try await SQLStore.open(driver)
            try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
            _ = try await backUpSQLiteLedger(path: path, to: copies[0])
            for source in ["b", "c"] {
                try await store.write { try $0.recordSourceSuccess(source, at: Sample.instant) }
            }
            _ = try await backUpSQLiteLedger(path: path, to: copies[1])
            // Without giving the lease back, as after a kill.
            try await driver.close()
            try put(copies[0], in: path)
            for _ in 0..<2 {
                await #expect {
                    _ = try await openSQLiteStore(path: path)
                } throws: {
                    "\($0)".contains("older copy") && "\($0)".contains("what was recorded since")
                        && "\($0)".contains(".lock")
                }
            }
            // A copy that lacks nothing is as good as the ledger.
            try put(copies[1], in: path)
            try await use(path, note: "d")
            try await use(path, note: "e")
            try put(copies[0], in: path)
            try FileManager.default.removeItem(atPath: path + ".lock")
            try await use(path, note: "f")
        }
    }

    @Test("what an earlier program remembered is read")
    func earlierMemo() {
        let mark = LedgerMark(ledger: "ab", epoch: 7)
        #expect(LedgerMemo(text: "ledger ab epoch 7") == LedgerMemo(mark: mark, writes: 0))
        let memo = LedgerMemo(mark: mark, writes: 12)
        #expect(LedgerMemo(text: memo.text) == memo)
        for text in ["", "ledger ab epoch x", "ledger ab epoch 7 writes", "ledger ab epoch 7 a 1"] {
            #expect(LedgerMemo(text: text) == nil)
        }
    }

    @Test("another ledger is refused, a copy elsewhere is a ledger like any other")
    func anotherLedger() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            let other = directory + "/other.sqlite"
            try await use(path, note: "a")
            try await use(other, note: "b")
            _ = try await backUpSQLiteLedger(path: other, to: directory + "/copy")
            try put(directory + "/copy", in: path)
            await #expect {
                _ = try await openSQLiteStore(path: path)
            } throws: { "\($0)".contains("not the ledger that was used here before") }
            try await use(directory + "/copy", note: "c")
        }
    }

    @Test("looking leaves no trace, and does not count as use")
    func looking() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            try await use(path, note: "a")
            var epochs: [Int64?] = []
            for opening in [LedgerOpening.existing, .readOnly, .existing] {
                let store = try await openSQLiteStore(path: path, opening: opening)
                _ = try await store.read { try $0.sourceSuccesses() }
                epochs.append(store.lease?.epoch)
                try await store.close()
            }
            let first = try #require(epochs[0])
            #expect(epochs == [first, nil, first])
        }
    }

    @Test("a ledger that was deleted is begun anew only when that is meant")
    func deleted() async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/ledger.sqlite"
            try await use(path, note: "a")
            for name in [path, path + "-wal", path + "-shm"] { unlink(name) }
            for _ in 1...2 {
                await #expect {
                    _ = try await openSQLiteStore(path: path)
                } throws: { "\($0)".contains("is new and empty, but another ledger was used here") }
            }
            unlink(path + ".lock")
            try await use(path, note: "b")
            try await use(path, note: "c")
        }
    }
}

@Suite(
    "A restored ledger in PostgreSQL",
    .enabled(if: PostgresCluster.isInstalled, "postgresql is not installed"))
struct RestoredPostgresLedgerTests {
    /// What happens to the lease's row, and what the refusal says.
    static let changes = [
        ("epoch = epoch - 1", "an older copy of the ledger"), ("ledger = 'other'", "another one"),
    ]

    @Test(
        "a copy, or another ledger, in its place is refused until the memory of it is removed",
        arguments: changes)
    func refused(_ change: String, _ words: String) async throws {
        try await withTemporaryDirectory { directory in
            let cluster = try await PostgresCluster.shared()
            let url = try await cluster.newLedger()
            var options = PostgresOptions()
            options.memory = directory + "/mark"
            func use(_ url: String) async throws {
                let store = try await openPostgresStore(url: url, options: options)
                try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
                try await store.close()
            }
            try await use(url)
            try await use(url)
            try await cluster.query("UPDATE ledger_lease SET \(change)", in: url)
            for _ in 0..<2 {
                await #expect {
                    try await use(url)
                } throws: {
                    "\($0)".contains(words) && "\($0)".contains("remove \(directory)/mark")
                }
            }
            unlink(directory + "/mark")
            try await use(url)
            // A memory of another place refuses nothing, and a folder that is gone harms nothing.
            try await use(try await cluster.newLedger())
            try FileManager.default.removeItem(atPath: directory)
            try await use(url)
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: false)
        }
    }
}

extension RestoredPostgresLedgerTests {
    @Test("changes that the server lacks since the last use are told, and it goes on")
    func lostChanges() async throws {
        try await withTemporaryDirectory { directory in
            let cluster = try await PostgresCluster.shared()
            let url = try await cluster.newLedger()
            let told = Mutex<[String]>([])
            var options = PostgresOptions()
            options.memory = directory + "/mark"
            options.tell = { words in told.withLock { $0.append(words) } }
            func use(_ changes: Int) async throws {
                let driver = try await PostgresDriver.open(
                    PostgresURL(url), opening: .createIfMissing, options: options)
                let store = try await SQLStore.open(driver)
                for _ in 0..<changes {
                    try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
                }
                try await store.close()
            }
            try await use(5)
            #expect(told.withLock { $0 } == [])
            try await cluster.query("UPDATE ledger_lease SET writes = writes - 3", in: url)
            try await use(1)
            #expect(told.withLock { $0.count } == 1)
            #expect(told.withLock { $0.first?.contains("last 3 changes are missing") } == true)
            try await use(1)
            #expect(told.withLock { $0.count } == 1)
        }
    }
}

/// Whether file systems can be mounted here.
private enum MountPermission {
    /// Tried once.
    static let isGiven: Bool = {
        var template = Array("/tmp/store-mount.XXXXXX".utf8CString)
        guard getuid() == 0, mkdtemp(&template) != nil else { return false }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { rmdir(path) }
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0 else { return false }
        return umount2(path, Int32(MNT_DETACH)) == 0
    }()
}

@Suite(
    "A ledger on a file system that fails",
    .enabled(if: MountPermission.isGiven, "a file system cannot be mounted here"))
struct FailingFileSystemTests {
    /// Runs a body with a small file system of its own.
    private func withFileSystem(_ body: (_ path: String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/disk"
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false)
            try #require(mount("tmpfs", path, "tmpfs", 0, "size=2m,mode=0700") == 0)
            defer { umount2(path, Int32(MNT_DETACH)) }
            try await body(path)
        }
    }

    private func remount(_ path: String, readOnly: Bool) throws {
        let flags = UInt(MS_REMOUNT) | (readOnly ? UInt(MS_RDONLY) : 0)
        try #require(mount("tmpfs", path, "tmpfs", flags, "size=2m") == 0)
    }

    @Test("a full disk refuses writes, loses nothing, and writing goes on once there is room")
    func full() async throws {
        try await withFileSystem { disk in
            let store = try await openSQLiteStore(path: disk + "/ledger.sqlite")
            var written = 0
            var refusal: (any Error)?
            while refusal == nil, written < 1_000 {
                do {
                    let number = written
                    try await store.write {
                        try $0.enqueue(
                            [
                                Sample.notification(
                                    "n\(number)", body: Array(repeating: 1, count: 40_000))
                            ])
                    }
                    written += 1
                } catch {
                    refusal = error
                }
            }
            #expect("\(try #require(refusal))".contains("disk is full"))
            let count = written
            func stored() async throws -> Int {
                try await store.read {
                    try $0.outbox(state: .pending, limit: 1_000, withBodies: false).count
                }
            }
            #expect(try await stored() == count)
            try #require(mount("tmpfs", disk, "tmpfs", UInt(MS_REMOUNT), "size=8m") == 0)
            try await store.write { try $0.enqueue([Sample.notification("last")]) }
            #expect(try await stored() == count + 1)
            try await store.close()
        }
    }

    @Test("a file system that is read-only refuses with words, at the start too")
    func readOnly() async throws {
        try await withFileSystem { disk in
            let path = disk + "/ledger.sqlite"
            try await openSQLiteStore(path: path).close()
            try remount(disk, readOnly: true)
            await #expect {
                _ = try await openSQLiteStore(path: path)
            } throws: { "\($0)".contains(path) && "\($0)".contains("Read-only") }
            try remount(disk, readOnly: false)
            let store = try await openSQLiteStore(path: path)
            try await store.write { try $0.recordSourceSuccess("a", at: Sample.instant) }
            try await store.close()
        }
    }

    @Test("an empty disk that has no room for a ledger says so")
    func noRoomToBegin() async throws {
        try await withFileSystem { disk in
            let filler = try #require(fopen(disk + "/filler", "w"))
            setvbuf(filler, nil, _IONBF, 0)
            let block = [UInt8](repeating: 0, count: 4096)
            while fwrite(block, 1, block.count, filler) == block.count {}
            fclose(filler)
            await #expect {
                _ = try await openSQLiteStore(path: disk + "/ledger.sqlite")
            } throws: { "\($0)".contains("disk is full") || "\($0)".contains("No space") }
            unlink(disk + "/filler")
            try await openSQLiteStore(path: disk + "/ledger.sqlite").close()
        }
    }
}
