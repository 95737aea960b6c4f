// What the polls of one source share while the agent runs: its token, and when it was swept.

import PositionedYAML
import Synchronization
import UsageSources

/// The memory of a source's polls. Times are milliseconds on the waiting clock.
///
/// A source has one poll at a time, so a token is asked for once.
package final class PollMemory: Sendable {
    private struct Content {
        var token = TokenCache()
        var sweeps: SweepSchedule
    }

    private let content: Mutex<Content>

    /// The memory of a source that was not polled yet.
    package init(_ definition: SourceDefinition) {
        content = Mutex(Content(sweeps: SweepSchedule(definition)))
    }

    /// The token that a poll may begin with.
    func token(at now: Int64) -> Secret? {
        content.withLock { $0.token.token(at: now) }
    }

    /// Keeps the token that a poll was given, and forgets the one that was refused.
    func keepToken(of machine: PollMachine, startedAt start: Int64) {
        content.withLock { content in
            if machine.refusedToken { content.token.clear() }
            guard let grant = machine.grant else { return }
            content.token.store(grant.token, at: start + grant.elapsedMilliseconds)
        }
    }

    /// Whether a poll that begins now is a sweep.
    func isSweepDue(at now: Int64) -> Bool {
        content.withLock { $0.sweeps.isDue(at: now) }
    }

    /// Takes note of a complete sweep.
    func completeSweep(startedAt start: Int64) {
        content.withLock { $0.sweeps.complete(startedAt: start) }
    }
}
