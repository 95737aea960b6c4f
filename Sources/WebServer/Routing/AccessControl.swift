// Who may use a route: anonymous access and bearer tokens.
//
// 1. Deny by default: what is neither anonymous nor carries a good token is refused.
// 2. Tokens are compared by their SHA-256, in constant time.
// 3. Where the web's guard needs `Authorization` for itself, a token comes in a header of its own.
// 4. Without any token configured, changes over HTTP are refused with the way to configure one.

import AgentConfiguration
import Crypto

/// Judges requests by the configuration in force.
package struct AccessControl: Sendable {
    private let anonymous: Set<RouteAccess>
    private let tokens: [APIToken]
    /// Carries a token where `Authorization` carries a name and a password.
    private static let tokenHeader = "x-ai-credits-token"

    /// Access as configured.
    package init(_ configuration: AgentConfiguration) {
        anonymous = Set(
            configuration.anonymousAccess.compactMap { RouteAccess(rawValue: $0.rawValue) })
        tokens = configuration.apiTokens
    }

    /// Nil when the request may go on, else the refusal.
    package func refusal(of access: RouteAccess, request: WebRequest) -> WebResponse? {
        if access == .open || anonymous.contains(access) { return nil }
        guard !tokens.isEmpty else {
            if access == .reload { return nil }
            return .failure(.forbidden, Self.wayIn(to: access))
        }
        guard let role = token(of: request)?.role else {
            var response = WebResponse.failure(
                .unauthorized,
                "send a known API token as `Authorization: Bearer TOKEN`, or as "
                    + "`X-AI-Credits-Token: TOKEN` beside a name and a password")
            response.headers.append(("WWW-Authenticate", "Bearer"))
            return response
        }
        guard access.roles.contains(role) else {
            return .failure(.forbidden, "the token's role `\(role.rawValue)` does not allow this")
        }
        return nil
    }

    /// What to do when no token is configured.
    private static func wayIn(to access: RouteAccess) -> String {
        switch access {
        case .change:
            "changes over HTTP need an API token and none is configured; make one with "
                + "`ai-credits-agent token new --role admin --name NAME` and add its line to "
                + "`api_tokens` of the configuration, or use the command line on this machine"
        case .ledger:
            "entries and statements need an API token and none is configured; add one of role "
                + "`viewer` to `api_tokens` of the configuration, or use the command line on "
                + "this machine"
        case .hold:
            "holds need an API token and none is configured; make one with `ai-credits-agent "
                + "token new --role gate --name NAME` and add its line to `api_tokens` of the "
                + "configuration"
        default:
            "this needs an API token and none is configured; add one to `api_tokens`, or "
                + "list `\(access.rawValue)` in `anonymous_access`"
        }
    }

    /// The name of the token that a request carries, for the audit.
    package func tokenName(of request: WebRequest) -> String? {
        tokens.isEmpty ? nil : token(of: request)?.name
    }

    private func token(of request: WebRequest) -> APIToken? {
        guard let token = request.header(Self.tokenHeader) ?? Self.bearer(of: request) else {
            return nil
        }
        let digest = Array(SHA256.hash(data: Array(token.utf8)))
        var found: APIToken?
        // Every token is compared, so that the time tells nothing about which one fits.
        for token in tokens where Self.isEqual(digest, token.sha256) { found = token }
        return found
    }

    private static func bearer(of request: WebRequest) -> String? {
        guard let header = request.header("authorization") else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        // RFC 6750 allows several spaces between scheme and token.
        return String(parts[1].drop { $0 == " " })
    }

    private static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
