// Tokens for a signed assertion: the key `jwt_bearer` of `auth`.
//
// Source: RFC 7523 section 2.1 (the grant) and 3 (the claims), RFC 7515 (the signature), RS256.

import Credits
import ExactJSON
import PositionedYAML

/// Signs assertions. The real twin holds the cryptography, which this room does without.
package protocol AssertionSigning: Sendable {
    /// RSASSA-PKCS1-v1_5 with SHA-256 over a message.
    ///
    /// - Throws: reason `unauthorized` when the text is no usable RSA key.
    func signature(of message: [UInt8], key: Secret) throws(PollFailure) -> [UInt8]
}

/// The key `jwt_bearer` of `auth`, the key as a reference.
package struct AssertionDefinition: Sendable, Hashable {
    /// Where tokens are given.
    package let tokenURL: String
    /// Claim `iss`.
    package let issuer: String
    /// Claim `sub`; nil leaves it out.
    package let subject: String?
    /// Claim `aud`.
    package let audience: String
    /// What the token is to be good for: claim and parameter `scope`.
    package let scopes: [String]
    /// Header `kid`; nil leaves it out.
    package let keyIdentifier: String?
    /// Milliseconds from claim `iat` to `exp`.
    package let lifetimeMilliseconds: Int64
    /// Further parameters of the token request.
    package let parameters: [SourceHeader]
    /// The RSA private key as PEM text.
    package let key: Positioned<SecretReference>
}

/// A client with its key.
package struct AssertionClient: Sendable, Hashable {
    /// What it says of itself.
    package let definition: AssertionDefinition
    /// The RSA private key as PEM text.
    package let key: Secret

    /// A client of a definition and its key.
    package init(_ definition: AssertionDefinition, key: Secret) {
        self.definition = definition
        self.key = key
    }

    /// The body of the token request, a form.
    ///
    /// - Parameter identifier: claim `jti`; nil leaves it out.
    func form(
        issuedAt: Timestamp, identifier: String?, signer: any AssertionSigning
    ) throws(PollFailure) -> [UInt8] {
        let message =
            Self.encoded(header.serialized()) + "."
            + Self.encoded(claims(issuedAt: issuedAt, identifier: identifier).serialized())
        let signature = try signer.signature(of: Array(message.utf8), key: key)
        var pairs = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("assertion", message + "." + Self.encoded(signature)),
        ]
        if let scope { pairs.append(("scope", scope)) }
        pairs += definition.parameters.map { ($0.name, $0.value) }
        let texts = pairs.map { HTTPURL.encoded($0.0) + "=" + HTTPURL.encoded($0.1) }
        return Array(texts.joined(separator: "&").utf8)
    }

    private var scope: String? {
        definition.scopes.isEmpty ? nil : definition.scopes.joined(separator: " ")
    }

    private var header: JSONValue {
        var members: [(String, JSONValue)] = [("alg", "RS256"), ("typ", "JWT")]
        if let identifier = definition.keyIdentifier {
            members.append(("kid", .string(identifier)))
        }
        return Self.object(members)
    }

    private func claims(issuedAt: Timestamp, identifier: String?) -> JSONValue {
        let seconds = issuedAt.milliseconds / 1000
        var members: [(String, JSONValue)] = [("iss", .string(definition.issuer))]
        if let subject = definition.subject { members.append(("sub", .string(subject))) }
        members.append(("aud", .string(definition.audience)))
        members.append(("iat", .integer(seconds)))
        members.append(("exp", .integer(seconds + definition.lifetimeMilliseconds / 1000)))
        if let scope { members.append(("scope", .string(scope))) }
        if let identifier { members.append(("jti", .string(identifier))) }
        return Self.object(members)
    }

    private static func object(_ members: [(String, JSONValue)]) -> JSONValue {
        var object = JSONObject()
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    /// Base64 for URLs without padding. Source: RFC 4648 section 5.
    static func encoded(_ bytes: [UInt8]) -> String {
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count * 4 + 2) / 3)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(0) { $0 << 8 | Int($1) }
            bits <<= 8 * (3 - group.count)
            for position in 0...group.count {
                output.append(alphabet[bits >> (18 - 6 * position) & 63])
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension AssertionDefinition {
    private static let standardLifetime: Int64 = 300_000

    /// Decodes the key `jwt_bearer`; nil after a mistake.
    static func decode(from auth: inout MappingDecoder) -> AssertionDefinition? {
        guard var mapping = auth.mapping("jwt_bearer") else { return nil }
        let url = mapping.tokenURL()
        let issuer = mapping.requiredString("issuer")
        let subject = mapping.string("subject")
        let audience = mapping.string("audience")
        let scopes = mapping.strings("scopes") ?? []
        let keyIdentifier = mapping.string("key_id")
        let lifetime = mapping.duration("lifetime")?.value.milliseconds ?? standardLifetime
        let parameters = mapping.tokenParameters(except: ["grant_type", "assertion", "scope"])
        let key = mapping.requiredSecret("key")
        mapping.finish()
        if !(30_000...3_600_000).contains(lifetime) {
            mapping.mistake("lifetime", "must be from 30s to 1h")
        }
        for (name, text) in [("issuer", issuer), ("subject", subject), ("audience", audience)]
        where text?.value.isEmpty == true {
            mapping.mistake(name, "is empty")
        }
        guard let url, let issuer, let key else { return nil }
        return AssertionDefinition(
            tokenURL: url, issuer: issuer.value, subject: subject?.value,
            audience: audience?.value ?? url, scopes: scopes.map(\.value),
            keyIdentifier: keyIdentifier?.value, lifetimeMilliseconds: lifetime,
            parameters: parameters, key: key)
    }
}
