// A group of alerts that are told together.

import PromQL

/// Names a group: the route and the labels that it groups by.
struct GroupIdentity: Hashable, Comparable {
    let routeNumber: Int
    let labels: SeriesLabels

    static func < (left: GroupIdentity, right: GroupIdentity) -> Bool {
        left.routeNumber != right.routeNumber
            ? left.routeNumber < right.routeNumber : left.labels < right.labels
    }
}

/// An alert in a group.
struct GroupMember {
    var alert: NotifiableAlert
    /// When the agent learned that it fires, or that it is over.
    var changedAt: Int64
}

/// The alerts of a group and when it is looked at next.
struct NotificationGroup {
    let route: NotificationRoute
    let labels: SeriesLabels
    /// As Alertmanager writes it.
    let key: String
    /// By fingerprint.
    var members: [String: GroupMember] = [:]
    var nextFlush: Int64
    /// Whether the group was looked at before; until then `group_wait` counts.
    var hasFlushed = false

    init(route: NotificationRoute, labels: SeriesLabels, now: Int64) {
        self.route = route
        self.labels = labels
        key = route.groupKey(for: labels)
        nextFlush = now.addingClamped(route.groupWait)
    }

    /// Takes an alert in, or the news of one that is in.
    mutating func take(_ alert: NotifiableAlert, now: Int64) {
        let known = members[alert.fingerprint]
        let isNews = known?.alert.isFiring != alert.isFiring
        members[alert.fingerprint] = GroupMember(
            alert: alert, changedAt: isNews ? now : known?.changedAt ?? now)
        guard !hasFlushed else { return }
        // An alert that has fired for long need not wait again.
        let waited = max(now, alert.startsAt.addingClamped(route.groupWait))
        nextFlush = min(nextFlush, waited)
    }

    /// Plans the next look after one at `now`.
    mutating func planNext(after now: Int64) {
        hasFlushed = true
        nextFlush = now.addingClamped(route.groupInterval)
    }

    /// A clock that was set back must not postpone the group beyond its longest wait.
    mutating func limitWait(now: Int64) {
        let longest = max(route.groupWait, route.groupInterval)
        nextFlush = min(nextFlush, now.addingClamped(longest))
    }

    /// Forgets the alerts that are over, once the receivers know.
    ///
    /// - Parameter silenced: those of which they are still to learn.
    mutating func removeResolved(keeping silenced: Set<String>) {
        members = members.filter { $0.value.alert.isFiring || silenced.contains($0.key) }
    }

    /// Notes that members are silenced now: what they say is news once they no longer are.
    mutating func holdBack(_ silenced: Set<String>, now: Int64) {
        for fingerprint in silenced { members[fingerprint]?.changedAt = now }
    }

    /// The fingerprints of the members that one of these silences speaks of.
    func members(silencedBy silences: [Silence]) -> Set<String> {
        guard !silences.isEmpty else { return [] }
        return Set(
            members.filter { _, member in
                silences.contains { $0.matches(member.alert.series) }
            }.keys)
    }

    /// The group without some members.
    func without(_ silenced: Set<String>) -> NotificationGroup {
        guard !silenced.isEmpty else { return self }
        var group = self
        group.members = members.filter { !silenced.contains($0.key) }
        return group
    }

    var firing: Set<String> {
        Set(members.filter { $0.value.alert.isFiring }.keys)
    }

    var resolved: Set<String> {
        Set(members.filter { !$0.value.alert.isFiring }.keys)
    }
}
