// A silence as it is asked for, and why one is refused.

import PromQL

/// A wish for a new silence, or for a change of one.
package struct SilenceProposal: Sendable {
    /// The longest text of author and comment, in bytes.
    private static let maximumTextBytes = 16_384
    /// 1970 and 9999: what the ledger can hold.
    private static let instants: ClosedRange<Int64> = 0...253_402_214_400_000

    /// The silence to change; empty for a new one.
    package let id: String
    /// What an alert must match.
    package let matchers: [LabelMatcher]
    /// When it begins, milliseconds since 1970; the past means now.
    package let startsAt: Int64
    /// When it is over, milliseconds since 1970.
    package let endsAt: Int64
    /// Who asks for it.
    package let createdBy: String
    /// Why.
    package let comment: String

    /// A wish.
    package init(
        id: String = "", matchers: [LabelMatcher], startsAt: Int64, endsAt: Int64,
        createdBy: String, comment: String
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.createdBy = createdBy
        self.comment = comment
    }

    /// Refuses what Alertmanager refuses, and what the ledger cannot hold.
    ///
    /// - Source: alertmanager api/v2/api.go (postSilencesHandler), silence/silence.go
    ///   (validateSilence)
    func check(now: Int64) throws(SilenceError) {
        guard Self.instants.contains(startsAt), Self.instants.contains(endsAt) else {
            throw .invalid("Failed to create silence: times must lie between 1970 and 9999")
        }
        guard startsAt < endsAt else {
            throw .invalid("Failed to create silence: start time must be before end time")
        }
        guard endsAt > now else {
            throw .invalid("Failed to create silence: end time can't be in the past")
        }
        guard !matchers.isEmpty else {
            throw .invalid("silence invalid: at least one matcher required")
        }
        guard matchers.count <= MatcherParser.maximumCount else {
            throw .invalid("silence invalid: more than \(MatcherParser.maximumCount) matchers")
        }
        for (index, matcher) in matchers.enumerated() where matcher.name.isEmpty {
            throw .invalid(
                "silence invalid: invalid label matcher \(index): invalid label name \"\"")
        }
        guard matchers.contains(where: { !$0.matches("") }) else {
            throw .invalid("silence invalid: at least one matcher must not match the empty string")
        }
        for text in [createdBy, comment] + matchers.flatMap({ [$0.name, $0.value] }) {
            guard text.utf8.count <= Self.maximumTextBytes, !text.utf8.contains(0) else {
                throw .invalid(
                    "silence invalid: a text has more than \(Self.maximumTextBytes) bytes, or the "
                        + "character U+0000")
            }
        }
    }
}

/// Why a silence was not set or ended.
package enum SilenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// There is no silence of that identifier.
    case notFound
    /// The wish is refused, in Alertmanager's words where it has some.
    case invalid(String)
    /// The ledger could not be written.
    case notWritten(String)

    package var description: String {
        switch self {
        case .notFound: "silence not found"
        case .invalid(let reason): reason
        case .notWritten(let error): "the silence was not written: \(error)"
        }
    }
}
