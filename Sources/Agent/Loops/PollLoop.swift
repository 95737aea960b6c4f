// Polls one source again and again.
//
// 1. Once at start, then every `every`, from start to start on the monotonic clock.
// 2. A source that asks to be left alone is left alone, at most an hour.
// 3. The first repetitions are spread, so that sources of equal pace do not all poll at once.

import AgentConfiguration
import Credits
import Ledger
import Ports
import UsageSources

/// The loop of one source.
package struct PollLoop: Sendable {
    /// The longest a source may put off its next poll, in seconds.
    private static let longestPauseSeconds = 3600

    private let definition: SourceDefinition
    private let authentication: ResolvedAuthentication
    private let core: AgentCore
    private let directory: String
    private let memory: PollMemory

    /// A loop of a source; relative paths of its definition are relative to a directory.
    package init(
        definition: SourceDefinition, authentication: ResolvedAuthentication, core: AgentCore,
        directory: String
    ) {
        self.definition = definition
        self.authentication = authentication
        self.core = core
        self.directory = directory
        memory = PollMemory(definition)
    }

    /// Identifier of the source.
    var sourceIdentifier: String { definition.id }

    /// Runs until cancelled.
    package func run() async throws {
        let waiter = core.ports.waiter
        var start = waiter.elapsedMilliseconds()
        var isFirst = true
        while !Task.isCancelled {
            let pause = try await pollOnce()
            let every = definition.everyMilliseconds
            var next = start + every
            if isFirst {
                next = start + max(1, Int64(Double(every) * (0.5 + core.ports.random.unit() / 2)))
                isFirst = false
            }
            if let pause { next = max(next, waiter.elapsedMilliseconds() + pause) }
            // Slots missed by a slow poll are skipped, not made up for.
            next = max(next, waiter.elapsedMilliseconds() + 1)
            try await waiter.wait(untilElapsed: next)
            start = next
        }
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
        } catch {
            let failure = PollFailure(.internal, "the ledger could not be read: \(error)")
            await core.recordFailure(failure, of: definition.id, durationSeconds: 0)
            return nil
        }
        let end = try await SourcePoller(ports: core.ports, directory: directory)
            .poll(
                definition, authentication: authentication, calendar: calendar, state: state,
                memory: memory)
        let seconds =
            Double(core.ports.waiter.elapsedNanoseconds() - began) / 1_000_000_000
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
                hasRestarted: result.hasRestarted)
            await core.commit(poll, durationSeconds: seconds)
            return nil
        case .failed(let failure, let retryAfter):
            await core.recordFailure(failure, of: definition.id, durationSeconds: seconds)
            return retryAfter.map(Self.pauseMilliseconds)
        }
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
