// The routing tree: which receiver an alert goes to and how it is grouped and timed.

import PromQL

/// How the alerts of a route are put together.
package enum GroupBy: Sendable, Hashable {
    /// `['...']`: every alert is a group of its own.
    case everyLabel
    /// By the values of these labels, sorted by name.
    case labels([String])

    /// The labels that name the group of an alert; a label that it lacks is left out.
    func groupLabels(of alert: SeriesLabels) -> SeriesLabels {
        switch self {
        case .everyLabel: alert
        case .labels(let names): alert.keeping(names)
        }
    }
}

/// A node of the routing tree with everything that it inherited.
package struct NotificationRoute: Sendable {
    /// The place of the route in the file, counted from the root, which is 0.
    package let number: Int
    /// The receiver's name.
    package let receiver: String
    /// What an alert must match, sorted; empty for the root.
    package let matchers: [LabelMatcher]
    /// How alerts are grouped.
    package let groupBy: GroupBy
    /// How long a new group waits, milliseconds.
    package let groupWait: Int64
    /// How long a group waits between looks, milliseconds, at least 1000.
    package let groupInterval: Int64
    /// After how long an unchanged group is told again, milliseconds.
    package let repeatInterval: Int64
    /// Whether the routes after this one are tried although this one matched.
    package let continues: Bool
    /// The routes below.
    package let routes: [NotificationRoute]
    /// The matchers of the routes down to this one: `{}/{severity="critical"}`.
    package let key: String

    init(
        number: Int, receiver: String, matchers: [LabelMatcher], settings: RouteSettings,
        continues: Bool, routes: [NotificationRoute], key: String
    ) {
        self.number = number
        self.receiver = receiver
        self.matchers = matchers
        groupBy = settings.groupBy
        groupWait = settings.groupWait
        groupInterval = settings.groupInterval
        repeatInterval = settings.repeatInterval
        self.continues = continues
        self.routes = routes
        self.key = key
    }

    /// The routes that an alert takes: below each node the first that matches, and further ones
    /// while they say `continue`; the node itself when none below matches.
    ///
    /// - Source: alertmanager dispatch/route.go (Match)
    package func routes(for labels: SeriesLabels) -> [NotificationRoute] {
        guard matchers.allSatisfy({ $0.matches(labels) }) else { return [] }
        var found: [NotificationRoute] = []
        for route in routes {
            let matched = route.routes(for: labels)
            found += matched
            if !matched.isEmpty, !route.continues { break }
        }
        return found.isEmpty ? [self] : found
    }

    /// The group's key as Alertmanager writes it: `{}:{alertname="X"}`.
    func groupKey(for labels: SeriesLabels) -> String {
        let pairs = labels.pairs.map { "\($0.name)=\(GoText.quoted($0.value))" }
        return "\(key):{\(pairs.joined(separator: ", "))}"
    }

    /// The route and all below it, in the order of the file.
    package var flattened: [NotificationRoute] {
        [self] + routes.flatMap(\.flattened)
    }
}

/// What a route hands down to the routes below it.
struct RouteSettings: Sendable {
    var receiver = ""
    var groupBy = GroupBy.labels([])
    var groupWait: Int64 = 0
    var groupInterval: Int64 = 60_000
    var repeatInterval: Int64 = 14_400_000
}
