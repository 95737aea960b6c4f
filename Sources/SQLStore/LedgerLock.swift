// One process a ledger: a lock file beside it, held for as long as the ledger is open.
//
// 1. The file is never removed: removing it would let two processes lock two files of one name.
// 2. The kernel gives the lock back when the process dies, however it dies.

import Credits
import Foundation
import Ports
import Synchronization

/// The exclusive lock on `<ledger>.lock`; its text names the holder.
final class LedgerLock: Sendable {
    private let descriptor: Mutex<Int32?>

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
            let holder = text(in: descriptor)
            close(descriptor)
            if isHeld { throw .held(by: holder.isEmpty ? "another process" : holder) }
            throw .failed("cannot lock \(lockPath): \(reason)")
        }
        guard FileIdentity(path: lockPath) == FileIdentity(descriptor: descriptor) else {
            close(descriptor)
            throw .failed("\(lockPath) was replaced while it was being locked; try again")
        }
        write(holderText(), to: descriptor)
        return LedgerLock(descriptor: descriptor)
    }

    /// Gives the lock back; further calls do nothing.
    func release() {
        descriptor.withLock { descriptor in
            guard let open = descriptor else { return }
            ftruncate(open, 0)
            // A child between fork and exec shares the open file: closing alone would not unlock.
            flock(open, LOCK_UN)
            close(open)
            descriptor = nil
        }
    }

    private static func holderText() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(
            decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let now = Timestamp(seconds: Int64(time(nil)))
        return "process \(getpid()) on \(host), started \(now)"
    }

    private static func write(_ text: String, to descriptor: Int32) {
        // The text only helps people; the lock holds without it.
        ftruncate(descriptor, 0)
        let bytes = Array((text + "\n").utf8)
        _ = pwrite(descriptor, bytes, bytes.count, 0)
    }

    private static func text(in descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let line = bytes.prefix(max(0, count)).prefix { $0 != UInt8(ascii: "\n") }
        return String(decoding: line, as: UTF8.self)
    }
}

/// The last error of a system call, in words.
enum SystemFailure {
    /// `strerror` of the present `errno`.
    static func text() -> String {
        String(cString: strerror(errno))
    }
}
