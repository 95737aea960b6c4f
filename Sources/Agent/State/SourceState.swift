// What the agent remembers of one source between polls.

import Credits
import Ledger
import UsageSources

/// What the complete polls of a source brought, for metrics: counted since the process began.
package struct SourceYield: Sendable, Hashable {
    /// Rows of the last poll.
    package var lastRows: Int64?
    /// Rows of all polls.
    package var rows: Int64 = 0
    /// Rows of days outside the window that were passed over.
    package var ignoredRows: Int64 = 0
    /// Rows that `where` passed over.
    package var filteredRows: Int64 = 0
    /// Entries that changed a day which a poll had covered after its end.
    package var restatements: Int64 = 0
    /// Of those, entries of days that were locked, or of a month that had ended.
    package var lateEntries: Int64 = 0
    /// Readings of the last poll that do not count because another source of that usage does.
    package var supersededReadings: Int64 = 0
    /// Polls that read their pages twice because the total changed.
    package var restarts: Int64 = 0
    /// How far the clock here is ahead of the source's; nil while it says no time.
    package var clockSkewMilliseconds: Int64?
    /// Remarks of its style, by kind.
    package var notes: [StyleNote.Kind: Int64] = [:]
    /// The sizes of all drifts of its balances, in credits.
    package var drift = CreditAmount.zero
}

/// The course of one source's polls.
package struct SourceState: Sendable {
    /// Stable identifier.
    package let id: String
    /// Identifier of its organization.
    package let organization: String
    /// When this process began to poll it.
    package private(set) var addedAt: Timestamp
    /// The last successful poll, here or before the restart.
    package var lastSuccess: Timestamp?
    /// The last success that the store holds.
    package var storedSuccess: Timestamp?
    /// Whether the last poll succeeded; nil before the first one ended.
    package var isUp: Bool?
    /// Duration of the last poll in seconds.
    package var lastDurationSeconds: Double?
    /// Polls that ended.
    package var pollCount: Int64 = 0
    /// Failed polls by reason.
    package var failures: [PollFailureReason: Int64] = [:]
    /// Keys that the last complete poll left out, to be confirmed by the next.
    package var unconfirmedAbsences: Set<String> = []
    /// Rows passed over because their product is disabled.
    package var passedOverRows: Int64 = 0
    /// What the last poll said, when it changed nothing.
    package var settled: SettledPoll?
    /// Products that it ever reported.
    package var reportedProducts: Set<String> = []
    /// What its complete polls brought.
    package var yield = SourceYield()
    /// How it reports.
    package var style = SourceStyle.daily
    /// Decides its days; nil when its rows have none.
    package var calendar: ZonedCalendar?
    /// How long after its end a day may be without a poll before it is a gap.
    package var graceMilliseconds: Int64 = 0
    /// Days that complete polls covered after their end.
    package var coveredDays: Set<CalendarDay> = []

    /// A source before its first poll.
    package init(
        id: String, organization: String, addedAt: Timestamp, lastSuccess: Timestamp?
    ) {
        self.id = id
        self.organization = organization
        self.addedAt = addedAt
        self.lastSuccess = lastSuccess
        self.storedSuccess = lastSuccess
    }

    /// Takes back what lies ahead of a clock that went back, so that age is counted from now on.
    package mutating func clockWentBack(to now: Timestamp) {
        addedAt = min(addedAt, now)
        lastSuccess = lastSuccess.map { min($0, now) }
    }

    /// How often the last success is written while nothing changes.
    static let successWriteIntervalMilliseconds: Int64 = 60_000

    /// Whether a success now has to be written to the store.
    package func shouldStoreSuccess(at now: Timestamp) -> Bool {
        guard let storedSuccess else { return true }
        let age = now.milliseconds - storedSuccess.milliseconds
        // A clock set back makes the stored success lie ahead: write the truth.
        return age < 0 || age >= Self.successWriteIntervalMilliseconds
    }
}
