// What became of attempts: planned, written in groups, announced to others, logged.

import Alerting
import Credits
import ExactJSON
import Logging
import Ports

/// A delivery that ended, to be written.
enum EndedDelivery: Sendable {
    /// An attempt.
    case attempted(EndedAttempt)
    /// A claim that is given back.
    case released(id: String, generation: Int64, at: Timestamp)

    /// Follows a jump of the clock.
    mutating func shift(byMilliseconds jump: Int64) {
        switch self {
        case .attempted(var ended):
            ended.outcome.nextAttemptAt = ended.outcome.nextAttemptAt.adding(milliseconds: jump)
            ended.outcome.at = ended.outcome.at.adding(milliseconds: jump)
            self = .attempted(ended)
        case .released(let id, let generation, let at):
            self = .released(id: id, generation: generation, at: at.adding(milliseconds: jump))
        }
    }

    /// Writes it; false when the row was claimed again since.
    func write(to rows: any StoreRows) throws -> Bool {
        switch self {
        case .attempted(let ended):
            guard try rows.recordOutcome(ended.outcome) else { return false }
            try rows.enqueue(ended.events)
            return true
        case .released(let id, let generation, let at):
            try rows.releaseClaim(id: id, generation: generation, at: at)
            return true
        }
    }
}

/// An attempt and what follows from it.
struct EndedAttempt: Sendable {
    var outcome: OutboxOutcome
    let row: OutboxRow
    let attempt: DeliveryAttempt
    /// What tells others of it.
    let events: [OutboxRow]
    /// Whether the endpoint begins to fail with it, or failed until now.
    let isChange: Bool
}

extension NotificationDelivery {
    /// The most that is written in one transaction.
    private static let groupSize = 256
    /// How often failed notifications of a receiver are announced to others, in milliseconds.
    private static let failureNewsMilliseconds: Int64 = 3_600_000

    /// Plans what follows from an attempt and has it written.
    ///
    /// - Returns: whether the row is done with, so that the next of its lane may go.
    func end(_ row: OutboxRow, _ attempt: DeliveryAttempt) -> Bool {
        let now = readClock()
        let outcome = outcome(of: attempt, row, now: now)
        var events: [OutboxRow] = []
        if case .disableReceiver = attempt.outcome, disabled.insert(row.receiver).inserted {
            meters.setDisabledReceivers(disabled.sorted())
            events = news(.receiverDisabled, of: row, attempt, now: now)
        }
        if outcome.state == .failed, isFailureNews(row) {
            events = news(.notificationFailed, of: row, attempt, now: now)
        }
        let isChange =
            windows[row.endpoint, default: EndpointWindow()]
            .note(isSuccess: attempt.outcome == .sent)
        ended.append(
            .attempted(
                EndedAttempt(
                    outcome: outcome, row: row, attempt: attempt, events: events,
                    isChange: isChange)))
        outcomeBell.ring()
        return outcome.state != .pending
    }

    private func outcome(
        of attempt: DeliveryAttempt, _ row: OutboxRow, now: Timestamp
    ) -> OutboxOutcome {
        var state = OutboxRow.State.pending
        var next = now
        switch attempt.outcome {
        case .sent: state = .sent
        case .failed: state = .failed
        case .disableReceiver:
            // It stays pending: a reload enables the receiver again.
            break
        case .retry:
            let delay = RetrySchedule.delay(
                afterAttempt: row.attempts + 1, random: ports.random.unit(),
                createdAt: row.queuedAt.milliseconds, now: now.milliseconds,
                retryAfter: attempt.retryAfterMilliseconds)
            if let delay { next = now.adding(milliseconds: delay) } else { state = .failed }
        }
        return OutboxOutcome(
            id: row.id, generation: row.generation, state: state, nextAttemptAt: next,
            error: state == .sent ? "" : attempt.message, at: now)
    }

    // MARK: Events

    private static let newsGroup = "event:receivers"

    /// Whether others are told of a notification that was given up: once in a while of a receiver,
    /// and never of news that failed themselves.
    private func isFailureNews(_ row: OutboxRow) -> Bool {
        guard row.group != Self.newsGroup else { return false }
        let elapsed = ports.waiter.elapsedMilliseconds()
        if let last = announcedFailures[row.receiver],
            elapsed - last < Self.failureNewsMilliseconds
        {
            return false
        }
        announcedFailures[row.receiver] = elapsed
        return true
    }

    /// An event about a receiver, for the event endpoints of the others.
    private func news(
        _ type: EventType, of row: OutboxRow, _ attempt: DeliveryAttempt, now: Timestamp
    ) -> [OutboxRow] {
        let data: JSONValue = [
            "receiver": .string(row.receiver), "integration": .string(row.integration),
            "integration_index": .integer(row.integrationIndex),
            "notification": .string(row.id), "group": .string(row.group),
            "attempts": .integer(row.attempts + 1), "reason": .string(attempt.message),
        ]
        return EventNotification.drafts(
            type: type, timestamp: now.milliseconds, data: data, group: Self.newsGroup,
            createdAt: now.milliseconds, for: eventEndpoints(except: row.receiver)
        ).map { OutboxRow($0, random: ports.random) }
    }

    // MARK: Writing

    /// Writes what ended, in groups; what cannot be written is kept for the next time.
    func recordEnded() async {
        guard !isRecording else { return }
        isRecording = true
        defer { isRecording = false }
        while !ended.isEmpty {
            do {
                try await followClock()
                let group = Array(ended.prefix(Self.groupSize))
                let current = try await ports.store.write { rows in
                    try group.map { try $0.write(to: rows) }
                }
                ended.removeFirst(group.count)
                for (delivery, isCurrent) in zip(group, current) where isCurrent {
                    report(delivery)
                }
                bell.ring()
            } catch {
                meters.countWriteFailure()
                logger.error(
                    "outcomes of \(ended.count) deliveries were not written, trying again: \(error)",
                    source: "notify")
                return
            }
        }
    }

    // MARK: Reporting

    private func report(_ delivery: EndedDelivery) {
        guard case .attempted(let ended) = delivery else { return }
        let row = ended.row
        if ended.outcome.state == .sent {
            let delay = ended.outcome.at.milliseconds - row.createdAt.milliseconds
            meters.observeDelivery(
                receiver: row.receiver, integration: row.integration,
                delaySeconds: Double(max(0, delay)) / 1000)
        }
        log(ended)
    }

    /// Changes of state are information or warnings, every other attempt is for debugging.
    private func log(_ ended: EndedAttempt) {
        let (outcome, row, attempt) = (ended.outcome, ended.row, ended.attempt)
        let isChange = ended.isChange
        let text: String
        var level = Logger.Level.debug
        switch (attempt.outcome, outcome.state) {
        case (.sent, _):
            text = isChange ? "notifications arrive again" : "notification was accepted"
            if isChange { level = .info }
        case (.disableReceiver, _):
            text = "answered 410, nothing more is sent to it until the configuration is reloaded"
            level = .warning
        case (_, .failed):
            text = "notification was given up, `notify replay \(row.id)` sends it again"
            level = .error
        default:
            text = "notification failed, it will be sent again"
            if isChange { level = .warning }
        }
        var metadata: Logger.Metadata = [
            "receiver": "\(row.receiver)",
            "integration": "\(row.integration) \(row.integrationIndex)", "group": "\(row.group)",
            "id": "\(row.id)", "attempt": "\(row.attempts + 1)",
        ]
        if attempt.outcome != .sent {
            metadata["reason"] = "\(attempt.failureReason ?? ""): \(attempt.message)"
        }
        if outcome.state == .pending { metadata["next"] = "\(outcome.nextAttemptAt)" }
        logger.log(level: level, "\(text)", metadata: metadata, source: "notify")
    }
}
