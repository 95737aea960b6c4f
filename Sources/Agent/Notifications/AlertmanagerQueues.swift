// What waits for each Alertmanager. The rules put in, one sender for each takes out.
//
// 1. A queue that is full loses its oldest alert: it is sent again after the resend delay.
// 2. Putting in never waits.

import Alerting
import Synchronization

/// The alerts that wait for one Alertmanager.
final class AlertmanagerQueue: Sendable {
    /// Prometheus' `--alertmanager.notification-queue-capacity`.
    static let capacity = 10_000
    /// The most alerts in one request.
    static let batchSize = 64

    let endpoint: AlertmanagerEndpoint
    private let meters: AlertmanagerMeters
    private let waiting = Mutex<[AlertmanagerAlert]>([])
    private let bell = Bell()

    init(_ endpoint: AlertmanagerEndpoint, _ meters: AlertmanagerMeters) {
        self.endpoint = endpoint
        self.meters = meters
    }

    func add(_ alerts: [AlertmanagerAlert]) {
        let dropped = waiting.withLock { waiting in
            waiting += alerts
            let excess = max(0, waiting.count - Self.capacity)
            waiting.removeFirst(excess)
            return excess
        }
        meters.update(endpoint.name) { $0.dropped += Int64(dropped) }
        measure()
        bell.ring()
    }

    /// The next batch; waits while there is none. Empty when the task was cancelled.
    func next() async -> [AlertmanagerAlert] {
        while !Task.isCancelled {
            let batch = waiting.withLock { waiting in
                let batch = Array(waiting.prefix(Self.batchSize))
                waiting.removeFirst(batch.count)
                return batch
            }
            guard batch.isEmpty else {
                measure()
                return batch
            }
            await bell.waitForRing()
        }
        return []
    }

    private func measure() {
        let count = waiting.withLock { $0.count }
        meters.update(endpoint.name) { $0.waiting = Int64(count) }
    }
}

/// The queues of all configured Alertmanagers.
package final class AlertmanagerQueues: Sendable {
    private let meters: AlertmanagerMeters
    private let queues = Mutex<[AlertmanagerQueue]>([])

    /// Queues for no Alertmanager yet.
    package init(meters: AlertmanagerMeters) {
        self.meters = meters
    }

    /// The queues in force.
    var all: [AlertmanagerQueue] {
        queues.withLock { $0 }
    }

    /// Begins with empty queues for these Alertmanagers.
    package func replace(_ endpoints: [AlertmanagerEndpoint]) {
        meters.replace(endpoints.map(\.name))
        queues.withLock { queues in queues = endpoints.map { AlertmanagerQueue($0, meters) } }
    }

    /// Puts alerts into every queue.
    func add(_ alerts: [AlertmanagerAlert]) {
        guard !alerts.isEmpty else { return }
        for queue in all { queue.add(alerts) }
    }
}
