// What is counted about the Alertmanagers that alerts are sent to.

import Exposition
import Synchronization

/// What is counted about one Alertmanager.
package struct AlertmanagerReadings: Sendable {
    /// Alerts that it took.
    package var sent: Int64 = 0
    /// Alerts of requests that failed.
    package var errors: Int64 = 0
    /// Alerts that were never sent, because its queue was full.
    package var dropped: Int64 = 0
    /// Alerts that wait.
    package var waiting: Int64 = 0
    /// Duration of one request.
    package var latency = Histogram(upperBounds: Histogram.requestSeconds)
}

/// The meters of all Alertmanagers; safe to use from any thread.
package final class AlertmanagerMeters: Sendable {
    private let readings = Mutex<[String: AlertmanagerReadings]>([:])

    /// Meters of no Alertmanager.
    package init() {}

    /// What was counted so far, by name.
    package var current: [String: AlertmanagerReadings] {
        readings.withLock { $0 }
    }

    /// Begins to count for these Alertmanagers and forgets others.
    func replace(_ names: [String]) {
        readings.withLock { readings in
            let former = readings
            readings = Dictionary(
                names.map { ($0, former[$0] ?? AlertmanagerReadings()) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    /// Changes what is counted for an Alertmanager, if it is still configured.
    func update(_ name: String, _ change: (inout AlertmanagerReadings) -> Void) {
        readings.withLock { readings in
            guard var own = readings[name] else { return }
            change(&own)
            readings[name] = own
        }
    }
}

/// Builds the families of Alertmanagers.
struct AlertmanagerFamilies {
    private let readings: [(name: String, readings: AlertmanagerReadings)]

    init(_ readings: [String: AlertmanagerReadings]) {
        self.readings = readings.sorted { $0.key < $1.key }
            .map { (name: $0.key, readings: $0.value) }
    }

    func add(to builder: inout FamilyBuilder) {
        addCounter(
            "ai_credits_alertmanager_alerts_sent_total", "Alerts that an Alertmanager took.",
            \.sent, to: &builder)
        addCounter(
            "ai_credits_alertmanager_alerts_errors_total",
            "Alerts in requests to an Alertmanager that failed; they are sent again in a minute.",
            \.errors, to: &builder)
        addCounter(
            "ai_credits_alertmanager_alerts_dropped_total",
            "Alerts not sent to an Alertmanager because its queue was full.", \.dropped,
            to: &builder)
        builder.add(
            "ai_credits_alertmanager_queue_length", .gauge,
            "Alerts that wait to be sent to an Alertmanager.",
            readings.map { .count([Label("alertmanager", $0.name)], $0.readings.waiting) })
        builder.add(
            "ai_credits_alertmanager_latency_seconds", .histogram,
            "Duration of one request to an Alertmanager.", unit: "seconds",
            readings.flatMap {
                $0.readings.latency.samples(labels: [Label("alertmanager", $0.name)])
            })
    }

    private func addCounter(
        _ name: String, _ help: String, _ value: KeyPath<AlertmanagerReadings, Int64>,
        to builder: inout FamilyBuilder
    ) {
        builder.add(
            name, .counter, help,
            readings.map {
                .count([Label("alertmanager", $0.name)], $0.readings[keyPath: value])
            })
    }
}
