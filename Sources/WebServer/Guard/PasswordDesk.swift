// Asks who comes in by name and password.
//
// 1. The work is the same for a name that is known and one that is not: one comparison, one
//    outcome kept.
// 2. Comparisons run on threads of their own, a few at a time; the number that may wait is bounded,
//    and a peer has only a few of them, so that nobody's guesses keep others out.
// 3. The same name and password are compared once at a time; who asks meanwhile shares the outcome.

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
    /// Too many comparisons wait: of this peer, or of all.
    case busy(LoginBound)
}

/// Compares names and passwords with the users.
final class PasswordDesk: Sendable {
    /// Comparisons of one peer at a time. A peer that is honest has as many as it has users that
    /// were not asked for before.
    static let maximumOfOnePeer = 4

    /// How a request stands before the desk.
    private enum Turn: Sendable {
        /// Its outcome is known, or was found for another: nil when too many were waiting.
        case over(Bool?)
        /// Its password is to be compared.
        case compares
        case crowded
    }

    private struct State {
        var cache = PasswordCache()
        /// Who waits for a comparison that another began.
        var sharing: [PasswordCache.Key: [CheckedContinuation<Turn, Never>]] = [:]
        /// Comparisons of each peer; at most as many peers as comparisons.
        var peers: [PeerKey: Int] = [:]
    }

    private let desk: QueryDesk
    private let state = Mutex(State())
    private let meters: WebGuardMeters

    init(meters: WebGuardMeters, maximumWaiting: Int = 32) {
        self.meters = meters
        desk = QueryDesk(
            maximumRunning: max(1, ProcessorCount.online / 2), maximumWaiting: maximumWaiting,
            label: "passwords")
    }

    /// Whether a name and a password, sent by a peer, fit one of the users.
    func outcome(
        name: String, password: [UInt8], among users: UserBook, from peer: PeerKey
    ) async -> LoginOutcome {
        guard let (hash, isKnown) = users.entry(of: name) else { return .refused }
        let key = state.withLock {
            $0.cache.key(name: Array(name.utf8), hash: hash, password: password)
        }
        var found: Bool?
        switch await turn(of: key, from: peer) {
        case .over(let outcome): found = outcome
        case .crowded: return busy(.peer)
        case .compares:
            found = await desk.run(prepare: { hash }) { hash in Bcrypt.matches(password, hash) }
            end(key, from: peer, found)
        }
        guard let found else { return busy(.all) }
        return found && isKnown ? .accepted : .refused
    }

    private func busy(_ bound: LoginBound) -> LoginOutcome {
        meters.change { $0.busyLogins[bound, default: 0] += 1 }
        return .busy(bound)
    }

    /// Waits while the same is being compared for another.
    private func turn(of key: PasswordCache.Key, from peer: PeerKey) async -> Turn {
        await withCheckedContinuation { continuation in
            let turn: Turn? = state.withLock { state in
                if let kept = state.cache.outcome(of: key) { return .over(kept) }
                if state.sharing[key] != nil {
                    state.sharing[key]?.append(continuation)
                    return nil
                }
                let count = state.peers[peer, default: 0]
                guard count < Self.maximumOfOnePeer else { return .crowded }
                state.peers[peer] = count + 1
                state.sharing[key] = []
                return .compares
            }
            if let turn { continuation.resume(returning: turn) }
        }
    }

    /// Ends a comparison; an outcome of nil is none.
    private func end(_ key: PasswordCache.Key, from peer: PeerKey, _ found: Bool?) {
        let (sharing, hasEvicted, count) = state.withLock { state in
            let count = (state.peers[peer] ?? 1) - 1
            state.peers[peer] = count > 0 ? count : nil
            let hasEvicted = found.map { state.cache.keep(key, isRight: $0) } ?? false
            return (state.sharing.removeValue(forKey: key) ?? [], hasEvicted, state.cache.count)
        }
        for continuation in sharing { continuation.resume(returning: .over(found)) }
        guard found != nil else { return }
        meters.change { readings in
            readings.passwordChecks += 1
            readings.cachedLogins = Int64(count)
            if hasEvicted { readings.evictedLogins += 1 }
        }
    }
}
