// Whether a group's flush says something to an integration: a pure table.

/// Why a notification is sent, in Alertmanager's words (`notification_reason`).
package enum NotificationReason: String, Sendable, Hashable, CaseIterable {
    /// Nothing of the group is known to the receiver as firing.
    case firstNotification = "first notification"
    /// An alert fires that the receiver was not told of.
    case newAlerts = "new alerts added"
    /// An alert is over that the receiver was told of; others still fire.
    case someResolved = "some alerts resolved"
    /// No alert of the group fires any more.
    case allResolved = "all alerts resolved"
    /// Nothing changed for `repeat_interval`.
    case repeatInterval = "repeat interval elapsed"
}

/// The decision of Alertmanager's deduplication.
///
/// - Source: alertmanager notify/dedup_stage.go (needsUpdate)
package enum NotificationDecision {
    /// Decides whether an integration is told, and why; nil: it is not.
    ///
    /// `allResolved` is also decided for an integration that takes no resolved alerts: nothing
    /// is sent to it then, but the log forgets what fired.
    ///
    /// - Parameters:
    ///   - previous: what the integration was last told about the group, if anything.
    ///   - firing: fingerprints of the group's firing alerts.
    ///   - resolved: fingerprints of its resolved alerts; those that the integration was never
    ///     told of as firing do not count.
    ///   - sendResolved: whether the integration takes resolved alerts.
    ///   - repeatInterval: milliseconds.
    ///   - now: milliseconds since 1970.
    package static func decide(
        previous: NotificationLogRecord?, firing: Set<String>, resolved: Set<String>,
        sendResolved: Bool, repeatInterval: Int64, now: Int64
    ) -> NotificationReason? {
        guard let previous, !previous.firing.isEmpty else {
            return firing.isEmpty ? nil : .firstNotification
        }
        if !firing.isSubset(of: previous.firing) { return .newAlerts }
        if firing.isEmpty { return .allResolved }
        if sendResolved, !resolved.isDisjoint(with: previous.firing) { return .someResolved }
        let due = previous.sentAt.addingClamped(repeatInterval)
        return now >= due ? .repeatInterval : nil
    }
}

extension Int64 {
    /// The sum, or the nearest representable number.
    func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard overflow else { return sum }
        return other < 0 ? .min : .max
    }

    /// The difference, or the nearest representable number.
    func subtractingClamped(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        guard overflow else { return difference }
        return other < 0 ? .max : .min
    }
}
