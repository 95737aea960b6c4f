// Groups alerts, decides when and what each integration is told, remembers what it was told.
//
// Alertmanager's dispatcher and deduplication as a state machine: time comes in, drafts go out.
//
// 1. A decision is taken per integration; the log holds what each was last told about a group.
//    A draft's record is in force at once: whoever takes the draft stores record and body in one
//    transaction, and the outbox delivers, so a group is never drafted twice for slow delivery.
// 2. A new group waits `group_wait` (0: it is told in the same call), then it is looked at every
//    `group_interval`: told when a new alert fires, all are over, or (send_resolved) some are
//    over; else when `repeat_interval` has passed, counted from the last notification.
// 3. An alert that fires and is over between two looks was never told and stays untold; in a
//    group that is new with `group_wait: 0s` this cannot happen.
// 4. An alert that was told, ended and fires again before the next look still counts as firing,
//    with its new `startsAt`. Only after the group's look at its end (a resolved notification was
//    drafted, or the integration takes none) is it told again.
// 5. A resolved alert is told only to who was told that it fired.
// 6. A group is gone once all its alerts are over and told; the same alert then makes a new one.
// 7. Drafts of one call come in ascending `order` of the alerts that newly fire, those that tell
//    of no new alert last; nothing depends on the order of a dictionary.
// 8. A silenced alert is as if it were not there; when its silence is over it is told like one
//    that began then. What a receiver was told before stays known, and an end that it has not
//    heard of is told after the silence.
// 9. There are at most as many groups as alerts times the routes that each takes.

import PromQL

/// Turns changes of alerts and passing time into notifications.
package struct NotificationDispatcher: Sendable {
    private let configuration: NotificationConfiguration
    private let externalURL: String
    private let endpoints: [String: [EndpointDefinition]]
    /// What is not told while it lasts; looked at whenever a group is due.
    package var silences = SilenceBook()
    private var suppressed: [String: Int64] = [:]
    var groups: [GroupIdentity: NotificationGroup] = [:]
    var records: [NotificationLogKey: NotificationLogRecord] = [:]
    var quietRecords: [NotificationLogKey: NotificationLogRecord] = [:]

    /// A dispatcher that knows of nothing; call `restore` once before anything else.
    ///
    /// - Parameter externalURL: where people reach this agent; stands in every notification.
    package init(configuration: NotificationConfiguration, externalURL: String) {
        self.configuration = configuration
        self.externalURL = externalURL
        endpoints = Dictionary(
            configuration.receivers.map { ($0.name, $0.integrations) },
            uniquingKeysWith: { first, _ in first })
    }

    /// When `tick` has something to look at; nil while there is no group.
    package var nextDeadline: Int64? {
        groups.values.map(\.nextFlush).min()
    }

    /// The alerts in all groups, sorted by fingerprint: hand them to `restore` after a reload.
    package var alerts: [NotifiableAlert] {
        var unique: [String: NotifiableAlert] = [:]
        for group in groups.values {
            for (fingerprint, member) in group.members { unique[fingerprint] = member.alert }
        }
        return unique.values.sorted { $0.fingerprint < $1.fingerprint }
    }

    /// What every integration was last told, sorted: hand it to `restore` after a reload.
    package var log: [NotificationLogRecord] {
        records.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Records that changed without a notification since the last call, to be stored as well.
    package mutating func takeQuietRecords() -> [NotificationLogRecord] {
        defer { quietRecords = [:] }
        return quietRecords.sorted { $0.key < $1.key }.map(\.value)
    }

    /// How many alerts silences kept from each receiver since the last call, one at each look.
    package mutating func takeSuppressed() -> [String: Int64] {
        defer { suppressed = [:] }
        return suppressed
    }

    /// Takes the alerts of one evaluation that are new or changed (unchanged ones do no harm).
    ///
    /// - Returns: what is to be sent now, in order.
    package mutating func handle(_ alerts: [NotifiableAlert], now: Int64) -> [NotificationDraft] {
        for alert in alerts { route(alert, now: now) }
        return tick(now: now)
    }

    /// Looks at every group that is due.
    ///
    /// - Returns: what is to be sent now, in order.
    package mutating func tick(now: Int64) -> [NotificationDraft] {
        var found: [OrderedDraft] = []
        let silences = silences.active(at: now)
        for identity in groups.keys.sorted() {
            groups[identity]?.limitWait(now: now)
            guard var group = groups[identity], group.nextFlush <= now else { continue }
            let silenced = group.members(silencedBy: silences)
            found += flush(group, silenced, now: now)
            group.removeResolved(keeping: silenced.intersection(told(of: group)))
            group.holdBack(silenced, now: now)
            group.planNext(after: now)
            groups[identity] = group.members.isEmpty ? nil : group
            if group.members.isEmpty { forgetEnded(group) }
        }
        return found.enumerated()
            .sorted { $0.element.place(after: $0.offset) < $1.element.place(after: $1.offset) }
            .map(\.element.draft)
    }

    func routes(for alert: NotifiableAlert) -> [NotificationRoute] {
        configuration.route?.routes(for: alert.series) ?? []
    }

    func endpoints(of route: NotificationRoute) -> [EndpointDefinition] {
        endpoints[route.receiver] ?? []
    }

    private mutating func route(_ alert: NotifiableAlert, now: Int64) {
        for route in routes(for: alert) {
            let labels = route.groupBy.groupLabels(of: alert.series)
            let identity = GroupIdentity(routeNumber: route.number, labels: labels)
            // Nobody was told of an alert that no group holds: its end is no news.
            guard alert.isFiring || groups[identity]?.members[alert.fingerprint] != nil else {
                continue
            }
            groups[identity, default: NotificationGroup(route: route, labels: labels, now: now)]
                .take(alert, now: now)
        }
    }

    /// What any integration of the group believes to be firing.
    private func told(of group: NotificationGroup) -> Set<String> {
        endpoints(of: group.route).reduce(into: []) { told, endpoint in
            let key = NotificationLogKey(endpoint: endpoint.identity, groupKey: group.key)
            told.formUnion(records[key]?.firing ?? [])
        }
    }

    private mutating func flush(
        _ group: NotificationGroup, _ silenced: Set<String>, now: Int64
    ) -> [OrderedDraft] {
        let firing = group.firing.subtracting(silenced)
        let resolved = group.resolved.subtracting(silenced)
        if !silenced.isEmpty {
            suppressed[group.route.receiver, default: 0] += Int64(silenced.count)
        }
        var drafts: [OrderedDraft] = []
        for endpoint in endpoints(of: group.route) {
            let key = NotificationLogKey(endpoint: endpoint.identity, groupKey: group.key)
            let previous = records[key]
            let told = resolved.intersection(previous?.firing ?? [])
            let reason = NotificationDecision.decide(
                previous: previous?.without(silenced), firing: firing, resolved: told,
                sendResolved: endpoint.sendResolved, repeatInterval: group.route.repeatInterval,
                now: now)
            guard let reason, endpoint.sendResolved || !firing.isEmpty else {
                noteQuietly(key, previous, ended: told)
                continue
            }
            let known = Set(previous?.firing ?? [])
            let record = NotificationLogRecord(
                key: key, firing: Array(firing.union(known.intersection(silenced))),
                resolved: Array(told), sentAt: now)
            records[key] = record
            drafts.append(
                draft(group.without(silenced), endpoint, reason, record, known: known, now: now))
        }
        return drafts
    }

    /// Lets the log forget alerts that ended, for who is not told of ends.
    private mutating func noteQuietly(
        _ key: NotificationLogKey, _ previous: NotificationLogRecord?, ended: Set<String>
    ) {
        guard let previous, !ended.isEmpty else { return }
        let record = NotificationLogRecord(
            key: key, firing: previous.firing.filter { !ended.contains($0) },
            resolved: previous.resolved, sentAt: previous.sentAt)
        records[key] = record
        quietRecords[key] = record
    }

    private func draft(
        _ group: NotificationGroup, _ endpoint: EndpointDefinition, _ reason: NotificationReason,
        _ record: NotificationLogRecord, known: Set<String>, now: Int64
    ) -> OrderedDraft {
        let told = Set(record.resolved)
        let members = group.members.values
        let news = members.filter { member in
            let fingerprint = member.alert.fingerprint
            return member.alert.isFiring ? !known.contains(fingerprint) : told.contains(fingerprint)
        }
        let alerts = members.map(\.alert).filter {
            $0.isFiring || (endpoint.sendResolved && told.contains($0.fingerprint))
        }
        let notification = GroupNotification(
            receiver: endpoint.receiver, groupKey: group.key, groupLabels: group.labels,
            alerts: alerts.sorted(by: NotifiableAlert.precedes), externalURL: externalURL,
            reason: reason, now: now)
        let rendered = endpoint.render(notification)
        let draft = NotificationDraft(
            receiver: endpoint.receiver, integration: endpoint.integration,
            integrationIndex: endpoint.index, groupKey: group.key, body: rendered.body,
            contentType: rendered.contentType, createdAt: news.map(\.changedAt).min() ?? now,
            record: record, remarks: rendered.remarks)
        let newlyFiring = news.map(\.alert).filter(\.isFiring).map(\.order).min()
        return OrderedDraft(
            draft: draft, startsAlerts: newlyFiring != nil,
            smallest: newlyFiring ?? alerts.map(\.order).min() ?? 0)
    }

    private mutating func forgetEnded(_ group: NotificationGroup) {
        for endpoint in endpoints(of: group.route) {
            let key = NotificationLogKey(endpoint: endpoint.identity, groupKey: group.key)
            if records[key]?.firing.isEmpty == true { records[key] = nil }
        }
    }
}

/// A draft and its place among those of one call.
private struct OrderedDraft {
    let draft: NotificationDraft
    let startsAlerts: Bool
    let smallest: Int

    func place(after offset: Int) -> (Int, Int, Int) { (startsAlerts ? 0 : 1, smallest, offset) }
}
