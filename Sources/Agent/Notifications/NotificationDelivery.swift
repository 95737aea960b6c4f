// Delivery: claims rows of the outbox, sends them, records what became of them.
//
// 1. At least once: a row is sent only when a 2xx was recorded; a claim whose sender died is given
//    back when the next one begins.
// 2. In order within a lane: the next row of a lane is sent only after the one before was accepted
//    or given up.
// 3. An outcome names the generation it claimed, so a late one changes nothing.
// 4. Outcomes are written together with what ended meanwhile; sending does not wait for that. One
//    that cannot be written is kept and written later.
// 5. A jump of the wall clock moves the plan along: nothing waits it out, nothing is hurried by it.

import AgentConfiguration
import Alerting
import Credits
import Logging
import Ports

/// Delivers notifications.
package actor NotificationDelivery {
    /// How long a claim lasts beyond the attempt's own time limit, in milliseconds.
    static let leaseMarginMilliseconds: Int64 = 15_000
    /// The longest wait between two looks: how soon a jump of the clock is noticed.
    private static let longestWaitMilliseconds: Int64 = 1000
    /// How long sent notifications are kept, in milliseconds: 35 days.
    private static let retentionMilliseconds: Int64 = 35 * 86_400_000

    let ports: AgentPorts
    let meters: Meters
    let bell: Bell
    let logger: Logger
    /// Rung when an attempt ended.
    let outcomeBell = Bell()
    private let backlog: OutboxBacklogBox
    private var directory: EndpointDirectory
    /// The endpoints of a reload under way: what it queues already finds them.
    private var arriving: EndpointDirectory?
    var disabled: Set<String> = []
    var windows: [EndpointIdentity: EndpointWindow] = [:]
    /// What ended and is not written yet, oldest first.
    var ended: [EndedDelivery] = []
    var isRecording = false
    /// When the failures of a receiver were last announced to others, on the monotonic clock.
    var announcedFailures: [String: Int64] = [:]
    private var clockWatch = ClockWatch()
    /// Jumps of the clock that the outbox has not followed yet, in milliseconds.
    private var pendingJump: Int64 = 0
    private var hasBegun = false
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

    // MARK: Endpoints

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
        meters.setDisabledReceivers([])
        // What is under way ends in the windows it began in; the others begin anew.
        windows = windows.filter { $0.value.inFlight > 0 }
        bell.ring()
    }

    func endpoint(_ key: EndpointIdentity) -> NotificationEndpoint? {
        directory[key] ?? arriving?[key]
    }

    /// Where events go that another receiver than this one shall hear.
    func eventEndpoints(except receiver: String) -> [EndpointIdentity] {
        directory.eventEndpoints.filter {
            $0.receiver != receiver && !disabled.contains($0.receiver)
        }
    }

    /// How long a claim made now lasts: longer than any attempt, else it would be made twice.
    private var leaseMilliseconds: Int64 {
        let longest = max(
            directory.longestTimeoutMilliseconds, arriving?.longestTimeoutMilliseconds ?? 0)
        return Int64(longest) + Self.leaseMarginMilliseconds
    }

    // MARK: Running

    /// Runs until cancelled; what is under way then is given back.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.recordUntilCancelled() }
            while !Task.isCancelled {
                var wait = Self.longestWaitMilliseconds
                do {
                    let round = try await claim()
                    for burst in round.bursts { group.addTask { await self.deliver(burst) } }
                    wait = round.waitMilliseconds
                } catch {
                    meters.countWriteFailure()
                    logger.error(
                        "the outbox cannot be read or written, trying again: \(error)",
                        source: "notify")
                }
                if wait > 0 { await bell.wait(atMostMilliseconds: wait, on: ports.waiter) }
            }
        }
        await recordEnded()
    }

    private func recordUntilCancelled() async {
        while !Task.isCancelled {
            await outcomeBell.waitForRing()
            await recordEnded()
        }
    }

    /// Delivers what is due now, one lane after the other, and waits for the outcomes.
    ///
    /// - Returns: how many attempts were made.
    package func deliverDue() async throws -> Int {
        var attempts = 0
        for run in try await claim().bursts.flatMap(\.runs) {
            attempts += await deliver(run, answered: Bell())
        }
        await recordEnded()
        return attempts
    }

    // MARK: Claiming

    private func claim() async throws -> DeliveryRound {
        var now = readClock()
        if !hasBegun {
            try await ports.store.write { [now] in try $0.restoreOutbox(at: now) }
            hasBegun = true
        }
        try await followClock()
        if !ended.isEmpty { await recordEnded() }
        // First what may fail: an error after the claim would leave its rows to their leases.
        try await refreshBacklog(now: now)
        let queues = try await ports.store.read { try $0.outboxQueues() }
        now = readClock()
        let (wishes, wait) = wishes(for: queues, at: now)
        guard !wishes.isEmpty else { return DeliveryRound(bursts: [], waitMilliseconds: wait) }
        let lease = now.adding(milliseconds: leaseMilliseconds)
        let claimed = try await ports.store.write { [now] rows in
            try wishes.map { try rows.claim($0, at: now, leaseUntil: lease) }
        }
        var bursts: [DeliveryBurst] = []
        for (wish, runs) in zip(wishes, claimed) where !runs.isEmpty {
            for _ in runs { windows[wish.endpoint, default: EndpointWindow()].begin() }
            bursts += DeliveryBurst.plan(runs, isWhole: runs.count < wish.lanes)
        }
        // There may be more that is due: look again at once.
        return DeliveryRound(bursts: bursts, waitMilliseconds: bursts.isEmpty ? wait : 0)
    }

    /// What may be claimed now, and how long to wait for what may not.
    private func wishes(
        for queues: [OutboxQueue], at now: Timestamp
    ) -> (wishes: [OutboxClaim], waitMilliseconds: Int64) {
        var wishes: [OutboxClaim] = []
        var wait = Self.longestWaitMilliseconds
        for queue in queues where !disabled.contains(queue.endpoint.receiver) {
            let window = windows[queue.endpoint] ?? EndpointWindow()
            guard window.free > 0 else { continue }
            guard queue.nextDue <= now else {
                wait = min(wait, queue.nextDue.milliseconds - now.milliseconds)
                continue
            }
            wishes.append(
                OutboxClaim(
                    endpoint: queue.endpoint, lanes: window.free,
                    rowsPerLane: window.rowsPerLane))
        }
        return (wishes, wait)
    }

    // MARK: The clock

    /// The present instant; a jump of the clock is noted on the way.
    func readClock() -> Timestamp {
        let now = ports.wallClock.now()
        if let jump = clockWatch.step(wall: now, elapsed: ports.waiter.elapsedMilliseconds()) {
            pendingJump += jump
            for index in ended.indices { ended[index].shift(byMilliseconds: jump) }
        }
        return now
    }

    /// Moves the plan of the outbox with the clock.
    func followClock() async throws {
        let jump = pendingJump
        guard jump != 0 else { return }
        let now = ports.wallClock.now()
        // Meanwhile a further jump is a further one to follow.
        pendingJump = 0
        do {
            try await ports.store.write { try $0.shiftOutbox(byMilliseconds: jump, now: now) }
        } catch {
            pendingJump += jump
            throw error
        }
    }

    // MARK: Housekeeping

    /// Publishes what waits, at most once a second.
    private func refreshBacklog(now: Timestamp) async throws {
        let elapsed = ports.waiter.elapsedMilliseconds()
        guard lastBacklog.map({ elapsed - $0 >= 1000 }) ?? true else { return }
        lastBacklog = elapsed
        var backlogs: [String: OutboxBacklog] = [:]
        for receiver in directory.receivers { backlogs[receiver] = OutboxBacklog() }
        for count in try await ports.store.read({ try $0.outboxCounts() }) {
            backlogs[count.receiver, default: OutboxBacklog()].add(count)
        }
        backlog.publish(backlogs)
        try await dropSent(now: now, elapsed: elapsed)
    }

    /// Once an hour forgets what was sent long ago.
    private func dropSent(now: Timestamp, elapsed: Int64) async throws {
        guard lastCleanup.map({ elapsed - $0 >= 3_600_000 }) ?? true else { return }
        lastCleanup = elapsed
        let horizon = now.adding(milliseconds: -Self.retentionMilliseconds)
        try await ports.store.write { try $0.dropSent(before: horizon) }
    }
}

/// What one look at the outbox gave.
private struct DeliveryRound: Sendable {
    let bursts: [DeliveryBurst]
    /// How long to wait for the next look.
    let waitMilliseconds: Int64
}
