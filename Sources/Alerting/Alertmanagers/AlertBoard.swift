// The alerts that fire, as GET /api/v2/alerts shows them: where they go and what silences them.

import PromQL

/// What is asked of the alerts.
package struct AlertFilter: Sendable {
    /// What the labels of an alert must match, all of them.
    package var matchers: [LabelMatcher] = []
    /// What one of its receivers must match.
    package var receiver: LabelMatcher?
    /// Whether alerts are shown that nothing silences.
    package var showsActive = true
    /// Whether silenced alerts are shown.
    package var showsSilenced = true

    /// Everything.
    package init() {}
}

/// An alert that fires.
package struct BoardedAlert: Sendable {
    /// The alert.
    package let alert: NotifiableAlert
    /// When its rule was last evaluated, milliseconds since 1970.
    package let updatedAt: Int64
    /// When it is over for who hears nothing more, milliseconds since 1970.
    package let endsAt: Int64
    /// The receivers it goes to, route by route.
    package let receivers: [String]
    /// The silences that keep it from being told, sorted.
    package let silencedBy: [String]
}

/// All alerts that fire, with the routes and silences in force.
///
/// - Source: alertmanager api/v2/api.go (getAlertsHandler)
package struct AlertBoard: Sendable {
    /// How often and when a rule was last evaluated, milliseconds.
    package struct Evaluation: Sendable {
        let interval: Int64
        let last: Int64?

        /// What is known of a rule's evaluations.
        package init(interval: Int64, last: Int64?) {
            self.interval = interval
            self.last = last
        }
    }

    private let alerts: [NotifiableAlert]
    private let evaluations: [String: Evaluation]
    private let configuration: NotificationConfiguration
    private let silences: SilenceBook

    /// A board of alerts; what has ended is left out.
    ///
    /// - Parameter evaluations: by the identity of the rule.
    package init(
        _ alerts: [NotifiableAlert], evaluations: [String: Evaluation],
        configuration: NotificationConfiguration, silences: SilenceBook
    ) {
        self.alerts = alerts.filter(\.isFiring)
        self.evaluations = evaluations
        self.configuration = configuration
        self.silences = silences
    }

    /// The names of all receivers, in the order of the file.
    package var receivers: [String] { configuration.receivers.map(\.name) }

    /// The alerts that a filter lets through, sorted by fingerprint.
    package func alerts(_ filter: AlertFilter, now: Int64) -> [BoardedAlert] {
        alerts.filter { alert in filter.matchers.allSatisfy { $0.matches(alert.series) } }
            .map { boarded($0, now: now) }
            .filter { entry in
                let isShown = entry.silencedBy.isEmpty ? filter.showsActive : filter.showsSilenced
                guard isShown, let receiver = filter.receiver else { return isShown }
                return entry.receivers.contains { receiver.matches($0) }
            }
            .sorted { $0.alert.fingerprint < $1.alert.fingerprint }
    }

    private func boarded(_ alert: NotifiableAlert, now: Int64) -> BoardedAlert {
        let evaluation = evaluations[alert.ruleIdentity]
        let updatedAt = evaluation?.last ?? now
        return BoardedAlert(
            alert: alert, updatedAt: updatedAt,
            endsAt: AlertmanagerFeed.end(interval: evaluation?.interval ?? 0, now: updatedAt),
            receivers: configuration.route?.routes(for: alert.series).map(\.receiver) ?? [],
            silencedBy: silences.silencing(alert.series, at: now))
    }
}
