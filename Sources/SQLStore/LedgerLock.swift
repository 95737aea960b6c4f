// One process a ledger: a lock file beside it, held for as long as the ledger is open.
//
// 1. The file is never removed: removing it would let two processes lock two files of one name.
// 2. The kernel gives the lock back when the process dies, however it dies.
// 3. Its second line outlives the holder: which ledger was here last and how many writes it had,
//    so that an older copy or another ledger in its place is noticed. It is written behind every
//    commit and never goes back, so it names no write that the ledger may lack.

import Foundation
import Ports
import Synchronization

/// The exclusive lock on `<ledger>.lock`; its first line names the holder.
final class LedgerLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// The ledger that was here last; nil when none is remembered.
    var memo: LedgerMemo? {
        descriptor.withLock { descriptor in
            descriptor.flatMap { Self.memo(of: Self.lines(in: $0)) }
        }
    }

    /// Remembers the ledger that is here, unless later writes of it are remembered already.
    func write(_ memo: LedgerMemo) {
        descriptor.withLock { descriptor in
            guard let descriptor else { return }
            let lines = Self.lines(in: descriptor)
            if let last = Self.memo(of: lines), last.isLater(than: memo) { return }
            Self.write([lines.first ?? "", memo.text], to: descriptor)
        }
    }

    private init(descriptor: Int32) {
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    /// Takes the lock beside a ledger.
    ///
    /// - Throws: `StoreError.held` with the text that the holder left, or `.failed`.
    static func acquire(besideLedger path: String) throws(StoreError) -> LedgerLock {
        let lockPath = path + ".lock"
        let descriptor = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw .failed(
                "cannot open the lock file \(lockPath): \(SystemFailure.text()); check the "
                    + "owner and mode of its directory")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            let reason = SystemFailure.text()
            let holder = lines(in: descriptor).first ?? ""
            close(descriptor)
            if isHeld { throw .held(by: holder.isEmpty ? "another process" : holder) }
            throw .failed("cannot lock \(lockPath): \(reason)")
        }
        guard FileIdentity(path: lockPath) == FileIdentity(descriptor: descriptor) else {
            close(descriptor)
            throw .failed("\(lockPath) was replaced while it was being locked; try again")
        }
        write(
            [ProcessIdentity.current.description] + lines(in: descriptor).dropFirst(),
            to: descriptor)
        return LedgerLock(descriptor: descriptor)
    }

    /// Gives the lock back; further calls do nothing.
    func release() {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            Self.write([""] + Self.lines(in: open).dropFirst(), to: open)
            // A child between fork and exec shares the open file: closing alone would not unlock.
            flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    private static func write(_ lines: [String], to descriptor: Int32) {
        // The text only helps people; the lock holds without it.
        let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
        _ = pwrite(descriptor, bytes, bytes.count, 0)
        ftruncate(descriptor, off_t(bytes.count))
    }

    private static func memo(of lines: [String]) -> LedgerMemo? {
        lines.count > 1 ? LedgerMemo(text: lines[1]) : nil
    }

    private static func lines(in descriptor: Int32) -> [String] {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).prefix(2).map(String.init)
    }
}

/// The last error of a system call, in words.
enum SystemFailure {
    /// `strerror` of the present `errno`.
    static func text() -> String {
        String(cString: strerror(errno))
    }
}
