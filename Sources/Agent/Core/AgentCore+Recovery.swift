// Reading the ledger again after a write whose outcome is not known.
//
// 1. Neither outcome is assumed: until the ledger was read again, nothing is written that rests on
//    memory. Readers go on with the last state that is known.
// 2. It is read in a write transaction, which begins when no other is under way any more: nothing
//    can be committed behind what is read.
// 3. It is read as at a start and a reload: sums of days, not entries.

import Logging
import Ports

extension AgentCore {
    /// Brings memory to what the store holds, if that is not certain; before every command.
    ///
    /// What keeps it from being read is logged, and the next command tries again.
    func recover() async {
        guard isMemoryUncertain else { return }
        do {
            try await load(configuration, for: .recovery)
            for id in organizations.keys.sorted() { noteChange(of: id) }
            tickBell.ring()
            logger.warning(
                "the ledger answers again, and was read anew: whatever it committed without an answer is in force now",
                source: "ledger")
        } catch {
            isMemoryUncertain = true
            logger.error(
                "the outcome of a change is not known, and the ledger could not be read anew; nothing is written until it is: \(error)",
                source: "ledger")
        }
    }

    /// Notes that a write may have been committed or not.
    func noteUnknownOutcome(_ error: any Error) {
        if !isMemoryUncertain {
            logger.warning(
                "a change was left without an answer; the ledger is read again before anything else is written: \(error)",
                source: "ledger")
        }
        isMemoryUncertain = true
    }

    /// Refuses to decide on what may be outdated.
    func requireCertainty() throws(StoreError) {
        guard isMemoryUncertain else { return }
        throw .unreachable(
            "the ledger has left a change without an answer, and must be read again before "
                + "anything else is written; that is done as soon as it answers")
    }
}
