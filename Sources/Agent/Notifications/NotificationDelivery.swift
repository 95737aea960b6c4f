// Delivery: claims rows of the outbox, sends them, records what became of them.
//
// 1. At least once: a row is sent only when a 2xx was recorded; a claim whose sender died is due
//    again when its lease ends.
// 2. In order within a lane; a dead receiver holds up its own lanes only.
// 3. An outcome names the generation it claimed, so a late one changes nothing.

import AgentConfiguration
import Alerting
import Credits
import Logging
import Ports

/// Delivers notifications.
package actor NotificationDelivery {
    /// How long a claim lasts beyond the attempt's own time limit, in milliseconds.
    private static let leaseMarginMilliseconds: Int64 = 15_000
    /// The most attempts under way to one receiver.
    private static let maximumInFlight = 8
    /// The most rows claimed at a time.
    private static let claimSize = 32
    /// How long sent notifications are kept, in milliseconds: 35 days.
    private static let retentionMilliseconds: Int64 = 35 * 86_400_000

    private let ports: AgentPorts
    private let meters: Meters
    private let backlog: OutboxBacklogBox
    private let bell: Bell
    private let logger: Logger
    private var directory: EndpointDirectory
    /// The endpoints of a reload under way: what it queues already finds them.
    private var arriving: EndpointDirectory?
    private var disabled: Set<String> = []
    private var inFlight: [String: Int] = [:]
    private var isFailing: Set<EndpointIdentity> = []
    private var lastCleanup: Int64?
    private var lastBacklog: Int64?

    /// A delivery to the endpoints of a directory.
    package init(
        ports: AgentPorts, meters: Meters, backlog: OutboxBacklogBox, bell: Bell,
        directory: EndpointDirectory, logger: Logger
    ) {
        self.ports = ports
        self.meters = meters
        self.backlog = backlog
        self.bell = bell
        self.directory = directory
        self.logger = logger
    }

    /// Gets to know the endpoints of a reload under way; the former ones stay in force until
    /// `replace`, or for good after `dismiss`.
    package func admit(_ directory: EndpointDirectory) {
        arriving = directory
    }

    /// Forgets the endpoints of a reload that was refused.
    package func dismiss() {
        arriving = nil
    }

    /// Takes over reloaded endpoints; disabled receivers are tried again.
    package func replace(_ directory: EndpointDirectory) {
        self.directory = directory
        arriving = nil
        disabled = []
        bell.ring()
    }

    private func endpoint(_ key: EndpointIdentity) -> NotificationEndpoint? {
        directory[key] ?? arriving?[key]
    }

    /// How long a claim made now lasts: longer than any attempt, else it would be made twice.
    private var leaseMilliseconds: Int64 {
        let longest = max(
            directory.longestTimeoutMilliseconds, arriving?.longestTimeoutMilliseconds ?? 0)
        return Int64(longest) + Self.leaseMarginMilliseconds
    }

    /// Runs until cancelled.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            while !Task.isCancelled {
                var wait: Int64 = 1000
                do {
                    for row in try await claim() {
                        group.addTask { await self.deliver(row) }
                    }
                    wait = try await waitMilliseconds()
                } catch {
                    meters.countWriteFailure()
                    logger.error(
                        "the outbox cannot be read or written, trying again: \(error)",
                        source: "notify")
                }
                await bell.wait(atMostMilliseconds: wait, on: ports.waiter)
            }
        }
    }

    /// Delivers what is due now, one attempt each, and waits for the outcomes.
    ///
    /// - Returns: how many attempts were made.
    package func deliverDue() async throws -> Int {
        let rows = try await claim()
        for row in rows { await deliver(row) }
        return rows.count
    }

    private func claim() async throws -> [OutboxRow] {
        let now = ports.wallClock.now()
        // First what may fail: an error after the claim would leave its rows to their leases.
        try await refreshBacklog(now: now)
        let busy = inFlight.filter { $0.value >= Self.maximumInFlight }.keys
        let except = (Array(disabled) + busy).sorted()
        let lease = now.adding(milliseconds: leaseMilliseconds)
        let rows: [OutboxRow]
        if try await isAnythingDue(at: now, except: except) {
            rows = try await ports.store.write {
                try $0.claimDue(
                    at: now, leaseUntil: lease, limit: Self.claimSize, except: except)
            }
        } else {
            rows = []
        }
        for row in rows { inFlight[row.receiver, default: 0] += 1 }
        return rows
    }

    private func isAnythingDue(at now: Timestamp, except: [String]) async throws -> Bool {
        let due = try await ports.store.read { try $0.nextDue(except: except) }
        return due.map { $0 <= now } ?? false
    }

    private func waitMilliseconds() async throws -> Int64 {
        let busy = inFlight.filter { $0.value >= Self.maximumInFlight }.keys
        let except = (Array(disabled) + busy).sorted()
        guard let due = try await ports.store.read({ try $0.nextDue(except: except) }) else {
            return 1000
        }
        return min(1000, max(1, due.milliseconds - ports.wallClock.now().milliseconds))
    }

    /// Publishes what waits, at most once a second: with a long queue that reads many rows.
    private func refreshBacklog(now: Timestamp) async throws {
        let elapsed = ports.waiter.elapsedMilliseconds()
        guard lastBacklog.map({ elapsed - $0 >= 1000 }) ?? true else { return }
        lastBacklog = elapsed
        let pending = try await ports.store.read {
            try $0.outbox(state: .pending, limit: 100_000, withBodies: false)
        }
        var counts: [String: OutboxBacklog] = [:]
        for receiver in directory.receivers {
            counts[receiver] = OutboxBacklog(pending: 0, oldest: nil)
        }
        for row in pending {
            let before = counts[row.receiver]
            counts[row.receiver] = OutboxBacklog(
                pending: (before?.pending ?? 0) + 1,
                oldest: min(before?.oldest ?? row.createdAt, row.createdAt))
        }
        backlog.publish(counts)
        try await dropSent(now: now, elapsed: elapsed)
    }

    /// Once an hour forgets what was sent long ago.
    private func dropSent(now: Timestamp, elapsed: Int64) async throws {
        guard lastCleanup.map({ elapsed - $0 >= 3_600_000 }) ?? true else { return }
        lastCleanup = elapsed
        let horizon = now.adding(milliseconds: -Self.retentionMilliseconds)
        try await ports.store.write { try $0.dropSent(before: horizon) }
    }

    private func deliver(_ row: OutboxRow) async {
        defer {
            inFlight[row.receiver] = max(0, (inFlight[row.receiver] ?? 1) - 1)
            bell.ring()
        }
        let key = EndpointIdentity(
            receiver: row.receiver, integration: row.integration, index: row.integrationIndex)
        let began = ports.waiter.elapsedNanoseconds()
        let attempt = await attempt(row, to: endpoint(key))
        guard let attempt else { return }
        let now = ports.wallClock.now()
        let seconds = Double(ports.waiter.elapsedNanoseconds() - began) / 1_000_000_000
        meters.countNotification(
            receiver: row.receiver, integration: row.integration, latencySeconds: seconds,
            failure: attempt.failureReason)
        await record(attempt, of: row, key: key, now: now)
    }

    /// One attempt; nil when it was cancelled, so that the lease decides.
    private func attempt(
        _ row: OutboxRow, to endpoint: NotificationEndpoint?
    ) async -> DeliveryAttempt? {
        guard let endpoint else {
            return DeliveryAttempt(
                outcome: .failed(.other), retryAfterSeconds: nil,
                message: "the receiver is no longer configured")
        }
        let request = WebhookRequest.make(
            id: row.id, body: row.body, contentType: row.contentType, to: endpoint,
            now: ports.wallClock.now())
        do throws(TransportError) {
            let response = try await ports.transport.send(request)
            let verdict = endpoint.verdict(on: response)
            let words = verdict.detail.isEmpty ? "" : ": \(verdict.detail)"
            return DeliveryAttempt(
                outcome: verdict.outcome, retryAfterSeconds: verdict.retryAfterSeconds,
                message: "the receiver answered \(response.status)\(words)")
        } catch {
            if error.reason == .cancelled { return nil }
            return DeliveryAttempt(
                outcome: AttemptOutcome.classify(
                    status: nil, timedOut: error.reason == .timeout),
                retryAfterSeconds: nil, message: error.message)
        }
    }

    private func record(
        _ attempt: DeliveryAttempt, of row: OutboxRow, key: EndpointIdentity, now: Timestamp
    ) async {
        let outcome = outboxOutcome(attempt, of: row, now: now)
        do {
            let isCurrent = try await ports.store.write { try $0.recordOutcome(outcome) }
            guard isCurrent else { return }
        } catch {
            meters.countWriteFailure()
            logger.error(
                "the outcome of notification \(row.id) was not written, it will be sent again: \(error)",
                source: "notify")
            return
        }
        if case .sent = attempt.outcome {
            let delay = Double(now.milliseconds - row.createdAt.milliseconds) / 1000
            meters.observeDelivery(
                receiver: row.receiver, integration: row.integration, delaySeconds: max(0, delay))
        }
        report(attempt, of: row, key: key, state: outcome.state)
    }

    private func outboxOutcome(
        _ attempt: DeliveryAttempt, of row: OutboxRow, now: Timestamp
    ) -> OutboxOutcome {
        var state = OutboxRow.State.pending
        var next = now
        switch attempt.outcome {
        case .sent: state = .sent
        case .failed: state = .failed
        case .disableReceiver:
            // It stays pending: a reload enables the receiver again.
            disabled.insert(row.receiver)
            next = now.adding(milliseconds: 1000)
        case .retry:
            let delay = RetrySchedule.delay(
                afterAttempt: row.attempts, random: ports.random.unit(),
                createdAt: row.createdAt.milliseconds, now: now.milliseconds,
                retryAfter: attempt.retryAfterMilliseconds)
            if let delay { next = now.adding(milliseconds: delay) } else { state = .failed }
        }
        return OutboxOutcome(
            id: row.id, generation: row.generation, state: state, nextAttemptAt: next,
            error: state == .sent ? "" : attempt.message, at: now)
    }

    /// Logs changes of state, not every attempt.
    private func report(
        _ attempt: DeliveryAttempt, of row: OutboxRow, key: EndpointIdentity, state: OutboxRow.State
    ) {
        let place = "receiver \(row.receiver), \(row.integration) \(row.integrationIndex)"
        switch attempt.outcome {
        case .sent:
            if isFailing.remove(key) != nil {
                logger.info("\(place): notifications arrive again", source: "notify")
            }
        case .disableReceiver:
            logger.warning(
                "\(place): answered 410, nothing more is sent to it until the configuration is reloaded",
                source: "notify")
        case .retry, .failed:
            if state == .failed {
                logger.error(
                    "\(place): notification \(row.id) was given up, attempts: \(row.attempts); \(attempt.message)",
                    source: "notify")
            } else if isFailing.insert(key).inserted {
                logger.warning(
                    "\(place): notification \(row.id) failed, it will be sent again: \(attempt.message)",
                    source: "notify")
            }
        }
    }
}

/// How one attempt ended.
private struct DeliveryAttempt: Sendable {
    let outcome: AttemptOutcome
    let retryAfterSeconds: Int?
    let message: String

    /// The reason label, nil for a success.
    var failureReason: String? { outcome.failureReason?.rawValue }

    /// What the receiver asked for, cut to the longest wait: it may say any number.
    var retryAfterMilliseconds: Int64? {
        retryAfterSeconds.map { seconds in
            let longest = RetrySchedule.longestRetryAfter
            return Int64(min(max(0, seconds), Int(longest / 1000))) * 1000
        }
    }
}
