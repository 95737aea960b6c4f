// From changed alerts and events to rows of the outbox.

import AgentConfiguration
import Alerting
import Credits
import ExactJSON
import Ledger
import Ports
import PromQL

/// Rows to be written in one transaction.
struct NotifierRows: Sendable {
    /// Notifications, in the order of their delivery.
    var outbox: [OutboxRow] = []
    /// What the notification log says after them.
    var log: [NotificationLogRecord] = []
    /// What was lost when the bodies were written.
    var remarks: [IntegrationRemark] = []

    var isEmpty: Bool { outbox.isEmpty && log.isEmpty }
}

/// A remark about a notification to one integration.
struct IntegrationRemark: Sendable {
    let receiver: String
    let integration: String
    let group: String
    let remark: NotificationRemark
}

/// Decides what is announced. A value: a copy that was not stored is dropped.
struct Notifier: Sendable {
    private var dispatcher: NotificationDispatcher
    private let configuration: NotificationConfiguration
    private let externalLabels: [LabelPair]
    private let externalURL: String

    init(configuration: AgentConfiguration, externalURL: String) {
        self.configuration = configuration.notifications
        self.externalURL = externalURL
        externalLabels = configuration.externalLabels
        dispatcher = NotificationDispatcher(
            configuration: configuration.notifications, externalURL: externalURL)
    }

    /// Takes over alerts and log from before a restart or reload.
    ///
    /// - Parameter ended: what ended because its rule is gone. The log must know it still, or
    ///   its end would be told to nobody.
    mutating func restore(
        book: RuleBook, ended: [AlertTransition], log: [NotificationLogRecord], now: Timestamp
    ) {
        let present = alerts(of: book)
        let gone = ended.flatMap { notifiable($0.alert, expression: $0.expression, order: .max) }
        dispatcher.restore(alerts: present + gone, log: log, now: now.milliseconds)
    }

    /// The alerts that fire or ended lately, with the external labels.
    func alerts(of book: RuleBook) -> [NotifiableAlert] {
        Self.orders(book).flatMap { order, alert in
            notifiable(alert.alert, expression: alert.expression, order: order)
        }
    }

    /// What is not told while it lasts.
    var silences: SilenceBook {
        get { dispatcher.silences }
        set { dispatcher.silences = newValue }
    }

    /// How many alerts silences kept from each receiver since the last call.
    mutating func takeSuppressed() -> [String: Int64] { dispatcher.takeSuppressed() }

    /// When a group's wait is over.
    var nextDeadline: Timestamp? {
        dispatcher.nextDeadline.map { Timestamp(milliseconds: $0) }
    }

    /// Announces what an evaluation changed; all firing alerts are shown to the groups, so that
    /// repeats carry the present values.
    mutating func handle(
        transitions: [AlertTransition], book: RuleBook, now: Timestamp, random: any RandomSource
    ) -> NotifierRows {
        let orders = Dictionary(
            book.groups.flatMap(\.group.rules).enumerated().map { ($1.identity, $0) },
            uniquingKeysWith: { first, _ in first })
        var alerts: [NotifiableAlert] = []
        for transition in transitions where transition.kind == .resolved {
            alerts += notifiable(
                transition.alert, expression: transition.expression,
                order: orders[transition.alert.ruleIdentity] ?? .max)
        }
        for (order, listed) in Self.orders(book) where listed.alert.phase == .firing {
            alerts += notifiable(listed.alert, expression: listed.expression, order: order)
        }
        let drafts = dispatcher.handle(alerts, now: now.milliseconds)
        return rows(drafts, random: random)
    }

    /// Announces what groups have waited for.
    mutating func tick(now: Timestamp, random: any RandomSource) -> NotifierRows {
        let drafts = dispatcher.tick(now: now.milliseconds)
        return rows(drafts, random: random)
    }

    private static func orders(_ book: RuleBook) -> [(Int, ListedAlert)] {
        let orders = Dictionary(
            book.groups.flatMap(\.group.rules).enumerated().map { ($1.identity, $0) },
            uniquingKeysWith: { first, _ in first })
        return book.alerts.map { (orders[$0.alert.ruleIdentity] ?? .max, $0) }
    }

    private func notifiable(
        _ alert: AlertRecord, expression: String, order: Int
    ) -> [NotifiableAlert] {
        guard let firedAt = alert.firedAt, alert.phase != .pending else { return [] }
        var labels = alert.labels
        for label in externalLabels where labels[label.name] == nil {
            labels = labels.setting(label.name, to: label.value)
        }
        return [
            NotifiableAlert(
                ruleIdentity: alert.ruleIdentity, order: order, labels: labels.pairs,
                annotations: alert.annotations, startsAt: firedAt,
                endsAt: alert.phase == .inactive ? alert.resolvedAt : nil,
                generatorURL: generatorURL(expression))
        ]
    }

    private func generatorURL(_ expression: String) -> String {
        let unreserved = Set(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~".utf8)
        var encoded = ""
        for byte in expression.utf8 {
            if unreserved.contains(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return "\(externalURL)/graph?g0.expr=\(encoded)&g0.tab=1"
    }

    private mutating func rows(
        _ drafts: [NotificationDraft], random: any RandomSource
    ) -> NotifierRows {
        NotifierRows(
            outbox: drafts.map { draft in
                OutboxRow(
                    id: "msg_" + random.hexadecimal(bytes: 16), sequence: 0,
                    receiver: draft.receiver, integration: draft.integration,
                    integrationIndex: draft.integrationIndex, group: draft.groupKey,
                    contentType: draft.contentType, body: draft.body,
                    createdAt: Timestamp(milliseconds: draft.createdAt),
                    nextAttemptAt: Timestamp(milliseconds: draft.createdAt))
            },
            log: drafts.compactMap(\.record) + dispatcher.takeQuietRecords(),
            remarks: drafts.flatMap { draft in
                draft.remarks.map {
                    IntegrationRemark(
                        receiver: draft.receiver, integration: draft.integration,
                        group: draft.groupKey, remark: $0)
                }
            })
    }

    // MARK: Events

    /// `limit.blocked` or `limit.resumed`.
    func events(
        of transition: LimitTransition, standing: Standing, name: String,
        random: any RandomSource
    ) -> [OutboxRow] {
        let data: JSONValue = [
            "organization": .string(transition.organization), "name": .string(name),
            "cause": .string(transition.cause), "used": Self.credits(transition.used),
            "limit": Self.credits(transition.limit), "overage": Self.credits(standing.overage),
            "remaining": Self.credits(standing.remaining),
            "resets_at": .string(standing.periodReset.description),
        ]
        return event(
            "limit.\(transition.kind.rawValue)", organization: transition.organization,
            at: transition.at, data: data, random: random)
    }

    /// `limit.changed`, followed by the block or resume it causes.
    func events(
        of record: TermsRecord, before: OrganizationState, transition: LimitTransition?,
        standing: Standing, random: any RandomSource
    ) -> [OutboxRow] {
        guard case .policy(let policy, _) = record.change else { return [] }
        let former = before.terms.terms(at: record.recordedAt).policy
        let data: JSONValue = [
            "organization": .string(record.organization),
            "name": .string(before.configuration.name),
            "before": Self.policy(former), "after": Self.policy(policy),
            "changed_by": .string(record.changedBy), "reason": .string(record.reason),
            "until": record.until.map { .string($0.description) } ?? .null,
        ]
        let changed = event(
            "limit.changed", organization: record.organization, at: record.recordedAt,
            data: data, random: random)
        let caused =
            transition.map {
                events(
                    of: $0, standing: standing, name: before.configuration.name, random: random)
            } ?? []
        return changed + caused
    }

    private static func policy(_ policy: LimitPolicy) -> JSONValue {
        ["mode": .string(policy.mode.rawValue), "allowance": credits(policy.allowance)]
    }

    private static func credits(_ amount: CreditAmount) -> JSONValue {
        JSONNumber(lexeme: amount.description).map(JSONValue.number) ?? .null
    }

    private func event(
        _ type: String, organization: String, at instant: Timestamp, data: JSONValue,
        random: any RandomSource
    ) -> [OutboxRow] {
        let body = EventNotification.body(
            type: type, timestamp: instant.milliseconds, data: data)
        return configuration.eventEndpoints.map { endpoint in
            OutboxRow(
                id: "msg_" + random.hexadecimal(bytes: 16), sequence: 0,
                receiver: endpoint.receiver, integration: endpoint.integration,
                integrationIndex: endpoint.index, group: "event:\(organization)",
                contentType: "application/json", body: body, createdAt: instant,
                nextAttemptAt: instant)
        }
    }
}
