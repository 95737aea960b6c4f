// Answers of the gate that are kept while nothing changes them.
//
// 1. An answer is one of the state that was published last, and of instants between which no month,
//    raise or staleness begins or ends: it is what the rules would say again.
// 2. When something is published, all answers of before are forgotten.
// 3. Their number and size are bounded; what is not kept is asked anew.

import Agent
import Credits
import Synchronization

/// An answer of the gate.
struct GateAnswer: Sendable {
    let decision: GateDecision
    let response: ReadyResponse
    /// When it is the answer; empty when it is that of one instant alone.
    let instants: Range<Timestamp>
}

/// Keeps answers; safe to use from any thread.
final class GateAnswers: Sendable {
    private struct Question: Sendable, Hashable {
        let organization: String
        let product: String?
    }

    private struct Kept: Sendable {
        var publication: UInt64 = 0
        var answers: [Question: GateAnswer] = [:]
    }

    private static let maximumAnswers = 4096
    private static let maximumNameBytes = 256
    private let kept = Mutex(Kept())

    /// The answer of an instant, kept or made anew.
    ///
    /// - Parameters:
    ///   - publication: the number of the last publication, read before the state that `make` asks.
    ///   - make: asks the rules.
    func answer(
        organization: String, product: String?, publication: UInt64, now: Timestamp,
        make: () -> GateAnswer
    ) -> GateAnswer {
        let question = Question(organization: organization, product: product)
        let found = kept.withLock { kept in
            kept.publication == publication ? kept.answers[question] : nil
        }
        if let found, found.instants.contains(now) { return found }
        let answer = make()
        // Anybody can ask about names that nobody has: they are not worth keeping.
        guard !answer.instants.isEmpty, (product?.utf8.count ?? 0) <= Self.maximumNameBytes
        else { return answer }
        kept.withLock { kept in
            // A slower reader does not bring back what was before the last publication.
            guard publication >= kept.publication else { return }
            if publication > kept.publication || kept.answers.count >= Self.maximumAnswers {
                kept = Kept(publication: publication)
            }
            kept.answers[question] = answer
        }
        return answer
    }
}
