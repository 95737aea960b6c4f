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

    /// Every reference, in order.
    package var secretReferences: [Positioned<SecretReference>] {
        switch self {
        case .none: []
        case .bearer(let secret), .header(_, let secret): [secret]
        case .basic(let user, let password): [user] + (password.map { [$0] } ?? [])
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
        }
    }
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
        }
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

extension AuthenticationDefinition {
    /// Decodes the key `auth`; nil after a mistake.
    static func decode(from request: inout MappingDecoder) -> AuthenticationDefinition? {
        guard let node = request.node("auth") else { return AuthenticationDefinition.none }
        if node.text == "none" { return AuthenticationDefinition.none }
        guard node.pairs != nil, var mapping = request.mapping("auth") else {
            request.mistake(
                "auth",
                "expected `none` or one of {bearer: SECRET}, {header: {name: NAME, secret: "
                    + "SECRET}}, "
                    + "{basic: {user: NAME, password: SECRET}}")
            return nil
        }
        let kinds = ["bearer", "header", "basic"].filter { mapping.node($0) != nil }
        let before = mapping.mistakes.list.count
        mapping.refuseLater(["oauth2", "jwt_bearer", "sigv4", "mtls"])
        let isRefused = mapping.mistakes.list.count > before
        defer { mapping.finish() }
        guard kinds.count == 1 else {
            if !isRefused {
                request.mistake("auth", "expected exactly one of `bearer`, `header` and `basic`")
            }
            return nil
        }
        switch kinds[0] {
        case "bearer": return mapping.secret("bearer").map { .bearer($0) }
        case "header": return header(in: &mapping)
        default: return basic(in: &mapping)
        }
    }

    private static func header(in mapping: inout MappingDecoder) -> AuthenticationDefinition? {
        guard var header = mapping.mapping("header") else { return nil }
        let name = header.requiredString("name")
        let secret = header.requiredSecret("secret")
        header.finish()
        guard let name, let secret else { return nil }
        if let mistake = HeaderRules.mistake(inName: name.value) {
            header.mistake("name", mistake)
            return nil
        }
        return .header(name: name.value, secret)
    }

    private static func basic(in mapping: inout MappingDecoder) -> AuthenticationDefinition? {
        guard var basic = mapping.mapping("basic") else { return nil }
        var user: Positioned<SecretReference>?
        var isPlain = false
        if basic.require("user"), let node = basic.node("user") {
            if let text = node.text {
                isPlain = true
                user = Positioned(.literal(Secret(text)), at: node.position)
                if text.isEmpty { basic.mistake("user", "is empty") }
            } else {
                user = basic.secret("user")
            }
        }
        // Some vendors take the key as user name and no password.
        let password = isPlain ? basic.requiredSecret("password") : basic.secret("password")
        basic.finish()
        guard let user, !isPlain || password != nil else { return nil }
        return .basic(user: user, password: password)
    }
}
