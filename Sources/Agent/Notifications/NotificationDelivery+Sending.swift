// One run of a lane after the other: attempts, and what they mean.

import Alerting
import Credits
import Ports

extension NotificationDelivery {
    /// Delivers lanes that were claimed together, started in their order.
    func deliver(_ burst: DeliveryBurst) async {
        await withDiscardingTaskGroup { group in
            for (number, run) in burst.runs.enumerated() {
                let isLast = number == burst.runs.count - 1
                let answered = Bell()
                group.addTask { _ = await self.deliver(run, answered: answered) }
                guard !isLast else { return }
                await answered.wait(
                    atMostMilliseconds: DeliveryBurst.headStartMilliseconds, on: ports.waiter)
            }
        }
    }

    /// Delivers the rows of one lane in order, up to the first that has to be tried again.
    ///
    /// - Parameter answered: rung after the first attempt.
    /// - Returns: how many attempts were made.
    func deliver(_ run: [OutboxRow], answered: Bell) async -> Int {
        guard let key = run.first?.endpoint else { return 0 }
        defer {
            windows[key]?.end()
            answered.ring()
            bell.ring()
        }
        let began = ports.waiter.elapsedMilliseconds()
        for (number, row) in run.enumerated() {
            let age = ports.waiter.elapsedMilliseconds() - began
            // The lease covers one attempt after this margin, not any number of slow ones.
            guard age < Self.leaseMarginMilliseconds, !disabled.contains(row.receiver) else {
                release(run[number...])
                return number
            }
            let attempt = await attempt(row)
            answered.ring()
            guard let attempt else {
                release(run[number...])
                return number + 1
            }
            guard end(row, attempt) else {
                release(run[(number + 1)...])
                return number + 1
            }
        }
        return run.count
    }

    /// Gives claimed rows back that were not attempted, or whose attempt was cancelled.
    private func release(_ rows: ArraySlice<OutboxRow>) {
        guard !rows.isEmpty else { return }
        let now = readClock()
        ended += rows.map { .released(id: $0.id, generation: $0.generation, at: now) }
        outcomeBell.ring()
    }

    /// One attempt; nil when it was cancelled.
    private func attempt(_ row: OutboxRow) async -> DeliveryAttempt? {
        guard let endpoint = endpoint(row.endpoint) else {
            return DeliveryAttempt(
                outcome: .failed(.other), message: "the receiver is no longer configured")
        }
        let began = ports.waiter.elapsedNanoseconds()
        let request = WebhookRequest.make(
            id: row.id, body: row.body, contentType: row.contentType, to: endpoint,
            now: ports.wallClock.now())
        let attempt: DeliveryAttempt
        do throws(TransportError) {
            let response = try await ports.transport.send(request)
            let verdict = endpoint.verdict(on: response)
            let words = verdict.detail.isEmpty ? "" : ": \(verdict.detail)"
            attempt = DeliveryAttempt(
                outcome: verdict.outcome, retryAfterSeconds: verdict.retryAfterSeconds,
                message: "the receiver answered \(response.status)\(words)")
        } catch {
            if error.reason == .cancelled { return nil }
            attempt = DeliveryAttempt(
                outcome: AttemptOutcome.classify(
                    status: nil, timedOut: error.reason == .timeout), message: error.message)
        }
        let seconds = Double(ports.waiter.elapsedNanoseconds() - began) / 1_000_000_000
        meters.countNotification(
            receiver: row.receiver, integration: row.integration, latencySeconds: seconds,
            failure: attempt.failureReason)
        return attempt
    }
}

/// How one attempt ended.
struct DeliveryAttempt: Sendable {
    /// The most bytes of a message that are kept.
    private static let maximumMessageBytes = 1024

    let outcome: AttemptOutcome
    private let retryAfterSeconds: Int?
    /// What to tell people: one line of plain text.
    let message: String

    init(outcome: AttemptOutcome, retryAfterSeconds: Int? = nil, message: String) {
        self.outcome = outcome
        self.retryAfterSeconds = retryAfterSeconds
        // It may hold words of the receiver.
        let printable = message.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        var text = String(printable)
        while text.utf8.count > Self.maximumMessageBytes { text.removeLast() }
        self.message = text
    }

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
