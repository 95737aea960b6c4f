// Asks who comes in by name and password.
//
// 1. The work is the same for a name that is known and one that is not: one comparison, one
//    outcome kept.
// 2. Comparisons run on threads of their own, a few at a time; the number that may wait is bounded.

import Agent
import AgentConfiguration
import PositionedYAML
import Synchronization

/// The users of one reading of the file.
struct UserBook: Sendable {
    private let hashes: [String: BcryptHash]
    private let decoy: BcryptHash?

    init(_ users: [BasicUser]) {
        hashes = Dictionary(
            users.map { ($0.name, $0.hash) }, uniquingKeysWith: { first, _ in first })
        let cost = users.map(\.hash.cost).max() ?? 10
        let digits = cost < 10 ? "0\(cost)" : "\(cost)"
        // No password is known to have this hash; whether one has is never asked.
        decoy = BcryptHash("$2y$\(digits)$" + String(repeating: "Q", count: 53))
    }

    /// Whether nobody is asked for a name.
    var isEmpty: Bool { hashes.isEmpty }

    /// What a password of a name is compared with, and whether the name is known.
    func entry(of name: String) -> (hash: BcryptHash, isKnown: Bool)? {
        if let hash = hashes[name] { return (hash, true) }
        return decoy.map { ($0, false) }
    }
}

/// What came of a name and a password.
enum LoginOutcome: Sendable {
    case accepted
    case refused
    /// Too many comparisons wait.
    case busy
}

/// Compares names and passwords with the users.
final class PasswordDesk: Sendable {
    private let desk: QueryDesk
    private let cache = Mutex(PasswordCache())
    private let meters: WebGuardMeters

    init(meters: WebGuardMeters, maximumWaiting: Int = 32) {
        self.meters = meters
        desk = QueryDesk(
            maximumRunning: max(1, ProcessorCount.online / 2), maximumWaiting: maximumWaiting,
            label: "passwords")
    }

    /// Whether a name and a password fit one of the users.
    func outcome(name: String, password: [UInt8], among users: UserBook) async -> LoginOutcome {
        guard let (hash, isKnown) = users.entry(of: name) else { return .refused }
        let (key, kept) = cache.withLock { cache in
            let key = cache.key(name: Array(name.utf8), hash: hash, password: password)
            return (key, cache.outcome(of: key))
        }
        if let kept { return kept && isKnown ? .accepted : .refused }
        let found: Bool? = await desk.run(prepare: { hash }) { hash in
            Bcrypt.matches(password, hash)
        }
        guard let found else {
            meters.change { $0.busyLogins += 1 }
            return .busy
        }
        let isRight = found && isKnown
        let (hasEvicted, count) = cache.withLock { cache in
            (cache.keep(key, isRight: isRight), cache.count)
        }
        meters.change { readings in
            readings.passwordChecks += 1
            readings.cachedLogins = Int64(count)
            if hasEvicted { readings.evictedLogins += 1 }
        }
        return isRight ? .accepted : .refused
    }
}
