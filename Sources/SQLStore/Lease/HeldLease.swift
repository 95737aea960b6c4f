// What this process knows about its lease.
//
// 1. Once lost it is never taken up again: what happened since is not in this process' memory.
// 2. A lease is sure only for as long as nobody else may take it.
// 3. One write at a time, until it is known whether it was committed: a later one would take the
//    number by which a lost answer is looked up.

import Ports
import Synchronization

/// The lease of an open ledger.
final class HeldLease: Sendable {
    private struct State {
        var mark: LedgerMark
        /// False until the first write, where the driver keeps others out.
        var isTaken: Bool
        var acknowledged: Int64
        var confirmedAt = ContinuousClock.now
        var countedAt: ContinuousClock.Instant?
        var rememberedAt: ContinuousClock.Instant?
        var rememberedWrites: Int64?
        var ended: StoreError?
        var isBusy = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// After so long without a sign of life another agent may take the ledger over.
    static let life = Duration.seconds(15)
    /// A sign of life is due after so long without a write.
    static let pulse = Duration.seconds(3)
    /// Where others can reach the ledger, it is remembered so often at most.
    private static let memoPause = Duration.seconds(1)
    /// Where the driver keeps others out, writes closer together than this count as one: a page
    /// more in each would cost a sixth of the speed, and no copy is made in that time.
    private static let countPause = Duration.milliseconds(10)

    private let state: Mutex<State>
    private let excludesOthers: Bool

    init(mark: LedgerMark, isTaken: Bool, writes: Int64, excludesOthers: Bool) {
        state = Mutex(State(mark: mark, isTaken: isTaken, acknowledged: writes))
        self.excludesOthers = excludesOthers
    }

    var mark: LedgerMark { state.withLock { $0.mark } }
    var isTaken: Bool { state.withLock { $0.isTaken } }
    /// The last write that was answered.
    var acknowledged: Int64 { state.withLock { $0.acknowledged } }

    /// Whether a sign of life is due.
    var needsPulse: Bool {
        !excludesOthers
            && state.withLock { $0.ended == nil && .now - $0.confirmedAt >= Self.pulse }
    }

    /// Whether the next write gets a number of its own.
    var countsNext: Bool {
        !excludesOthers
            || state.withLock { state in
                state.countedAt.map { .now - $0 >= Self.countPause } ?? true
            }
    }

    /// What is to be remembered behind a write; nil when that was done a moment ago.
    func takeMemo() -> LedgerMemo? {
        state.withLock { state in
            let now = ContinuousClock.now
            // The file beside a database elsewhere is made anew each time.
            if !excludesOthers, let last = state.rememberedAt, now - last < Self.memoPause {
                return nil
            }
            guard state.rememberedWrites != state.acknowledged else { return nil }
            state.rememberedAt = now
            state.rememberedWrites = state.acknowledged
            return LedgerMemo(mark: state.mark, writes: state.acknowledged)
        }
    }

    /// As others see it.
    var standing: LedgerLease {
        state.withLock { state in
            let isSure = excludesOthers || .now - state.confirmedAt < Self.life
            return LedgerLease(epoch: state.mark.epoch, isHeld: state.ended == nil && isSure)
        }
    }

    func requireHeld() throws(StoreError) {
        if let ended = state.withLock({ $0.ended }) { throw ended }
    }

    /// Refuses what a server tells that lacks writes which were acknowledged before it was asked.
    func requireCurrent(
        _ row: LeaseRow, _ known: Int64, _ summary: String
    ) throws(StoreError) {
        guard row.ledger == mark.ledger, row.writes >= known else {
            throw .unreachable(
                "\(summary) was asked where changes are missing that it had acknowledged: on a "
                    + "standby that lags, or on a former primary")
        }
    }

    func end(_ error: StoreError) {
        state.withLock { $0.ended = $0.ended ?? error }
    }

    /// Notes a committed and numbered write, begun at an instant.
    func note(mark: LedgerMark, write: Int64, begunAt: ContinuousClock.Instant) {
        state.withLock { state in
            if write > state.acknowledged { state.countedAt = .now }
            state.mark = mark
            state.isTaken = true
            state.acknowledged = max(state.acknowledged, write)
            state.confirmedAt = max(state.confirmedAt, begunAt)
        }
    }

    /// Waits until no other write is on its way.
    func beginTurn() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isBusy {
                    state.waiting.append(continuation)
                    return false
                }
                state.isBusy = true
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    /// Lets the next write begin.
    func endTurn() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.isBusy = false
                return nil
            }
            // The next in line takes over without the turn ever being free.
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
