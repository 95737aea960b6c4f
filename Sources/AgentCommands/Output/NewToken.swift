// What `token new` prints: the token, once, and its line for the configuration.
//
// 1. 256 random bits behind a prefix that scanners for leaked secrets can look for.
// 2. Only the SHA-256 goes into the configuration; a random token needs no slow hash.

import AgentConfiguration
import Crypto
import ExactJSON
import Ports

/// A token that was just made.
package struct NewToken: Sendable {
    private static let prefix = "aicredits_"
    private static let randomBytes = 32

    /// The token itself: what its bearer sends.
    package let secret: String
    private let name: String
    private let role: APITokenRole

    /// A token of a role under a name.
    package init(name: String, role: APITokenRole, random: some RandomSource) {
        self.name = name
        self.role = role
        secret = Self.prefix + random.hexadecimal(bytes: Self.randomBytes)
    }

    /// The entry of `api_tokens`.
    package var configurationLine: String {
        let digest = SHA256.hash(data: Array(secret.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count == 1 ? "0" + digits : digits
        }.joined()
        // A text of JSON is one of YAML.
        let name = JSONValue.string(name).text()
        return "- {name: \(name), role: \(role.rawValue), sha256: \(digest)}"
    }

    /// The first line is the token alone, the last one its line for the configuration.
    package var text: String {
        """
        \(secret)

        # The token above is shown this once. Keep it where its bearer finds it; the agent knows it
        # by this line of `api_tokens`, in force after a reload:
          \(configurationLine)

        """
    }
}
