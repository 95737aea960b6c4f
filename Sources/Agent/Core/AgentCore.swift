// The owner of the agent's mutable state.
//
// 1. One command at a time: a command that waits for the store keeps all others waiting, so state
//    is never read before and written after somebody else's commit.
// 2. Memory follows the store: state changes only after the transaction that records the change.
// 3. After each commit a new snapshot is published; readers never wait for a command.
// 4. A failed write leaves the last good state in force; the next poll or tick tries again.
// 5. After a write whose outcome is not known, memory may lack what the store has: nothing is
//    written before it was read again (`AgentCore+Recovery.swift`).

import AgentConfiguration
import Alerting
import Credits
import Ledger
import Logging
import Ports

/// Owns organizations, sources, rules and notifications.
package actor AgentCore {
    /// Where readers find the current snapshot.
    nonisolated package let snapshots: SnapshotBox
    /// What is counted beside the ledger.
    nonisolated package let meters: Meters
    /// The seams to the world.
    nonisolated package let ports: AgentPorts
    /// Builds `/metrics` and the virtual scrape.
    nonisolated package let metrics: MetricsBuilder
    /// What waits for the Alertmanagers.
    nonisolated package let alertmanagers: AlertmanagerQueues
    /// Rung when rows were added to the outbox.
    nonisolated package let outboxBell = Bell()
    /// Rung when the next deadline may have moved.
    nonisolated package let tickBell = Bell()
    /// Rung when the history behind the rules was rebuilt, or could not be.
    nonisolated package let historyBell = Bell()
    /// Who may ask a host now.
    nonisolated let hostGate = HostGate()
    nonisolated let logger: Logger
    /// Where people reach the agent, for links in notifications.
    nonisolated package let externalURL: String

    /// The configuration in force.
    var configuration: AgentConfiguration
    var organizations: [String: OrganizationState] = [:]
    var sources = SourceTable()
    /// What the configuration in force says about its sources.
    var plan: SourcePlan
    var rules: RuleRunner
    var notifier: Notifier
    var feed = AlertmanagerFeed()
    var changes = LedgerChanges()
    /// Whether the history behind the rules is being rebuilt.
    var isHistoryAwaited = false
    var lastReloadSucceeded = true
    var lastReloadSuccess: Timestamp?
    var isReady = false
    var clockWatch = ClockWatch()
    /// The holds that count.
    var holds = HoldBook()
    /// Whether a write's outcome is not known, so that the store may hold more than memory.
    var isMemoryUncertain = false
    /// What has ceased to count and is not marked in the store yet.
    var dueReleases: [HoldRelease] = []
    /// Whether the last attempt to mark it failed.
    var areMarksFailing = false
    /// When ended holds were last removed, and whether more of them waited.
    var holdSweep: (at: Timestamp, isFull: Bool)?
    /// Whether there may be ended holds to remove.
    var hasEndedHolds = false
    var isHoldRoundUnderWay = false
    var waitingHolds: [WaitingHold] = []
    /// When the first write began, on the monotonic clock, since which none was answered in time.
    private var unansweredSince: Int64?
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// An agent that has read nothing yet; `start` rebuilds it from the store.
    package init(
        configuration: AgentConfiguration, ports: AgentPorts, snapshots: SnapshotBox,
        meters: Meters, metrics: MetricsBuilder, externalURL: String, logger: Logger
    ) {
        self.configuration = configuration
        plan = SourcePlan(configuration)
        self.ports = ports
        self.snapshots = snapshots
        self.meters = meters
        alertmanagers = AlertmanagerQueues(meters: meters.alertmanagers)
        self.metrics = metrics
        self.externalURL = externalURL
        self.logger = logger
        rules = RuleRunner(configuration: configuration, externalURL: externalURL)
        notifier = Notifier(configuration: configuration, externalURL: externalURL)
    }

    /// Runs a command while no other runs, on what the store holds; then the rules see what it
    /// changed.
    func exclusively<Value: Sendable>(
        _ command: () async throws -> Value
    ) async rethrows -> Value {
        if isBusy {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isBusy = true
        }
        defer {
            // The next in line takes over without the flag ever being down.
            if waiting.isEmpty { isBusy = false } else { waiting.removeFirst().resume() }
        }
        await recover()
        do {
            let value = try await command()
            await evaluateChanges(othersWait: !waiting.isEmpty)
            return value
        } catch {
            await evaluateChanges(othersWait: !waiting.isEmpty)
            throw error
        }
    }

    /// Writes to the store, measuring and counting failures.
    ///
    /// - Throws: also when memory may lack what the store has; nothing was tried then.
    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        try requireCertainty()
        return try await writeAnyway(body)
    }

    /// Writes to the store what does not rest on memory.
    func writeAnyway<Value: Sendable>(
        _ body: @escaping @Sendable (any StoreRows) throws -> Value
    ) async throws -> Value {
        let start = ports.waiter.elapsedNanoseconds()
        unansweredSince = unansweredSince ?? ports.waiter.elapsedMilliseconds()
        do {
            let value = try await ports.store.write(body)
            meters.observeCommit(seconds: seconds(since: start))
            unansweredSince = nil
            return value
        } catch let failure as PollFailure {
            unansweredSince = nil
            throw failure
        } catch {
            meters.countWriteFailure()
            if case StoreError.undecided = error { noteUnknownOutcome(error) }
            if isAnswer(error, after: seconds(since: start)) { unansweredSince = nil }
            throw error
        }
    }

    /// Whether a failure is an answer: it came soon, and not because nobody was there.
    private func isAnswer(_ error: any Error, after seconds: Double) -> Bool {
        if case StoreError.unreachable = error { return false }
        return seconds < Self.timelyFailure
    }

    /// A write that fails within so many seconds was answered.
    private static let timelyFailure = 1.0

    /// Whether the last write was not answered in time.
    var isUnanswered: Bool { unansweredSince != nil }

    /// For how many seconds the ledger has left writes without an answer; 0 when it answers.
    var ledgerSilence: Int64 {
        unansweredSince.map { (ports.waiter.elapsedMilliseconds() - $0) / 1000 } ?? 0
    }

    func seconds(since start: Int64) -> Double {
        Double(ports.waiter.elapsedNanoseconds() - start) / 1_000_000_000
    }

    /// Publishes the state as it is now.
    func publish() {
        var snapshot = AgentSnapshot()
        snapshot.sources = sources.all
        snapshot.organizations = organizations.values
            .sorted { $0.configuration.id < $1.configuration.id }
            .map(view)
        snapshot.holds = holds.credits
        snapshot.alerts = rules.alertCounts
        snapshot.silences = notifier.silences
        snapshot.ruleGroups = rules.groupStatuses
        snapshot.isReady = isReady
        snapshot.lastReloadSucceeded = lastReloadSucceeded
        snapshot.lastReloadSuccess = lastReloadSuccess
        snapshots.publish(snapshot)
    }

    /// An organization as readers see it.
    func view(_ state: OrganizationState) -> OrganizationSnapshot {
        OrganizationSnapshot(
            state: state,
            sources: sources.sources(of: state.configuration.id),
            staleAfterMilliseconds: plan.staleAfterMilliseconds(of: state.configuration.id))
    }
}
