// What Standard Webhooks 1.0.0 signs and how it writes keys and signatures; the HMAC itself is
// computed where the request is made.

/// Why a signing secret cannot be used; the message never holds the secret.
package enum SigningSecretError: Error, Sendable, Equatable, CustomStringConvertible {
    case empty
    case malformed
    /// How many bytes it has.
    case tooShort(Int)
    /// How many bytes it has.
    case tooLong(Int)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .empty: "the signing secret is empty"
        case .malformed:
            "the signing secret is not base64; make one with: "
                + "echo whsec_$(openssl rand -base64 32)"
        case .tooShort(let count):
            "the signing secret holds \(count) bytes, at least 24 are needed; make one with: "
                + "echo whsec_$(openssl rand -base64 32)"
        case .tooLong(let count):
            "the signing secret holds \(count) bytes, at most 64 are allowed"
        }
    }
}

/// Standard Webhooks, version `v1` (HMAC-SHA256).
///
/// - Source: standard-webhooks spec/standard-webhooks.md
package enum StandardWebhooks {
    /// The bytes to sign: id, dot, timestamp, dot, body.
    ///
    /// - Parameters:
    ///   - id: the header `webhook-id`; holds no dot.
    ///   - timestampSeconds: the header `webhook-timestamp`: this attempt, seconds since 1970.
    ///   - body: exactly as it is sent.
    package static func signedContent(
        id: String, timestampSeconds: Int64, body: [UInt8]
    ) -> [UInt8] {
        Array("\(id).\(timestampSeconds).".utf8) + body
    }

    /// The key's bytes, 24 to 64, of a secret in base64 with or without `whsec_` and padding.
    ///
    /// White space around it is ignored: a file that holds it ends with a line feed.
    package static func key(fromSecret secret: String) throws(SigningSecretError) -> [UInt8] {
        var text = secret.utf8.drop(while: Self.isSpace)
        while let last = text.last, isSpace(last) { text.removeLast() }
        let prefix = Array("whsec_".utf8)
        if text.starts(with: prefix) { text = text.dropFirst(prefix.count) }
        guard !text.isEmpty else { throw .empty }
        guard let key = Base64.decode(Array(text)) else { throw .malformed }
        guard key.count >= 24 else { throw .tooShort(key.count) }
        guard key.count <= 64 else { throw .tooLong(key.count) }
        return key
    }

    /// The header `webhook-signature`: `v1,BASE64 v1,BASE64`, one for each key.
    package static func signatureHeader(_ signatures: [[UInt8]]) -> String {
        signatures.map { "v1," + Base64.encode($0) }.joined(separator: " ")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
