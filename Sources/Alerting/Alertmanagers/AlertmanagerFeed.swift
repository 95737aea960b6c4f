// Which alerts an Alertmanager is to hear of now: as Prometheus decides it after each evaluation.
//
// 1. An alert is sent when it begins to fire, when it ends, and again when the last time is
//    longer ago than the resend delay; one that has ended for 15 minutes.
// 2. What an Alertmanager is not told again ends there by itself: `endsAt` lies four delays ahead.
// 3. Nothing is stored: after a restart everything that fires is sent anew, which changes
//    nothing for an Alertmanager that knows it.

import ExactJSON
import PromQL

/// An alert as an Alertmanager takes it; instants are milliseconds since 1970.
package struct AlertmanagerAlert: Sendable, Hashable {
    /// The alert; its `endsAt` is nil while it fires.
    package let alert: NotifiableAlert
    /// When it is over for an Alertmanager that hears nothing more.
    package let endsAt: Int64

    /// An alert and its end as told.
    package init(alert: NotifiableAlert, endsAt: Int64) {
        self.alert = alert
        self.endsAt = endsAt
    }

    /// The body of POST /api/v2/alerts.
    ///
    /// - Source: alertmanager api/v2/openapi.yaml (postableAlerts)
    package static func body(_ alerts: [AlertmanagerAlert]) -> [UInt8] {
        JSONValue.array(alerts.map(\.json)).serialized()
    }

    private var json: JSONValue {
        [
            "annotations": Self.map(alert.annotations),
            "endsAt": .string(GoTime(milliseconds: endsAt).rfc3339),
            "startsAt": .string(GoTime(milliseconds: alert.startsAt).rfc3339),
            "generatorURL": .string(alert.generatorURL), "labels": Self.map(alert.labels),
        ]
    }

    private static func map(_ pairs: [LabelPair]) -> JSONValue {
        .object(JSONObject(pairs.map { ($0.name, JSONValue.string($0.value)) }))
    }
}

/// Decides what is sent to Alertmanagers.
///
/// - Source: prometheus rules/alerting.go (needsSending, sendAlerts), rules/manager.go
package struct AlertmanagerFeed: Sendable {
    /// Prometheus' `--rules.alert.resend-delay`, milliseconds.
    package static let resendDelay: Int64 = 60_000
    /// How long an end is told again, milliseconds.
    package static let resolvedRetention: Int64 = 15 * 60_000

    /// When an alert was last sent, and which life of it.
    private struct Sending: Sendable {
        let at: Int64
        let startsAt: Int64
        let hasEnded: Bool
    }

    private var sent: [String: Sending] = [:]

    /// A feed that has sent nothing.
    package init() {}

    /// The alerts to be sent after an evaluation.
    ///
    /// - Parameters:
    ///   - alerts: every alert that fires or ended lately.
    ///   - interval: how often a rule is evaluated, milliseconds; nil when its last evaluation
    ///     failed, then nothing is known of its alerts.
    ///   - now: milliseconds since 1970.
    package mutating func due(
        _ alerts: [NotifiableAlert], interval: (NotifiableAlert) -> Int64?, now: Int64
    ) -> [AlertmanagerAlert] {
        var next: [String: Sending] = [:]
        var due: [AlertmanagerAlert] = []
        for alert in alerts {
            let former = sent[alert.fingerprint]
            next[alert.fingerprint] = former
            guard let interval = interval(alert), Self.needsSending(alert, former, now: now) else {
                continue
            }
            next[alert.fingerprint] = Sending(
                at: now, startsAt: alert.startsAt, hasEnded: !alert.isFiring)
            due.append(
                AlertmanagerAlert(
                    alert: alert, endsAt: alert.endsAt ?? Self.end(interval: interval, now: now)))
        }
        sent = next
        return due
    }

    /// When an alert is over for who hears nothing more of it.
    static func end(interval: Int64, now: Int64) -> Int64 {
        let ahead = max(interval, resendDelay).multipliedReportingOverflow(by: 4)
        return now.addingClamped(ahead.overflow ? .max : ahead.partialValue)
    }

    private static func needsSending(
        _ alert: NotifiableAlert, _ former: Sending?, now: Int64
    ) -> Bool {
        if let endsAt = alert.endsAt, now.subtractingClamped(endsAt) > resolvedRetention {
            return false
        }
        guard let former, former.startsAt == alert.startsAt,
            former.hasEnded != alert.isFiring, former.at <= now
        else { return true }
        return now.subtractingClamped(former.at) > resendDelay
    }
}
