// What a person should know about a poll beyond its readings.

import Credits

/// A remark on how observations became readings.
package struct StyleNote: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of remarks.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A total was seen for the first time and taken as where counting begins.
        case opening
        /// A total began anew.
        case reset
        /// Use between two polls is unknown, so what was counted is a lower bound.
        case gap
        /// A total fell and the poll was refused.
        case rejected
        /// A total fell and the ledger follows it.
        case corrected
        /// Use over several days was counted on the last of them.
        case spanned
        /// Use over several days was divided by time.
        case divided
        /// Credits were granted; that is no use.
        case granted
        /// Use and grants between two polls cancel out: use is a lower bound.
        case netted
        /// Opening + grants − use − closing is not zero.
        case drift
        /// Events were seen before and passed over.
        case repeated
        /// Events of days that had been posted already.
        case late
        /// Events that are too young to be settled are left to the next poll.
        case unsettled
        /// A series was not seen for so long that its state was dropped.
        case forgotten
    }

    /// The kind.
    package let kind: Kind
    /// What it is about and the figures, in one line.
    package let text: String
    /// How often it happened, for remarks that stand for many.
    package var count: Int64 = 1

    /// `reset: chat credits: from 500 to 12`.
    package var description: String { "\(kind.rawValue): \(text)" }
}
