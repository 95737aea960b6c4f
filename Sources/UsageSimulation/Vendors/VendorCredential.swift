// How a vendor wants to be authenticated to.

/// The kind of a credential and where it is sent.
package enum VendorCredential: Sendable, Equatable {
    /// None.
    case none
    /// `Authorization: Bearer`.
    case bearer
    /// A header of its own.
    case header(String)
    /// Basic authentication with the key as the user and an empty password.
    case basicUser
    /// Basic authentication with a public key and the secret key.
    case basicPair
    /// An access token of the vendor's token endpoint.
    case accessToken

    /// The access token that token endpoints give out.
    static let grantedToken = "stand-in-access-token"

    /// The kind in words, for people.
    package var summary: String {
        switch self {
        case .none: "none"
        case .bearer: "Authorization: Bearer SECRET"
        case .header(let name): "\(name): SECRET"
        case .basicUser: "Basic SECRET: (empty password)"
        case .basicPair: "Basic PUBLIC:SECRET"
        case .accessToken: "Authorization: Bearer, from the token endpoint"
        }
    }

    /// The secret that a request carries in this way; nil when it carries none.
    func secret(in call: VendorCall) -> String? {
        let authorization = call.header("authorization") ?? ""
        let secret: String?
        switch self {
        case .none: return ""
        case .bearer, .accessToken:
            secret = authorization.hasPrefix("Bearer ") ? String(authorization.dropFirst(7)) : nil
        case .header(let name): secret = call.header(name)
        case .basicUser:
            let pair = BasicCredentials(authorization)
            secret = pair?.password == "" ? pair?.user : nil
        case .basicPair:
            let pair = BasicCredentials(authorization)
            secret = pair?.user.isEmpty == false ? pair?.password : nil
        }
        return secret?.isEmpty == false ? secret : nil
    }

    /// Refuses a request without the right credential.
    ///
    /// - Parameters:
    ///   - expected: the simulator's secret; nil takes any.
    ///   - ordinary: what keys begin with that are real, but not allowed to see usage.
    func check(
        _ call: VendorCall, expected: String?, ordinary: [String]
    ) throws(VendorRefusal) {
        guard self != .none else { return }
        guard let secret = secret(in: call) else {
            throw VendorRefusal(401, "authentication_error", "no credential as \(summary)")
        }
        if ordinary.contains(where: { secret.hasPrefix($0) }) {
            throw VendorRefusal(
                403, "permission_error", "this key may not read usage; use an admin key")
        }
        let wanted = self == .accessToken ? Self.grantedToken : expected
        if let wanted, secret != wanted {
            throw VendorRefusal(401, "authentication_error", "the credential is wrong")
        }
    }
}
