// Ends of time-boxed changes, kept as changes of their own.
//
// 1. A change that ends by itself gives way at its instant; gate and statements need nothing more.
//    That it ended is recorded like any other change: terms, audit, event, in one transaction.
// 2. It is recorded once: the record begins to count at the end of the one that it follows.
// 3. What gave way to something newer before its end ends unnoticed.

import Credits
import Ledger

extension AgentCore {
    /// Records the ends of an organization's time-boxed changes that are not recorded yet.
    func recordRaiseEnds(of id: String, now: Timestamp) async throws {
        while let history = organizations[id]?.terms,
            let ended = RaiseEnd.next(in: history, by: now)
        {
            try await applyTerms(
                ended.record(at: now), former: ended.last, cause: ended.words, now: now)
        }
    }
}

/// The end of a change that was made for a time.
struct RaiseEnd: Sendable {
    private let raise: TermsRecord
    /// The end.
    private let until: Timestamp
    /// What counts from then on, and until when.
    private let change: TermsChange
    private let next: Timestamp?

    /// The last instant of the change.
    var last: Timestamp { until.adding(milliseconds: -1) }

    /// What happened, in words.
    var words: String { Self.words(raise, until: until) }

    /// The end of a change, in words.
    static func words(_ raise: TermsRecord, until: Timestamp) -> String {
        "end of the raise by \(raise.changedBy) of \(raise.recordedAt) at \(until)"
    }

    /// The record that says so.
    func record(at now: Timestamp) -> TermsRecord {
        TermsRecord(
            organization: raise.organization, change: change, effectiveFrom: until, until: next,
            recordedAt: now, changedBy: Self.actor, reason: words)
    }

    private static let actor = "agent"

    /// Whether a record says of an end what its reason says.
    static func isEnd(_ record: TermsRecord) -> Bool {
        record.changedBy == actor && record.reason.hasSuffix(" at \(record.effectiveFrom)")
    }

    /// The earliest end that nobody recorded.
    static func next(in history: TermsHistory, by now: Timestamp) -> RaiseEnd? {
        let ended = history.records.compactMap { record -> (TermsRecord, Timestamp)? in
            guard let until = record.until, until <= now else { return nil }
            return (record, until)
        }
        for (record, until) in ended.sorted(by: { $0.1 < $1.1 }) {
            let terms = history.terms(at: until)
            let last = until.adding(milliseconds: -1)
            switch record.change {
            case .policy where history.policyRecord(at: last) == record:
                let following = history.policyRecord(at: until)
                guard following.map({ $0.effectiveFrom < until }) ?? true else { continue }
                return RaiseEnd(
                    raise: record, until: until, change: .policy(terms.policy, owner: terms.owner),
                    next: following?.until)
            case .cap(_, let product) where history.capRecord(of: product, at: last) == record:
                let following = history.capRecord(of: product, at: until)
                guard following.map({ $0.effectiveFrom < until }) ?? true else { continue }
                return RaiseEnd(
                    raise: record, until: until,
                    change: .cap(terms.caps[product], product: product),
                    next: following?.until)
            default: continue
            }
        }
        return nil
    }
}
