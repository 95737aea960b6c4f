// What the agent remembers of one source between polls.

import Credits

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
    static let successWriteIntervalMilliseconds: Int64 = 10_000

    /// Whether a success now has to be written to the store.
    package func shouldStoreSuccess(at now: Timestamp) -> Bool {
        guard let storedSuccess else { return true }
        let age = now.milliseconds - storedSuccess.milliseconds
        // A clock set back makes the stored success lie ahead: write the truth.
        return age < 0 || age >= Self.successWriteIntervalMilliseconds
    }
}
