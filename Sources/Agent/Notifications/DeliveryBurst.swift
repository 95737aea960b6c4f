// Lanes of one endpoint that were claimed together.
//
// 1. What one commit announced in several groups starts in the order it was written: a lane begins
//    once the one before has ended its first attempt, or had a head start. A longer queue than the
//    window takes is not slowed down so.

import Ports

/// Runs of rows, each of one lane, to be started in order.
struct DeliveryBurst: Sendable {
    /// How long a lane may hold up the start of the next, in milliseconds.
    static let headStartMilliseconds: Int64 = 100

    /// One run of rows for each lane.
    let runs: [[OutboxRow]]

    /// Puts together what has to start in order.
    ///
    /// - Parameter isWhole: whether nothing else of the endpoint is due.
    static func plan(_ runs: [[OutboxRow]], isWhole: Bool) -> [DeliveryBurst] {
        guard isWhole else { return runs.map { DeliveryBurst(runs: [$0]) } }
        var bursts: [[[OutboxRow]]] = []
        for run in runs {
            let isSameCommit = bursts.last?.first?.first?.createdAt == run.first?.createdAt
            if isSameCommit, !bursts.isEmpty {
                bursts[bursts.count - 1].append(run)
            } else {
                bursts.append([run])
            }
        }
        return bursts.map { DeliveryBurst(runs: $0) }
    }
}
