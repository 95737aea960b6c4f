// Sends alerts to Alertmanagers: one loop for each, so that none waits for another.
//
// 1. A request that fails is not repeated: its alerts are due again after the resend delay.
// 2. A reload begins with empty queues; the next evaluation fills them with all that fires.

import Alerting
import Exposition
import Logging
import Ports
import Synchronization

/// Delivers alerts to every configured Alertmanager.
package final class AlertmanagerSender: Sendable {
    private let queues: AlertmanagerQueues
    private let meters: AlertmanagerMeters
    private let ports: AgentPorts
    private let logger: Logger
    private let reloadBell = Bell()
    private let failing = Mutex<Set<String>>([])

    /// A sender that empties the queues of an agent.
    package init(core: AgentCore, endpoints: [AlertmanagerEndpoint], logger: Logger) {
        queues = core.alertmanagers
        meters = core.meters.alertmanagers
        ports = core.ports
        self.logger = logger
        queues.replace(endpoints)
    }

    /// Takes over reloaded Alertmanagers.
    package func replace(_ endpoints: [AlertmanagerEndpoint]) {
        queues.replace(endpoints)
        reloadBell.ring()
    }

    /// Runs until cancelled.
    package func run() async {
        while !Task.isCancelled {
            let current = queues.all
            await withTaskGroup(of: Void.self) { group in
                for queue in current { group.addTask { await self.serve(queue) } }
                group.addTask { await self.reloadBell.waitForRing() }
                // Queues are served until cancelled, so the first to end is the reload.
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func serve(_ queue: AlertmanagerQueue) async {
        while !Task.isCancelled {
            let batch = await queue.next()
            if !batch.isEmpty { await send(batch, to: queue.endpoint) }
        }
    }

    private func send(_ batch: [AlertmanagerAlert], to endpoint: AlertmanagerEndpoint) async {
        let began = ports.waiter.elapsedNanoseconds()
        let failure: String?
        do throws(TransportError) {
            let response = try await ports.transport.send(endpoint.request(batch))
            let isTaken = (200..<300).contains(response.status)
            failure = isTaken ? nil : "it answered \(response.status)"
        } catch {
            if error.reason == .cancelled { return }
            failure = error.message
        }
        let seconds = Double(ports.waiter.elapsedNanoseconds() - began) / 1_000_000_000
        meters.update(endpoint.name) { readings in
            readings.latency.observe(seconds)
            if failure == nil {
                readings.sent += Int64(batch.count)
            } else {
                readings.errors += Int64(batch.count)
            }
        }
        report(failure, of: endpoint.name)
    }

    /// Logs changes of state, not every request.
    private func report(_ failure: String?, of name: String) {
        guard let failure else {
            if failing.withLock({ $0.remove(name) }) != nil {
                logger.info("alertmanager \(name): takes alerts again", source: "notify")
            }
            return
        }
        if failing.withLock({ $0.insert(name).inserted }) {
            logger.warning(
                "alertmanager \(name): alerts were not taken, they are sent again in a minute: \(failure)",
                source: "notify")
        }
    }
}
