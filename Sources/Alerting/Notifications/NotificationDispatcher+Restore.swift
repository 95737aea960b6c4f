// After a restart or a reload: the same alerts, the same log, no announcement twice.
//
// 1. A group of which the log knows is not new: it is looked at `group_interval` after the last
//    notification, at once when that has passed; what changed meanwhile is told then.
// 2. The repeat counts from the last notification, not from the start.
// 3. After a change of routes or grouping an alert keeps being known to a receiver that was told
//    of it under another group's key.
// 4. A notification of the future was sent by a clock that went back since: it counts from now.
// 5. What the log says of alerts that no longer exist is forgotten: firing again is news.

import PromQL

extension NotificationDispatcher {
    /// Takes over what was known before; call it once, before `handle` and `tick`.
    ///
    /// - Parameters:
    ///   - alerts: every alert that fires, and the resolved ones that are still kept: of those
    ///     the ones whose end was told are recognised and left alone.
    ///   - log: every record of the notification log.
    package mutating func restore(
        alerts: [NotifiableAlert], log: [NotificationLogRecord], now: Int64
    ) {
        for record in log { records[record.key] = record.remembered(at: now) }
        for alert in alerts {
            for route in routes(for: alert) { join(alert, route, now: now) }
        }
        adoptKnowledge()
        pruneGroups()
        pruneRecords()
        for identity in groups.keys.sorted() { resumeTimer(of: identity, now: now) }
    }

    private mutating func join(_ alert: NotifiableAlert, _ route: NotificationRoute, now: Int64) {
        let labels = route.groupBy.groupLabels(of: alert.series)
        let identity = GroupIdentity(routeNumber: route.number, labels: labels)
        groups[identity, default: NotificationGroup(route: route, labels: labels, now: now)]
            .take(alert, now: now)
    }

    /// Gives groups without a record what the same integration was told under keys that no group
    /// has any more.
    private mutating func adoptKnowledge() {
        var current: Set<NotificationLogKey> = []
        for group in groups.values { current.formUnion(keys(of: group)) }
        var orphans: [EndpointIdentity: [String: Int64]] = [:]
        for (key, record) in records where !current.contains(key) {
            for fingerprint in record.firing {
                let known = orphans[key.endpoint, default: [:]][fingerprint] ?? record.sentAt
                orphans[key.endpoint, default: [:]][fingerprint] = max(known, record.sentAt)
            }
        }
        for group in groups.values {
            for key in keys(of: group) where records[key]?.firing.isEmpty ?? true {
                let known = (orphans[key.endpoint] ?? [:]).filter { group.members[$0.key] != nil }
                guard let sentAt = known.values.max() else { continue }
                let record = NotificationLogRecord(
                    key: key, firing: Array(known.keys), resolved: [], sentAt: sentAt)
                records[key] = record
                quietRecords[key] = record
            }
        }
    }

    /// Leaves out resolved alerts that nobody of the group was told of, or whose end was told.
    private mutating func pruneGroups() {
        for identity in groups.keys.sorted() {
            guard var group = groups[identity] else { continue }
            var told: Set<String> = []
            for key in keys(of: group) { told.formUnion(records[key]?.firing ?? []) }
            group.members = group.members.filter { fingerprint, member in
                member.alert.isFiring || told.contains(fingerprint)
            }
            groups[identity] = group.members.isEmpty ? nil : group
        }
    }

    /// Forgets fingerprints that no group holds.
    private mutating func pruneRecords() {
        var members: [NotificationLogKey: Set<String>] = [:]
        for group in groups.values {
            for key in keys(of: group) { members[key, default: []].formUnion(group.members.keys) }
        }
        for (key, record) in records {
            let held = members[key] ?? []
            let kept = record.firing.filter(held.contains)
            guard kept.count < record.firing.count || kept.isEmpty else { continue }
            let remaining = NotificationLogRecord(
                key: key, firing: kept, resolved: record.resolved, sentAt: record.sentAt)
            records[key] = kept.isEmpty ? nil : remaining
            if kept.count < record.firing.count { quietRecords[key] = remaining }
        }
    }

    private mutating func resumeTimer(of identity: GroupIdentity, now: Int64) {
        guard var group = groups[identity] else { return }
        guard let sentAt = keys(of: group).compactMap({ records[$0]?.sentAt }).max() else { return }
        group.hasFlushed = true
        group.nextFlush = max(now, sentAt.addingClamped(group.route.groupInterval))
        group.limitWait(now: now)
        groups[identity] = group
    }

    private func keys(of group: NotificationGroup) -> [NotificationLogKey] {
        endpoints(of: group.route).map {
            NotificationLogKey(endpoint: $0.identity, groupKey: group.key)
        }
    }
}

extension NotificationLogRecord {
    fileprivate func remembered(at now: Int64) -> NotificationLogRecord {
        guard sentAt > now else { return self }
        return NotificationLogRecord(key: key, firing: firing, resolved: resolved, sentAt: now)
    }
}
