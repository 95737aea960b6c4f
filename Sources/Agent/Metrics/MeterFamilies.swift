// The families about the gate, notifications, the ledger's writes and HTTP.

import Credits
import Exposition
import Ports

/// Builds the families of what the meters counted.
struct MeterFamilies {
    private let readings: MeterReadings
    private let backlog: [String: OutboxBacklog]
    private let now: Timestamp

    init(_ readings: MeterReadings, backlog: [String: OutboxBacklog], now: Timestamp) {
        self.readings = readings
        self.backlog = backlog
        self.now = now
    }

    func add(to builder: inout FamilyBuilder) {
        addGate(to: &builder)
        addNotifications(to: &builder)
        addOutbox(to: &builder)
        addLedger(to: &builder)
        builder.add(
            "ai_credits_http_requests_total", .counter, "Answered HTTP requests.",
            readings.httpRequests.map { key, count in
                .count([Label("route", key.route), Label("code", String(key.code))], count)
            })
        builder.add(
            "ai_credits_http_connections", .gauge, "Open HTTP connections.",
            [.count([], readings.httpConnections)])
        builder.add(
            "ai_credits_http_connections_cut_total", .counter,
            "HTTP connections that were cut: too slow, or too many of one peer.",
            readings.httpConnectionCuts.map { .count([Label("reason", $0.key)], $0.value) })
        builder.add(
            "ai_credits_clock_steps_total", .counter,
            "Jumps of the wall clock against the monotonic one, of a second or more.",
            [.count([], readings.clockSteps)])
        builder.add(
            "ai_credits_clock_unconfirmed_step_seconds", .gauge,
            "A large step of the wall clock that is not believed yet; meanwhile no month ends.",
            unit: "seconds",
            [
                MetricSample(
                    labels: [],
                    value: .decimal(scaled: readings.unconfirmedStepMilliseconds, places: 3))
            ])
        builder.add(
            "ai_credits_hold_releases_waiting", .gauge,
            "Releases of settled holds whose use was reported that are not marked in the ledger yet.",
            [.count([], readings.waitingReleases)])
        builder.add(
            "ai_credits_refused_samples_total", .counter,
            "Samples that the store behind the rules refused: out of order, or over its bound.",
            [.count([], readings.refusedSamples)])
    }

    private func addGate(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_gate_decisions_total", .counter, "Decisions of the gate.",
            readings.gateDecisions.map { key, count in
                .count(
                    [
                        Label("organization", key.organization),
                        Label("decision", key.decision), Label("reason", key.reason),
                    ], count)
            })
        builder.add(
            "ai_credits_limit_response_seconds", .histogram,
            "From the commit that changed whether the limit blocks to the gate's new answer.",
            unit: "seconds",
            readings.limitResponse.sorted { $0.key < $1.key }.flatMap { organization, histogram in
                histogram.samples(labels: [Label("organization", organization)])
            })
    }

    private static func labels(_ key: IntegrationKey) -> [Label] {
        [Label("receiver", key.receiver), Label("integration", key.integration)]
    }

    private func addNotifications(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_notifications_total", .counter,
            "Attempts to deliver a notification.",
            readings.notifications.map { .count(Self.labels($0.key), $0.value) })
        builder.add(
            "ai_credits_notifications_failed_total", .counter,
            "Failed attempts to deliver a notification, by reason.",
            readings.notificationFailures.flatMap { key, reasons in
                reasons.map { .count(Self.labels(key) + [Label("reason", $0.key)], $0.value) }
            })
        builder.add(
            "ai_credits_notification_bodies_impaired_total", .counter,
            "Notifications sent with a text that was cut or whose template failed.",
            readings.notificationRemarks.flatMap { key, kinds in
                kinds.map { .count(Self.labels(key) + [Label("kind", $0.key)], $0.value) }
            })
        builder.add(
            "ai_credits_notifications_suppressed_total", .counter,
            "Alerts kept from a receiver, by reason, one at each look at their group.",
            readings.suppressedAlerts.map {
                .count([Label("receiver", $0.key), Label("reason", "silence")], $0.value)
            })
        addHistograms(
            to: &builder, "ai_credits_notification_latency_seconds",
            "Duration of one attempt to deliver a notification.", readings.notificationLatency)
        addHistograms(
            to: &builder, "ai_credits_notification_delay_seconds",
            "From the transition to the receiver's 2xx.", readings.notificationDelay)
    }

    private func addHistograms(
        to builder: inout FamilyBuilder, _ name: String, _ help: String,
        _ histograms: [IntegrationKey: Histogram]
    ) {
        builder.add(
            name, .histogram, help, unit: "seconds",
            histograms
                .sorted {
                    ($0.key.receiver, $0.key.integration) < ($1.key.receiver, $1.key.integration)
                }
                .flatMap { $0.value.samples(labels: Self.labels($0.key)) })
    }

    private func addOutbox(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_outbox_failed", .gauge,
            "Notifications to a receiver that were given up; they are kept for replay.",
            backlog.map { .count([Label("receiver", $0.key)], $0.value.failed) })
        builder.add(
            "ai_credits_receiver_disabled", .gauge,
            "Whether a receiver answered 410 and is off until the next reload.",
            backlog.keys.map {
                .flag([Label("receiver", $0)], readings.disabledReceivers.contains($0))
            })
        builder.add(
            "ai_credits_outbox_pending", .gauge,
            "Notifications that wait for delivery to a receiver.",
            backlog.map { .count([Label("receiver", $0.key)], $0.value.pending) })
        builder.add(
            "ai_credits_outbox_oldest_age_seconds", .gauge,
            "Age of the oldest notification that waits for delivery; 0 when none waits.",
            unit: "seconds",
            backlog.map { receiver, backlog in
                let age = backlog.oldest.map { max(0, now.milliseconds - $0.milliseconds) } ?? 0
                return MetricSample(
                    labels: [Label("receiver", receiver)],
                    value: .decimal(scaled: age, places: 3))
            })
    }

    private func addLedger(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_ledger_write_failures_total", .counter, "Failed writes to the ledger.",
            [.count([], readings.ledgerWriteFailures)])
        builder.add(
            "ai_credits_ledger_commit_duration_seconds", .histogram,
            "Duration of a durable write to the ledger.", unit: "seconds",
            readings.commitDuration.samples())
    }
}
