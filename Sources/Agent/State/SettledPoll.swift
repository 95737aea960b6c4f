// A poll that changed nothing, and says why the next one that is equal need not be posted.
//
// 1. What a poll posts follows from its readings, its window and what was posted before. Another
//    process never posts, so an equal poll of the same source changes nothing either.
// 2. A load begins anew: products, ranks and former sources may be others then.

import Credits
import Ledger

/// What a poll said that changed nothing.
package struct SettledPoll: Sendable {
    /// Polls with more readings are posted every time.
    private static let mostReadings = 1000

    private let readings: [Reading]
    private let window: DayWindow

    /// What an outcome makes known; nil when an equal poll might change something.
    init?(_ poll: CompletedPoll, _ outcome: PostingOutcome) {
        guard outcome.entries.isEmpty, outcome.unconfirmedAbsences.isEmpty,
            poll.observations == nil, outcome.refusal == nil,
            poll.request.readings.count <= Self.mostReadings
        else { return nil }
        readings = poll.request.readings
        window = poll.request.window
    }

    /// Whether a poll says the same.
    func says(the same: CompletedPoll) -> Bool {
        same.observations == nil && same.request.window == window
            && same.request.readings == readings
    }
}
