// Polls one source again and again.
//
// 1. Once at start, then every `every`, from start to start on the monotonic clock.
// 2. A source that asks to be left alone is left alone, at most an hour.
// 3. A source that refuses the credentials is left alone for 15 minutes, or until a reload.
// 4. A poll begins when the source's budgets have room for it; that pace begins anew then.
// 5. The first repetitions are spread, so that sources of equal pace do not all poll at once.
// 6. Polls of all loops begin on one grid, so that one wake-up serves many; a poll is late by a
//    fortieth of its pace at most.

import AgentConfiguration
import Credits
import Ledger
import Logging
import Ports
import UsageSources

/// The loop of one source.
package struct PollLoop: Sendable {
    /// The longest a source may put off its next poll, in seconds.
    private static let longestPauseSeconds = 3600

    /// How long a source that refused the credentials is left alone, in milliseconds.
    private static let circuitMilliseconds: Int64 = 900_000

    /// The longest that a poll waits for others, in milliseconds.
    private static let widestGrid: Int64 = 250

    private let definition: SourceDefinition
    private let authentication: ResolvedAuthentication
    private let core: AgentCore
    private let directory: String
    private let memory: PollMemory
    private let courtesy: SourceCourtesy

    /// A loop of a source; relative paths of its definition are relative to a directory.
    ///
    /// - Parameter answers: the pages that all loops of a configuration keep.
    package init(
        definition: SourceDefinition, authentication: ResolvedAuthentication, core: AgentCore,
        directory: String, answers: AnswerCache = AnswerCache()
    ) {
        self.definition = definition
        self.authentication = authentication
        self.core = core
        self.directory = directory
        memory = PollMemory(definition)
        courtesy = SourceCourtesy(
            definition, book: core.meters.requestBook, gate: core.hostGate, answers: answers,
            ports: core.ports)
        courtesy.book.enroll(definition)
    }

    /// Identifier of the source.
    var sourceIdentifier: String { definition.id }

    /// Runs until cancelled.
    package func run() async throws {
        let waiter = core.ports.waiter
        let every = definition.everyMilliseconds
        var slot = waiter.elapsedMilliseconds()
        var isFirst = true
        while !Task.isCancelled {
            if try await waitForTurn() { slot = waiter.elapsedMilliseconds() }
            let isSlot = waiter.elapsedMilliseconds() >= slot
            // A task of its own: it gives back its stack of frames, which a loop would keep while
            // it waits.
            async let poll = pollOnce()
            let pause = try await poll
            if isFirst {
                slot += max(1, Int64(Double(every) * (0.5 + core.ports.random.unit() / 2)))
                isFirst = false
            } else if isSlot {
                slot += every
            }
            let now = waiter.elapsedMilliseconds()
            if let pause { slot = max(slot, now + pause) }
            // Slots missed by a slow poll are skipped, not made up for.
            slot = max(slot, now + 1)
            let edge = pause == nil ? await edge() : nil
            try await waiter.wait(untilElapsed: min(onGrid(slot), edge ?? .max))
        }
    }

    /// The first moment of the grid that is not before a slot.
    private func onGrid(_ slot: Int64) -> Int64 {
        let grid = max(1, min(Self.widestGrid, definition.everyMilliseconds / 40))
        let (late, overflow) = slot.addingReportingOverflow(grid - 1)
        return overflow ? slot : late - late % grid
    }

    /// When the next poll around midnight is due, in milliseconds on the waiting clock.
    private func edge() async -> Int64? {
        let calendar = await core.calendar(of: definition.organization)
        guard let edge = DayEdge(definition, organization: calendar) else { return nil }
        let wait = edge.milliseconds(after: core.ports.wallClock.now())
        return core.ports.waiter.elapsedMilliseconds() + wait
    }

    /// Waits until the budgets have room for a poll; whether they had none.
    private func waitForTurn() async throws -> Bool {
        var hasWaited = false
        while !Task.isCancelled {
            let wait: Int64
            do {
                wait = try await courtesy.waitBeforePoll()
            } catch {
                // The poll itself fails with it.
                return hasWaited
            }
            guard wait > 0 else { return hasWaited }
            if wait > Self.circuitMilliseconds, !hasWaited {
                core.logger.info(
                    "source \(definition.id): the next poll is put off by \(wait / 60_000) min, until its budget has room",
                    source: "poll")
            }
            hasWaited = true
            try await core.ports.waiter.wait(milliseconds: wait)
        }
        return hasWaited
    }

    /// Polls and posts once.
    ///
    /// - Returns: milliseconds that the source asked to be left alone for.
    @discardableResult
    package func pollOnce() async throws -> Int64? {
        let began = core.ports.waiter.elapsedNanoseconds()
        let calendar = await core.calendar(of: definition.organization)
        let state: String?
        do {
            state = try await storedState()
            _ = try await courtesy.waitBeforePoll()
        } catch {
            let failure = PollFailure(.internal, "the ledger could not be read: \(error)")
            await core.recordFailure(failure, of: definition.id, durationSeconds: 0)
            return nil
        }
        let end = try await SourcePoller(
            ports: core.ports, directory: directory, courtesy: courtesy
        ).poll(
            definition, authentication: authentication, calendar: calendar, state: state,
            memory: memory)
        let seconds =
            Double(core.ports.waiter.elapsedNanoseconds() - began) / 1_000_000_000
        noteCircuit(end)
        switch end {
        case .complete(let result, let startedAt):
            let request = PostingRequest(
                readings: result.readings, window: result.window, source: definition.id,
                replaced: definition.replaces, absence: definition.absent,
                finishedThrough: result.finishedThrough, finality: result.finality)
            let poll = CompletedPoll(
                id: core.ports.random.hexadecimal(bytes: 8), request: request,
                startedAt: startedAt, pageCount: result.pageCount, rowCount: result.rowCount,
                observations: result.observations, definition: definition,
                ignoredRowCount: result.ignoredRowCount,
                filteredRowCount: result.filteredRowCount,
                clockSkewMilliseconds: result.clockSkewMilliseconds,
                hasRestarted: result.hasRestarted, askedUntil: result.askedUntil)
            await core.commit(poll, durationSeconds: seconds)
            return nil
        case .failed(let failure, let retryAfter):
            await core.recordFailure(failure, of: definition.id, durationSeconds: seconds)
            if failure.reason == .unauthorized { return Self.circuitMilliseconds }
            return retryAfter.map(Self.pauseMilliseconds)
        case .putOff(let milliseconds):
            core.logger.info(
                "source \(definition.id): `limits.per_day` has no room for the rest of a poll; it begins anew in \(milliseconds / 60_000) min",
                source: "poll")
            return milliseconds
        }
    }

    /// A source that refuses the credentials is left alone: asking again locks accounts out.
    private func noteCircuit(_ end: PollEnd) {
        var isOpen = false
        if case .failed(let failure, _) = end, failure.reason == .unauthorized { isOpen = true }
        courtesy.book.count(definition.id) { $0.isCircuitOpen = isOpen }
        guard isOpen else { return }
        core.logger.warning(
            "source \(definition.id): the credentials were refused, so it is not asked again for 15 min; correct `request.auth` or the secret behind it and reload the configuration to ask at once",
            source: "poll")
    }

    /// What the source remembers, when that decides what it is asked for.
    private func storedState() async throws -> String? {
        guard case .events(let rules) = definition.rules, rules.cursor != nil else { return nil }
        let (id, replaces) = (definition.id, definition.replaces)
        return try await core.ports.store.read { rows in
            try SourceMemory.text(of: id, replacing: replaces, rows)
        }
    }

    /// The pause that a source's `Retry-After` brings, whatever it says, in milliseconds.
    package static func pauseMilliseconds(retryAfterSeconds seconds: Int) -> Int64 {
        Int64(min(max(0, seconds), longestPauseSeconds)) * 1000
    }
}
