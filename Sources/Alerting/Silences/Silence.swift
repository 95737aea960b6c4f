// A silence: what is not told between two instants.

import PromQL

/// Where a silence is in its life, in Alertmanager's words.
package enum SilenceState: String, Sendable, Hashable, CaseIterable {
    /// It has not begun.
    case pending
    /// It keeps what it matches from being told.
    case active
    /// It is over.
    case expired
}

/// Alerts that match are not told from `startsAt` until `endsAt`.
///
/// Instants are milliseconds since 1970.
///
/// - Source: alertmanager silence/silencepb/silence.proto
package struct Silence: Sendable, Equatable {
    /// A UUID in lower case.
    package let id: String
    /// What an alert must match, all of them; at least one does not match the empty text.
    package let matchers: [LabelMatcher]
    /// When it begins.
    package let startsAt: Int64
    /// When it is over; no alert is silenced at this instant any more.
    package let endsAt: Int64
    /// When it was last changed.
    package let updatedAt: Int64
    /// Who asked for it, as told.
    package let createdBy: String
    /// Why.
    package let comment: String

    /// A silence, for example from stored columns.
    package init(
        id: String, matchers: [LabelMatcher], startsAt: Int64, endsAt: Int64, updatedAt: Int64,
        createdBy: String, comment: String
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.comment = comment
    }

    /// Where it is in its life at an instant.
    package func state(at now: Int64) -> SilenceState {
        if now >= endsAt { return .expired }
        return now < startsAt ? .pending : .active
    }

    /// Whether it speaks of an alert with these labels.
    func matches(_ labels: SeriesLabels) -> Bool {
        matchers.allSatisfy { $0.matches(labels) }
    }

    /// The matchers as Alertmanager writes them: `{alertname="X", team=~"a|b"}`.
    package var matchersText: String {
        "{" + matchers.map(\.alertmanagerText).joined(separator: ", ") + "}"
    }

    /// The same silence ended at an instant; one that had not begun never does.
    func ended(at now: Int64) -> Silence {
        Silence(
            id: id, matchers: matchers, startsAt: min(startsAt, now), endsAt: now, updatedAt: now,
            createdBy: createdBy, comment: comment)
    }

    /// Alertmanager's order of a list: active by their end, pending by their begin, expired with
    /// the latest end first.
    ///
    /// - Source: alertmanager api/v2/api.go (SortSilences)
    static func precedes(_ left: Silence, _ right: Silence, at now: Int64) -> Bool {
        let states = (left.state(at: now), right.state(at: now))
        guard states.0 == states.1 else { return rank(states.0) < rank(states.1) }
        let (mine, other): (Int64, Int64) =
            switch states.0 {
            case .active: (left.endsAt, right.endsAt)
            case .pending: (left.startsAt, right.startsAt)
            case .expired: (right.endsAt, left.endsAt)
            }
        return mine == other ? left.id < right.id : mine < other
    }

    private static func rank(_ state: SilenceState) -> Int {
        switch state {
        case .active: 0
        case .pending: 1
        case .expired: 2
        }
    }
}
