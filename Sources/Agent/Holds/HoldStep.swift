// One round of holds: what is due expires, then every waiting command is decided in its turn, all
// in one transaction.
//
// 1. A command sees what the commands before it did, those of its own round included.
// 2. It may run again after a conflict: it changes nothing but rows.
// 3. What it decides is true of the moment of the round; nobody else changes limits, use or holds
//    while a round is under way.

import Credits
import Ledger
import Ports

/// Something that is asked about holds.
package enum HoldCommand: Sendable, Hashable {
    /// Reserve credits.
    case make(HoldRequest)
    /// So much was used.
    case settle(id: String, credits: CreditAmount)
    /// Nothing was used.
    case void(id: String)
}

/// What a command is answered.
package enum HoldAnswer: Sendable, Hashable {
    /// The hold was made.
    case made(Hold)
    /// The same wish was granted before.
    case repeated(Hold)
    /// Another wish was granted under the same key.
    case keyTaken(Hold)
    /// It does not fit.
    case refused(GateDecision)
    /// The hold ended as asked.
    case ended(Hold)
    /// It had ended already.
    case endedBefore(Hold)
    /// There is no such hold.
    case unknown
    /// Nothing was decided: the ledger cannot be written, or too much waits.
    case unavailable(String)
}

/// What a committed round changed.
struct HoldOutcome: Sendable {
    /// The answers in the order of the commands.
    var answers: [HoldAnswer] = []
    /// Every hold that changed, as it is now, in the order of the changes.
    var changes: [Hold] = []
}

/// Decides one round.
struct HoldStep: Sendable {
    /// What is asked, in order, each with the identifier of the hold it may make.
    let commands: [(command: HoldCommand, freshID: String)]
    /// The open holds whose time is over.
    let overdue: [Hold]
    /// The open holds that commands name.
    let named: [String: Hold]
    /// The organizations that commands name.
    let questions: [String: GateQuestion]
    /// How many more holds may be open.
    let room: Int
    /// The instant of the round.
    let now: Timestamp

    /// Runs in a transaction.
    func run(_ rows: any StoreRows) throws -> HoldOutcome {
        var round = HoldRound(step: self)
        for hold in overdue { try round.end(hold, .expired, rows) }
        for (command, freshID) in commands {
            let answer =
                switch command {
                case .make(let request): try round.make(request, id: freshID, rows)
                case .settle(let id, let credits): try round.end(id, .settled(credits), rows)
                case .void(let id): try round.end(id, .voided, rows)
                }
            round.outcome.answers.append(answer)
        }
        return round.outcome
    }
}

/// The state of a round between two commands.
private struct HoldRound {
    private var questions: [String: GateQuestion]
    /// Open holds as they are at this point; nil for those that ended in this round.
    private var open: [String: Hold?]
    private var room: Int
    private let now: Timestamp
    var outcome = HoldOutcome()

    init(step: HoldStep) {
        questions = step.questions
        open = step.named
        room = step.room
        now = step.now
    }

    mutating func make(
        _ request: HoldRequest, id: String, _ rows: any StoreRows
    ) throws -> HoldAnswer {
        if let key = request.key, let former = try rows.hold(key: key) {
            return former.isMade(by: request) ? .repeated(former) : .keyTaken(former)
        }
        guard let question = questions[request.organization] else {
            return .refused(
                GateDecision(
                    isAllowed: false, reason: .unknownOrganization,
                    organization: request.organization, product: request.product, standing: nil,
                    isUsageKnown: false))
        }
        let decision = question.decide(product: request.product, hold: request.credits)
        guard decision.isAllowed else { return .refused(decision) }
        guard room > 0 else {
            return .unavailable("too many holds are open; settle or void some, or wait")
        }
        let hold = Hold(id: id, request: request, createdAt: now)
        try change(hold, open: hold, rows)
        room -= 1
        return .made(hold)
    }

    /// Ends the hold of an identifier.
    mutating func end(
        _ id: String, _ end: HoldEnd, _ rows: any StoreRows
    ) throws -> HoldAnswer {
        if let known = open[id], let hold = known { return .ended(try self.end(hold, end, rows)) }
        guard let stored = try rows.hold(id: id) else { return .unknown }
        guard stored.state == .held else { return .endedBefore(stored) }
        // The store is right where the book lacks one: it counts from here on, and ends.
        questions[stored.request.organization]?.held.take(stored)
        return .ended(try self.end(stored, end, rows))
    }

    @discardableResult
    mutating func end(_ hold: Hold, _ end: HoldEnd, _ rows: any StoreRows) throws -> Hold {
        let ended = hold.ended(end, at: now)
        try change(ended, open: nil, rows)
        room += 1
        return ended
    }

    private mutating func change(
        _ hold: Hold, open state: Hold?, _ rows: any StoreRows
    ) throws {
        try rows.putHold(hold)
        open.updateValue(state, forKey: hold.id)
        outcome.changes.append(hold)
        let organization = hold.request.organization
        questions[organization]?.held.take(hold)
    }
}
