// bcrypt through libxcrypt (Debian package libcrypt-dev), whose call is re-entrant.

import AgentConfiguration
import CCrypt

/// Compares passwords with hashes. Slow on purpose: never on an event loop.
enum Bcrypt {
    /// Whether a password has a hash; always the whole work, whatever the outcome.
    static func matches(_ password: [UInt8], _ hash: BcryptHash) -> Bool {
        // bcrypt looks at 72 bytes, and ends at a zero byte, which no password here may hold.
        let phrase = password.prefix { $0 != 0 }
        guard let computed = digest(Array(phrase.prefix(72)), setting: hash.exposed) else {
            return false
        }
        return isEqual(computed, Array(hash.exposed.utf8)) && phrase.count == password.count
    }

    /// The hash of a phrase by the cost and salt of a setting; nil when libxcrypt refuses it.
    static func digest(_ phrase: [UInt8], setting: String) -> [UInt8]? {
        let count = ai_credits_crypt_scratch_bytes()
        let scratch = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 16)
        scratch.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        defer {
            // The scratch space holds the password.
            scratch.initializeMemory(as: UInt8.self, repeating: 0, count: count)
            scratch.deallocate()
        }
        let text = phrase.map { CChar(bitPattern: $0) } + [0]
        guard let result = crypt_rn(text, setting, scratch, Int32(clamping: count)) else {
            return nil
        }
        return Array(String(cString: result).utf8)
    }

    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
