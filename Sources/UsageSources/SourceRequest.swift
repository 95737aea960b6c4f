// One HTTP request of a poll, ready to be sent; its secrets never show in a description.

import PositionedYAML

/// User and password for HTTP basic authentication.
package struct SourceCredentials: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// The user.
    package let user: String
    /// The password; may be empty.
    package let password: String

    /// Always `<secret>`.
    package var description: String { "<secret>" }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A request to send.
package struct SourceRequest: Sendable, Hashable {
    /// `GET`.
    package let method: String
    /// Absolute URL, encoded.
    package let url: String
    /// Headers in order, credentials included.
    package let headers: [SourceHeader]
    /// Credentials for HTTP basic authentication.
    package let basic: SourceCredentials?
    /// Bytes of the body; nil for none.
    package let body: [UInt8]?
    /// The most bytes of a decoded body that are accepted.
    package let maximumBodyBytes: Int
    /// Milliseconds for the whole transfer: what is left of the poll's deadline.
    package let timeoutMilliseconds: Int
    /// PEM file of certificate authorities, as configured; nil means the system's.
    package let certificateAuthorityFile: String?
    /// Proxy; nil means none.
    package let proxyURL: String?
    /// Name of the header that holds the credentials.
    let credentialHeader: String?
}

extension SourceRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The request in one line, for logs and people: no credentials, no query secrets.
    package var redacted: String {
        let shown = headers.map { header in
            let isSecret =
                HeaderRules.isSecret(header.name)
                || header.name.lowercased() == credentialHeader?.lowercased()
            return "\(header.name): \(isSecret ? "<secret>" : header.value)"
        }
        let basic = basic == nil ? [] : ["Authorization: Basic <secret>"]
        let list = (shown + basic).joined(separator: ", ")
        return "\(method) \(Self.redacted(url))" + (list.isEmpty ? "" : " (\(list))")
    }

    private static func redacted(_ url: String) -> String {
        guard let mark = url.firstIndex(of: "?") else { return url }
        let pairs = url[url.index(after: mark)...].split(
            separator: "&", omittingEmptySubsequences: false)
        let shown = pairs.map { pair -> String in
            let name = pair.prefix { $0 != "=" }
            return RequestDefinition.isSecretName(String(name)) ? "\(name)=<secret>" : String(pair)
        }
        return url[...mark] + shown.joined(separator: "&")
    }

    /// The same as `redacted`.
    package var description: String { redacted }
    /// The same as `redacted`.
    package var debugDescription: String { redacted }
    /// A mirror without children.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension RequestDefinition {
    /// The URL of a page, query included.
    func url(_ values: PlaceholderValues, parameter: String?, cursor: PageCursor) -> String {
        var pairs: [String] = []
        for query in query {
            for value in query.values {
                // The first page has no cursor, so it has no parameter for one either.
                if values.cursor == nil, value.placeholders.contains(.cursor) { continue }
                pairs.append(
                    HTTPURL.encoded(query.name) + "=" + HTTPURL.encoded(value.expanded(values)))
            }
        }
        if let parameter, let value = cursor.text {
            pairs.append(HTTPURL.encoded(parameter) + "=" + HTTPURL.encoded(value))
        }
        let base = url.expanded(values, encode: HTTPURL.encoded)
        guard !pairs.isEmpty else { return base }
        let hasQuery = base.contains("?")
        let separator = hasQuery ? (base.hasSuffix("?") || base.hasSuffix("&") ? "" : "&") : "?"
        return base + separator + pairs.joined(separator: "&")
    }

    /// The request for a URL that carries the credentials.
    func request(
        url: String, authentication: ResolvedAuthentication, timeoutMilliseconds: Int
    ) -> SourceRequest {
        var sent = headers
        if !headers.contains(where: { $0.name.lowercased() == "accept" }) {
            sent.insert(SourceHeader("Accept", "application/json"), at: 0)
        }
        var basic: SourceCredentials?
        var credentialHeader: String?
        switch authentication {
        case .none: break
        case .bearer(let token):
            sent.append(SourceHeader("Authorization", "Bearer " + token.exposed))
        case .header(let name, let secret):
            credentialHeader = name
            sent.append(SourceHeader(name, secret.exposed))
        case .basic(let user, let password):
            basic = SourceCredentials(user: user.exposed, password: password.exposed)
        }
        return SourceRequest(
            method: "GET", url: url, headers: sent, basic: basic, body: nil,
            maximumBodyBytes: maximumBodyBytes, timeoutMilliseconds: timeoutMilliseconds,
            certificateAuthorityFile: certificateAuthorityFile, proxyURL: proxyURL,
            credentialHeader: credentialHeader)
    }
}
