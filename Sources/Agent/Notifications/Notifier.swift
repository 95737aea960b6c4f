// From changed alerts and events to rows of the outbox.

import AgentConfiguration
import Alerting
import Credits
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
    let configuration: NotificationConfiguration
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
        let orders = Self.orders(of: book)
        return book.alerts.flatMap { listed in
            notifiable(
                listed.alert, expression: listed.expression,
                order: orders[listed.alert.ruleIdentity] ?? .max)
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
        let orders = Self.orders(of: book)
        var alerts: [NotifiableAlert] = []
        for transition in transitions where transition.kind == .resolved {
            alerts += notifiable(
                transition.alert, expression: transition.expression,
                order: orders[transition.alert.ruleIdentity] ?? .max)
        }
        for listed in book.alerts where listed.alert.phase == .firing {
            alerts += notifiable(
                listed.alert, expression: listed.expression,
                order: orders[listed.alert.ruleIdentity] ?? .max)
        }
        let drafts = dispatcher.handle(alerts, now: now.milliseconds)
        return rows(drafts, random: random)
    }

    /// Announces what groups have waited for.
    mutating func tick(now: Timestamp, random: any RandomSource) -> NotifierRows {
        let drafts = dispatcher.tick(now: now.milliseconds)
        return rows(drafts, random: random)
    }

    /// The places of rules by their identities.
    private static func orders(of book: RuleBook) -> [String: Int] {
        Dictionary(
            book.groups.flatMap(\.group.rules).enumerated().map { ($1.identity, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Follows a jump of the wall clock: what is planned and remembered moves along.
    mutating func clockStepped(byMilliseconds jump: Int64) {
        dispatcher.shift(byMilliseconds: jump)
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

    /// As Prometheus links to an expression.
    private func generatorURL(_ expression: String) -> String {
        "\(externalURL)/graph?g0.expr=\(TemplateEscape.query(expression))&g0.tab=1"
    }

    private mutating func rows(
        _ drafts: [NotificationDraft], random: any RandomSource
    ) -> NotifierRows {
        NotifierRows(
            outbox: drafts.map { OutboxRow($0, random: random) },
            // What a draft says of a group is newer than what was noted before.
            log: dispatcher.takeQuietRecords() + drafts.compactMap(\.record),
            remarks: drafts.flatMap { draft in
                draft.remarks.map {
                    IntegrationRemark(
                        receiver: draft.receiver, integration: draft.integration,
                        group: draft.groupKey, remark: $0)
                }
            })
    }
}
