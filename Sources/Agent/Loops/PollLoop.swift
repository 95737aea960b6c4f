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
    /// The longest a source may put off its next poll, in milliseconds.
    private static let longestPauseMilliseconds: Int64 = 3_600_000

    private let definition: SourceDefinition
    private let authentication: ResolvedAuthentication
    private let core: AgentCore
    private let directory: String

    /// A loop of a source; relative paths of its definition are relative to a directory.
    package init(
        definition: SourceDefinition, authentication: ResolvedAuthentication, core: AgentCore,
        directory: String
    ) {
        self.definition = definition
        self.authentication = authentication
        self.core = core
        self.directory = directory
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
        let end = try await SourcePoller(ports: core.ports, directory: directory)
            .poll(definition, authentication: authentication, calendar: calendar)
        let seconds =
            Double(core.ports.waiter.elapsedNanoseconds() - began) / 1_000_000_000
        switch end {
        case .complete(let result, let startedAt):
            let request = PostingRequest(
                readings: result.readings, window: result.window, source: definition.id,
                replaced: definition.replaces, absence: definition.absencePolicy)
            let poll = CompletedPoll(
                id: core.ports.random.hexadecimal(bytes: 8), request: request,
                startedAt: startedAt, pageCount: result.pageCount, rowCount: result.rowCount)
            await core.commit(poll, durationSeconds: seconds)
            return nil
        case .failed(let failure, let retryAfter):
            await core.recordFailure(failure, of: definition.id, durationSeconds: seconds)
            return retryAfter.map { min(Self.longestPauseMilliseconds, Int64($0) * 1000) }
        }
    }
}
