// All silences and what may become of them: pure decisions, Alertmanager's semantics.
//
// 1. A silence never changes what it has silenced: other matchers, or another begin of an active
//    one, end it and make a new one.
// 2. A silence that is over stays for `retention` after its end, then it may be forgotten.
// 3. Nothing changes but by `apply`, so that the store can be written before.

import PromQL

/// What a wish about silences changes.
package struct SilenceChange: Sendable, Equatable {
    /// The silence that the wish is about, after the change.
    package let silence: Silence
    /// What it was before; nil for a new one.
    package let former: Silence?
    /// Every silence to be stored: the silence, and one that it replaces.
    package let stored: [Silence]
}

/// The silences of an agent.
///
/// - Source: alertmanager silence/silence.go
package struct SilenceBook: Sendable, Equatable {
    /// How long an expired silence is kept, milliseconds: Alertmanager's `--data.retention`, 120h.
    package static let retention: Int64 = 120 * 3_600_000
    /// The most silences, expired ones included.
    package static let maximumCount = 10_000

    private var silences: [String: Silence] = [:]

    /// A book of stored silences.
    package init(_ silences: [Silence] = []) {
        for silence in silences { self.silences[silence.id] = silence }
    }

    /// The silence of an identifier.
    package subscript(id: String) -> Silence? { silences[id] }

    /// All silences in Alertmanager's order at an instant.
    package func list(at now: Int64) -> [Silence] {
        silences.values.sorted { Silence.precedes($0, $1, at: now) }
    }

    /// How many silences are in each state at an instant.
    package func counts(at now: Int64) -> [SilenceState: Int64] {
        silences.values.reduce(into: [:]) { $0[$1.state(at: now), default: 0] += 1 }
    }

    /// The identifiers of the silences that keep an alert from being told at an instant, sorted.
    func silencing(_ labels: SeriesLabels, at now: Int64) -> [String] {
        active(at: now).filter { $0.matches(labels) }.map(\.id).sorted()
    }

    /// The silences in force at an instant.
    func active(at now: Int64) -> [Silence] {
        silences.values.filter { $0.state(at: now) == .active }
    }

    /// Whether a silence is so old that it is to be forgotten.
    package func hasOutdated(at now: Int64) -> Bool {
        silences.values.contains { Self.isOutdated($0, at: now) }
    }

    /// Forgets the silences that ended more than `retention` ago.
    package mutating func dropOutdated(at now: Int64) {
        silences = silences.filter { !Self.isOutdated($0.value, at: now) }
    }

    private static func isOutdated(_ silence: Silence, at now: Int64) -> Bool {
        silence.endsAt < now.subtractingClamped(retention)
    }

    // MARK: Changes

    /// Decides what a wish comes to.
    ///
    /// - Parameter freshID: the identifier of the silence if a new one is made.
    /// - Throws: `SilenceError.notFound` or `.invalid`.
    package func setting(
        _ proposal: SilenceProposal, freshID: String, now: Int64
    ) throws(SilenceError) -> SilenceChange {
        let former = silences[proposal.id]
        guard proposal.id.isEmpty || former != nil else { throw .notFound }
        try proposal.check(now: now)
        if let former, Self.canUpdate(former, to: proposal, now: now) {
            let silence = Self.silence(proposal, id: former.id, startsAt: proposal.startsAt, now)
            return SilenceChange(silence: silence, former: former, stored: [silence])
        }
        guard silences.count < Self.maximumCount else {
            throw .invalid(
                "exceeded maximum number of silences: \(silences.count) "
                    + "(limit: \(Self.maximumCount))")
        }
        let silence = Self.silence(
            proposal, id: freshID, startsAt: max(proposal.startsAt, now), now)
        var stored = [silence]
        if let former, former.state(at: now) != .expired {
            stored.insert(former.ended(at: now), at: 0)
        }
        return SilenceChange(silence: silence, former: former, stored: stored)
    }

    /// Decides what ending a silence comes to; nil when it is over already.
    package func expiring(_ id: String, now: Int64) throws(SilenceError) -> SilenceChange? {
        guard let former = silences[id] else { throw .notFound }
        guard former.state(at: now) != .expired else { return nil }
        let silence = former.ended(at: now)
        return SilenceChange(silence: silence, former: former, stored: [silence])
    }

    /// Takes a change over, once it is stored.
    package mutating func apply(_ change: SilenceChange) {
        for silence in change.stored { silences[silence.id] = silence }
    }

    private static func silence(
        _ proposal: SilenceProposal, id: String, startsAt: Int64, _ now: Int64
    ) -> Silence {
        Silence(
            id: id, matchers: proposal.matchers, startsAt: startsAt, endsAt: proposal.endsAt,
            updatedAt: now, createdBy: proposal.createdBy, comment: proposal.comment)
    }

    /// - Source: alertmanager silence/silence.go (canUpdate)
    private static func canUpdate(
        _ former: Silence, to proposal: SilenceProposal, now: Int64
    ) -> Bool {
        guard former.matchers == proposal.matchers else { return false }
        switch former.state(at: now) {
        case .active: return former.startsAt / 1000 == proposal.startsAt / 1000
        case .pending: return proposal.startsAt >= now
        case .expired: return false
        }
    }
}
