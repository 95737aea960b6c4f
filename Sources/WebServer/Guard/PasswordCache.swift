// Remembers which passwords were right and which were wrong, without keeping any.
//
// 1. A key is a keyed digest over name, hash and password, each with its length: no two triples
//    share one, and a change of the file leaves former answers unreachable.
// 2. Right and wrong answers have bounds of their own, so that guessing drives out no user.
// 3. Of each kind the oldest answer gives way.

import AgentConfiguration
import Crypto

/// Outcomes of comparisons by their keys.
struct PasswordCache {
    /// A keyed digest.
    typealias Key = [UInt8]

    private struct Shelf {
        let limit: Int
        var keys: Set<Key> = []
        var order: [Key] = []

        /// Adds a key; whether another had to go.
        mutating func add(_ key: Key) -> Bool {
            guard keys.insert(key).inserted else { return false }
            order.append(key)
            guard order.count > limit else { return false }
            keys.remove(order.removeFirst())
            return true
        }
    }

    private let secret = SymmetricKey(size: .bits256)
    private var right: Shelf
    private var wrong: Shelf

    /// An empty cache with a bound for each kind.
    init(limit: Int = 100) {
        right = Shelf(limit: limit)
        wrong = Shelf(limit: limit)
    }

    /// How many outcomes are kept.
    var count: Int { right.order.count + wrong.order.count }

    /// The key of a triple.
    func key(name: [UInt8], hash: BcryptHash, password: [UInt8]) -> Key {
        var code = HMAC<SHA256>(key: secret)
        for part in [name, Array(hash.exposed.utf8), password] {
            withUnsafeBytes(of: UInt64(part.count).bigEndian) { code.update(data: Array($0)) }
            code.update(data: part)
        }
        return Array(code.finalize())
    }

    /// The outcome that is kept for a key.
    func outcome(of key: Key) -> Bool? {
        if right.keys.contains(key) { return true }
        return wrong.keys.contains(key) ? false : nil
    }

    /// Keeps an outcome; whether another had to go for it.
    mutating func keep(_ key: Key, isRight: Bool) -> Bool {
        isRight ? right.add(key) : wrong.add(key)
    }
}
