// Holds: many commands, one transaction.
//
// 1. Commands that come while a round is under way wait and make up the next one, so that a durable
//    write is shared by all of them (group commit).
// 2. Each command is answered after the commit of its round: what was granted is durable.
// 3. A round is one exclusive command: decision and hold are one step, serialized with polls,
//    changes of limits and resets.
// 4. Nobody waits for a ledger that does not answer: after some seconds commands are turned away.
// 5. After a write whose outcome is not known, the book is read again from the store before
//    anything is decided (`AgentCore+Recovery.swift`).

import Credits
import Ledger
import Logging
import Ports

/// A command that waits for its turn.
struct WaitingHold {
    let command: HoldCommand
    let continuation: CheckedContinuation<HoldTurn, Never>
}

/// What a waiting command gets.
enum HoldTurn: Sendable {
    /// Another command's round answered it.
    case answered(HoldAnswer)
    /// It leads the next round itself.
    case leads
}

extension AgentCore {
    /// The most commands of one round.
    private static let maximumRound = 512
    /// The most commands that wait; more are turned away at once.
    private static let maximumWaiting = 10_000
    /// So many seconds without an answer of the ledger, and commands are turned away at once.
    private static let longestSilence: Int64 = 5
    /// The most open holds of all organizations.
    private static let maximumOpen = 100_000
    /// The most holds that end in one round because their time is over.
    private static let maximumExpiries = 2000
    /// Holds read at a time: many, as a database that has not counted its rows yet sorts all that
    /// are left for each page.
    private static let pageSize = 10_000
    /// How long ended holds are kept, so that a repeated wish finds its answer.
    static let holdRetentionMilliseconds: Int64 = 86_400_000
    /// How often ended holds are removed, in milliseconds, and how many at a time.
    private static let sweepInterval: Int64 = 60_000
    private static let sweepSize = 5000
    /// Holds that end within so many milliseconds end in one round.
    private static let expiryGrain: Int64 = 10

    /// Reserves credits, settles or voids a hold; durable when it returns.
    package func hold(_ command: HoldCommand) async -> HoldAnswer {
        let silence = ledgerSilence
        guard silence < Self.longestSilence else {
            return .unavailable("the ledger has not answered for \(silence) s; try again later")
        }
        if isHoldRoundUnderWay {
            guard waitingHolds.count < Self.maximumWaiting else {
                return .unavailable("too many requests wait for the ledger; try again later")
            }
            let turn = await withCheckedContinuation { continuation in
                waitingHolds.append(
                    WaitingHold(command: command, continuation: continuation))
            }
            if case .answered(let answer) = turn { return answer }
        }
        isHoldRoundUnderWay = true
        let answer = await exclusively {
            // Those that came while this round waited for its turn join it.
            let joining = Array(waitingHolds.prefix(Self.maximumRound - 1))
            waitingHolds.removeFirst(joining.count)
            let answers = await holdRound([command] + joining.map(\.command))
            for (waiting, answer) in zip(joining, answers.dropFirst()) {
                waiting.continuation.resume(returning: .answered(answer))
            }
            return answers.first ?? .unavailable("a round of holds gave no answer")
        }
        if waitingHolds.isEmpty {
            isHoldRoundUnderWay = false
        } else {
            waitingHolds.removeFirst().continuation.resume(returning: .leads)
        }
        return answer
    }

    /// The hold of an identifier, as it is in the store; nil when there is none.
    package func storedHold(_ id: String) async throws -> Hold? {
        try await ports.store.read { try $0.hold(id: id) }
    }

    /// When the next round is due without any command.
    var nextHoldRound: Timestamp? {
        holds.nextExpiry?.adding(milliseconds: Self.expiryGrain)
    }

    /// Ends the holds whose time is over, and removes those that ended long ago.
    func expireHolds(at now: Timestamp) async {
        guard !isMemoryUncertain else { return }
        // An empty round finds out whether the ledger answers again.
        if isUnanswered || holds.nextExpiry.map({ $0 <= now }) == true {
            _ = await holdRound([])
        }
        await sweepHolds(at: now)
    }

    /// Reads the holds that count, each part in the order of its ends, within a transaction.
    ///
    /// - Parameter due: what has ceased to count and is not marked in the store yet: its cause is
    ///   durable, whatever is marked.
    static func readHolds(_ rows: any StoreRows, due: [HoldRelease]) throws -> HoldBook {
        var book = HoldBook()
        for state in [HoldState.held, .settled] {
            var last: HoldPlace?
            while true {
                let page = try rows.holds(in: state, after: last, limit: pageSize)
                for hold in page { book.take(hold) }
                guard let final = page.last, page.count == pageSize else { break }
                last = HoldPlace(of: final)
            }
        }
        for release in due { book.take(release) }
        return book
    }

    /// Runs one round; the answers in the order of the commands.
    private func holdRound(_ commands: [HoldCommand]) async -> [HoldAnswer] {
        do {
            let step = holdStep(commands)
            let outcome = try await write { try step.run($0) }
            let before = holds.nextExpiry
            for hold in outcome.changes { holds.take(hold) }
            hasEndedHolds = hasEndedHolds || !outcome.changes.isEmpty
            snapshots.publish(holds: holds.credits)
            count(outcome)
            // The loop of ticks may be waiting for a later one.
            if let next = holds.nextExpiry, before.map({ next < $0 }) ?? true { tickBell.ring() }
            return outcome.answers
        } catch {
            if commands.isEmpty {
                logger.error(
                    "ended holds were not written, trying again: \(error)", source: "holds")
            }
            let answer = HoldAnswer.unavailable("the ledger cannot be written: \(error)")
            return commands.map { _ in answer }
        }
    }

    private func holdStep(_ commands: [HoldCommand]) -> HoldStep {
        let now = ports.wallClock.now()
        var named: [String: Hold] = [:]
        var questions: [String: GateQuestion] = [:]
        let overdue = holds.overdue(at: now, limit: Self.maximumExpiries)
        var asked = overdue.map(\.request.organization)
        for command in commands {
            switch command {
            case .make(let request): asked.append(request.organization)
            case .settle(let id, _), .void(let id):
                guard let hold = holds.openHold(id) else { continue }
                named[id] = hold
                asked.append(hold.request.organization)
            }
        }
        for id in asked where questions[id] == nil {
            guard let state = organizations[id] else { continue }
            questions[id] = GateQuestion(
                organization: view(state), standing: state.standing(at: now),
                held: holds.credits(of: id), now: now)
        }
        return HoldStep(
            commands: commands.map { ($0, ports.random.hexadecimal(bytes: 16)) },
            overdue: overdue, named: named, questions: questions,
            room: Self.maximumOpen - holds.openCount, now: now)
    }

    private func count(_ outcome: HoldOutcome) {
        for hold in outcome.changes {
            meters.countHold(
                organization: hold.request.organization, outcome: hold.state.rawValue)
        }
        for case .refused(let decision) in outcome.answers {
            let isKnown = decision.reason != .unknownOrganization
            meters.countHold(
                organization: isKnown ? decision.organization : "", outcome: "refused")
        }
    }

    private func sweepHolds(at now: Timestamp) async {
        guard hasEndedHolds else { return }
        if let last = holdSweep, !last.isFull {
            let age = now.milliseconds - last.at.milliseconds
            guard age < 0 || age >= Self.sweepInterval else { return }
        }
        let horizon = now.adding(milliseconds: -Self.holdRetentionMilliseconds)
        do {
            // Most of the time there is nothing to remove, and then nothing is written.
            let count = try await write {
                try $0.dropHolds(endedBefore: horizon, limit: Self.sweepSize)
            }
            holdSweep = (now, count == Self.sweepSize)
        } catch {
            holdSweep = (now, false)
            logger.error("old holds were not removed, trying again: \(error)", source: "holds")
        }
    }
}
