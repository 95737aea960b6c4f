// OAuth 2 client credentials: the client, its token request, and how long tokens are kept.
//
// Source: RFC 6749 sections 4.4 and 5.

import Credits
import ExactJSON
import PositionedYAML

/// The key `oauth2` of `auth`, secrets as references.
package struct OAuthDefinition: Sendable, Equatable {
    /// Where tokens are given.
    package let tokenURL: String
    /// The client's name.
    package let client: Positioned<SecretReference>
    /// The client's secret.
    package let secret: Positioned<SecretReference>
    /// What the token is to be good for.
    package let scopes: [String]
    /// Further parameters of the token request, such as `audience`.
    package let parameters: [SourceHeader]
    /// Whether the client is named by HTTP basic instead of in the body.
    package let usesBasic: Bool
}

/// A client with its secrets.
package struct OAuthClient: Sendable, Hashable {
    /// Where tokens are given.
    package let tokenURL: String
    /// The client's name.
    package let client: Secret
    /// The client's secret.
    package let secret: Secret
    /// What the token is to be good for.
    package let scopes: [String]
    /// Further parameters of the token request.
    package let parameters: [SourceHeader]
    /// Whether the client is named by HTTP basic instead of in the body.
    package let usesBasic: Bool

    /// The body of the token request, a form.
    var form: [UInt8] {
        var pairs = [("grant_type", "client_credentials")]
        if !usesBasic {
            pairs += [("client_id", client.exposed), ("client_secret", secret.exposed)]
        }
        if !scopes.isEmpty { pairs.append(("scope", scopes.joined(separator: " "))) }
        pairs += parameters.map { ($0.name, $0.value) }
        let texts = pairs.map { HTTPURL.encoded($0.0) + "=" + HTTPURL.encoded($0.1) }
        return Array(texts.joined(separator: "&").utf8)
    }

    /// User and password for HTTP basic, encoded as RFC 6749 section 2.3.1 asks.
    var basic: SourceCredentials? {
        guard usesBasic else { return nil }
        return SourceCredentials(
            user: HTTPURL.encoded(client.exposed), password: HTTPURL.encoded(secret.exposed))
    }
}

/// A token that was given.
package struct AccessToken: Sendable, Hashable {
    /// Tokens are not used in their last minute.
    private static let margin: Int64 = 60_000
    /// How long a token without `expires_in` is kept.
    private static let standardLifetime: Int64 = 300_000

    /// The token.
    package let secret: Secret
    /// Milliseconds for which it may be used.
    package let usableMilliseconds: Int64

    /// Reads the answer of a token endpoint; nil with the reason when it holds no usable token.
    static func read(_ answer: JSONValue) -> (token: AccessToken?, mistake: String) {
        guard let text = answer["access_token"]?.stringValue, !text.isEmpty else {
            return (nil, "holds no `access_token`")
        }
        let type = answer["token_type"]?.stringValue ?? "Bearer"
        guard type.lowercased() == "bearer" else {
            return (nil, "gives a token of type \(shown(type)), which is not available here")
        }
        let isBroken = text.utf8.contains { $0 <= 0x20 || $0 >= 0x7F }
        guard !isBroken, text.utf8.count <= 16_384 else {
            return (nil, "holds an `access_token` that no header can carry")
        }
        let written = answer["expires_in"]
        let seconds = written?.integerValue ?? written?.stringValue.flatMap { Int64($0) }
        // Ten years are as good as for ever and cannot overflow.
        let lifetime = seconds.map { min(max($0, 0), 315_360_000) * 1000 } ?? standardLifetime
        return (
            AccessToken(secret: Secret(text), usableMilliseconds: max(0, lifetime - margin)), ""
        )
    }
}

/// The token of a source from poll to poll. Times are milliseconds on a monotonic clock.
package struct TokenCache: Sendable, Equatable {
    private var token: Secret?
    private var usableUntil: Int64 = 0

    /// An empty cache.
    package init() {}

    /// The token that may be used now.
    package func token(at now: Int64) -> Secret? { now < usableUntil ? token : nil }

    /// Keeps a token that was given at `now`, instead of the one before.
    package mutating func store(_ given: AccessToken, at now: Int64) {
        token = given.secret
        usableUntil = now + given.usableMilliseconds
    }

    /// Forgets the token, as one that was refused.
    package mutating func clear() { token = nil }
}

extension OAuthDefinition {
    /// Decodes the key `oauth2`; nil after a mistake.
    static func decode(from auth: inout MappingDecoder) -> OAuthDefinition? {
        guard var mapping = auth.mapping("oauth2") else { return nil }
        let url = mapping.tokenURL()
        let client = mapping.secretOrName("client_id")
        let secret = mapping.requiredSecret("client_secret")
        let scopes = mapping.strings("scopes") ?? []
        let parameters = mapping.tokenParameters(
            except: ["grant_type", "client_id", "client_secret", "scope"])
        let style = mapping.choice("client_authentication", of: ["body", "basic"])
        mapping.finish()
        guard let url, let client, let secret else { return nil }
        return OAuthDefinition(
            tokenURL: url, client: client, secret: secret, scopes: scopes.map(\.value),
            parameters: parameters,
            usesBasic: style?.value == "basic")
    }
}

extension MappingDecoder {
    /// The URL of a token endpoint; it must be there.
    mutating func tokenURL() -> String? {
        guard let text = requiredString("token_url") else { return nil }
        do throws(HTTPURL.Failure) {
            let url = try HTTPURL(text.value)
            if url.scheme == "http", !url.isLoopback {
                warning(
                    "token_url",
                    "the credentials travel over plain http to \(url.host); use https")
            }
            return url.text
        } catch {
            mistake("token_url", error.message)
            return nil
        }
    }

    /// Further parameters of a token request, but for those that the agent sets.
    mutating func tokenParameters(except own: [String]) -> [SourceHeader] {
        let parameters = stringMap("endpoint_params") ?? []
        for (name, _) in parameters where own.contains(name.value) {
            mistakes.add(
                "\(field(of: "endpoint_params")).\(name.value): is set by the agent; remove it",
                at: name.position)
        }
        return parameters.map { SourceHeader($0.0.value, $0.1.value) }
    }

    /// A name that may be written as it is, or a secret; it must be there.
    mutating func secretOrName(_ key: String) -> Positioned<SecretReference>? {
        guard require(key), let node = node(key) else { return nil }
        guard let text = node.text else { return secret(key) }
        if text.isEmpty { mistake(key, "is empty") }
        return Positioned(.literal(Secret(text)), at: node.position)
    }
}
