// How a source authenticates: as configured, and with its secrets resolved.

import PositionedYAML

/// The key `auth` of a request, secrets as references.
package enum AuthenticationDefinition: Sendable, Equatable {
    /// No credentials.
    case none
    /// `Authorization: Bearer SECRET`.
    case bearer(Positioned<SecretReference>)
    /// A header of its own, such as `x-api-key`.
    case header(name: String, Positioned<SecretReference>)
    /// HTTP basic; a user written as text is a literal reference, no password is an empty one.
    case basic(user: Positioned<SecretReference>, password: Positioned<SecretReference>?)
    /// A bearer token that is asked for first.
    case oauth2(OAuthDefinition)
    /// A bearer token that is asked for with a signed assertion.
    case jwtBearer(AssertionDefinition)
    /// AWS signature version 4.
    case sigv4(SignatureDefinition)

    /// Every reference, in order.
    package var secretReferences: [Positioned<SecretReference>] {
        switch self {
        case .none: []
        case .bearer(let secret), .header(_, let secret): [secret]
        case .basic(let user, let password): [user] + (password.map { [$0] } ?? [])
        case .oauth2(let definition): [definition.client, definition.secret]
        case .jwtBearer(let definition): [definition.key]
        case .sigv4(let definition):
            [definition.accessKey, definition.secretKey]
                + (definition.sessionToken.map { [$0] } ?? [])
        }
    }

    /// The same with secrets; `resolve` reads the environment or a file.
    package func resolved<Failure: Error>(
        _ resolve: (SecretReference) throws(Failure) -> Secret
    ) throws(Failure) -> ResolvedAuthentication {
        switch self {
        case .none: return .none
        case .bearer(let secret): return .bearer(try resolve(secret.value))
        case .header(let name, let secret):
            return .header(name: name, try resolve(secret.value))
        case .basic(let user, let password):
            let name = try resolve(user.value)
            guard let password else { return .basic(user: name, password: Secret("")) }
            return .basic(user: name, password: try resolve(password.value))
        case .oauth2(let definition):
            return .oauth2(
                OAuthClient(
                    tokenURL: definition.tokenURL, client: try resolve(definition.client.value),
                    secret: try resolve(definition.secret.value), scopes: definition.scopes,
                    parameters: definition.parameters, usesBasic: definition.usesBasic))
        case .jwtBearer(let definition):
            return .jwtBearer(
                AssertionClient(definition, key: try resolve(definition.key.value)))
        case .sigv4(let definition):
            var session: Secret?
            if let token = definition.sessionToken { session = try resolve(token.value) }
            return .sigv4(
                SignatureKey(
                    scope: definition.scope, accessKey: try resolve(definition.accessKey.value),
                    secretKey: try resolve(definition.secretKey.value), sessionToken: session))
        }
    }
}

/// The key `sigv4` of `auth`, secrets as references.
package struct SignatureDefinition: Sendable, Equatable {
    /// Provider, region and service in libcurl's words: `aws:amz:us-east-1:ce`.
    package let scope: String
    /// The access key's identifier.
    package let accessKey: Positioned<SecretReference>
    /// The secret access key.
    package let secretKey: Positioned<SecretReference>
    /// The token of a temporary key.
    package let sessionToken: Positioned<SecretReference>?
}

/// A key that signs requests.
package struct SignatureKey: Sendable, Hashable {
    /// Provider, region and service in libcurl's words.
    package let scope: String
    /// The access key's identifier.
    package let accessKey: Secret
    /// The secret access key.
    package let secretKey: Secret
    /// The token of a temporary key.
    package let sessionToken: Secret?
}

/// Credentials ready to be sent.
package enum ResolvedAuthentication: Sendable, Hashable {
    /// No credentials.
    case none
    /// A bearer token.
    case bearer(Secret)
    /// The value of a header.
    case header(name: String, Secret)
    /// User and password of HTTP basic.
    case basic(user: Secret, password: Secret)
    /// A client that asks for a bearer token.
    case oauth2(OAuthClient)
    /// A client that asks for a bearer token with a signed assertion.
    case jwtBearer(AssertionClient)
    /// A key that signs requests.
    case sigv4(SignatureKey)

    /// What makes the credentials unfit to be sent, or nil; never holds a secret.
    package var mistake: String? {
        switch self {
        case .none: nil
        case .bearer(let token): Self.mistake(in: token, "the bearer token")
        case .header(let name, let value): Self.mistake(in: value, "the secret of header \(name)")
        case .basic(let user, let password):
            Self.mistake(in: user, "the basic user")
                ?? (password.exposed.isEmpty
                    ? nil : Self.mistake(in: password, "the basic password"))
        case .oauth2(let client):
            Self.mistake(in: client.client, "the client identifier of `oauth2`")
                ?? Self.mistake(in: client.secret, "the client secret of `oauth2`")
        case .jwtBearer(let client):
            client.key.exposed.isEmpty ? "the key of `jwt_bearer` is empty" : nil
        case .sigv4(let key):
            Self.mistake(in: key.accessKey, "the access key of `sigv4`")
                ?? Self.mistake(in: key.secretKey, "the secret access key of `sigv4`")
                ?? key.sessionToken.flatMap { Self.mistake(in: $0, "the session token of `sigv4`") }
        }
    }

    /// Where a token is asked for; nil when none is.
    var tokenURL: String? {
        switch self {
        case .oauth2(let client): client.tokenURL
        case .jwtBearer(let client): client.definition.tokenURL
        default: nil
        }
    }

    /// The key under `auth` of what asks for a token.
    var tokenKey: String {
        if case .jwtBearer = self { "jwt_bearer" } else { "oauth2" }
    }

    /// User and password of a request for a token.
    var tokenBasic: SourceCredentials? {
        if case .oauth2(let client) = self { client.basic } else { nil }
    }

    private static func mistake(in secret: Secret, _ name: String) -> String? {
        if secret.exposed.isEmpty { return "\(name) is empty" }
        // A line break in a header would begin another header.
        let isBroken = secret.exposed.unicodeScalars.contains {
            $0.value < 0x20 || $0.value == 0x7F
        }
        return isBroken ? "\(name) holds a line break or another control character" : nil
    }
}
