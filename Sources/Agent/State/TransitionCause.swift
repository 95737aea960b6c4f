// Why a block begins or ends: what happened last that may have moved the limit.

import Credits
import Ledger

/// Finds causes.
enum TransitionCause {
    /// The latest of the reset, the end of a raise, and a change of terms since the last
    /// transition.
    ///
    /// - Returns: the cause in words; the fallback when there was nothing.
    static func words(
        for state: OrganizationState, at now: Timestamp, otherwise fallback: String
    ) -> String {
        let month = state.standing(at: now).month
        var latest = (at: state.standing(at: now).periodStart, words: "reset: \(month) began")
        for record in state.terms.records where canMoveLimit(record.change) {
            // A zone that came with an allocation is not what moved the limit.
            let isLater =
                if case .zone = record.change {
                    record.effectiveFrom > latest.at
                } else {
                    record.effectiveFrom >= latest.at
                }
            if record.effectiveFrom <= now, isLater {
                latest = (record.effectiveFrom, TermsAudit.sentence(of: record))
            }
            if let until = record.until, until <= now, until >= latest.at {
                latest = (until, RaiseEnd.words(record, until: until))
            }
        }
        let isNew = state.lastTransition.map { latest.at >= $0 } ?? true
        return isNew ? latest.words : fallback
    }

    /// The cause of a transition that a poll or a person's change finds.
    ///
    /// What was due before the change is not caused by it: the 1st may have come since.
    ///
    /// - Parameter before: the organization before the change.
    static func words(
        changing before: OrganizationState, at now: Timestamp, by change: String
    ) -> String {
        guard before.lastTransition != nil, before.dueTransition(at: now, cause: change) != nil
        else { return change }
        return words(for: before, at: now, otherwise: change)
    }

    private static func canMoveLimit(_ change: TermsChange) -> Bool {
        switch change {
        case .base, .policy, .zone: true
        case .pricing, .cap: false
        }
    }
}
