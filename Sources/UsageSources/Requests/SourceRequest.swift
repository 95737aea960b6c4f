// One HTTP request of a poll, ready to be sent; its secrets never show in a description.

import ExactJSON
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
    /// `GET` or `POST`.
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
    /// The client certificate; nil for none.
    package let clientCertificate: ClientCertificateFiles?
    /// Proxy; nil means none.
    package let proxyURL: String?
    /// Whether the URL leads from an answer to another origin than the operator wrote: it must
    /// pass the policy for outgoing addresses. Such a request carries no credentials.
    package let isFromAnswer: Bool
    /// Provider, region and service of an AWS signature; `basic` holds the key.
    package let awsSignature: String?
    /// Name of the header that holds the credentials.
    let credentialHeader: String?
    /// Whether it asks for a page that may be the same as last time.
    package internal(set) var isConditional = false
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
        let kind = awsSignature == nil ? "Basic" : "AWS4-HMAC-SHA256"
        let basic = basic == nil ? [] : ["Authorization: \(kind) <secret>"]
        let list = (shown + basic).joined(separator: ", ")
        // The query of a signed link is a credential.
        let address = isFromAnswer ? String(url.prefix { $0 != "?" }) : Self.redacted(url)
        return "\(method) \(address)" + (list.isEmpty ? "" : " (\(list))")
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

extension RequestShape {
    /// The URL of a request, query included.
    func url(_ values: PlaceholderValues, target: PaginationDefinition.Target?) -> String {
        if case .url(let whole) = values.cursor { return whole }
        var pairs: [String] = []
        for parameter in query {
            let suffix = parameter.isList && arrays == .brackets ? "[]" : ""
            let name = HTTPURL.encoded(parameter.name + suffix)
            for value in parameter.values {
                // The first page has no cursor, so it has no parameter for one either.
                if values.cursor.text == nil, value.placeholders.contains(.cursor) { continue }
                pairs.append(name + "=" + HTTPURL.encoded(value.expanded(values)))
            }
        }
        if case .query(let name) = target, let value = values.cursor.text {
            pairs.append(HTTPURL.encoded(name) + "=" + HTTPURL.encoded(value))
        }
        let base = url.expanded(values, encode: HTTPURL.encoded)
        guard !pairs.isEmpty else { return base }
        let hasQuery = base.contains("?")
        let separator = hasQuery ? (base.hasSuffix("?") || base.hasSuffix("&") ? "" : "&") : "?"
        return base + separator + pairs.joined(separator: "&")
    }

    /// The body of a request; nil for none.
    func body(_ values: PlaceholderValues, target: PaginationDefinition.Target?) -> [UInt8]? {
        guard var value = body?.filled(values) else { return nil }
        if case .json(let names) = target, let page = values.cursor.json {
            value = value.setting(page, at: names)
        }
        return value.serialized()
    }
}

/// The credentials of one request as the transport takes them.
struct SentCredentials {
    private(set) var headers: [SourceHeader] = []
    private(set) var basic: SourceCredentials?
    private(set) var awsSignature: String?
    private(set) var headerName: String?

    /// The credentials of a source; `token` is that of an OAuth client.
    init(_ authentication: ResolvedAuthentication, token: Secret?) {
        switch authentication {
        case .none: break
        case .bearer(let token):
            headers.append(SourceHeader("Authorization", "Bearer " + token.exposed))
        case .header(let name, let secret):
            headerName = name
            headers.append(SourceHeader(name, secret.exposed))
        case .basic(let user, let password):
            basic = SourceCredentials(user: user.exposed, password: password.exposed)
        case .oauth2, .jwtBearer:
            guard let token else { break }
            headers.append(SourceHeader("Authorization", "Bearer " + token.exposed))
        case .sigv4(let key):
            awsSignature = key.scope
            basic = SourceCredentials(
                user: key.accessKey.exposed, password: key.secretKey.exposed)
            if let session = key.sessionToken {
                headerName = "X-Amz-Security-Token"
                headers.append(SourceHeader("X-Amz-Security-Token", session.exposed))
            }
        }
    }
}

extension RequestDefinition {
    /// What a request asks for: everything but credentials, limits and connection.
    struct Asked {
        var method = "GET"
        let url: String
        var headers: [SourceHeader] = []
        var body: [UInt8]?
        var accept = "application/json"
        var contentType = "application/json"
    }

    /// A request to the configured origin, or to that of the token endpoint.
    func request(
        _ asked: Asked, credentials: SentCredentials, basic: SourceCredentials? = nil,
        timeoutMilliseconds: Int
    ) -> SourceRequest {
        SourceRequest(
            method: asked.method, url: asked.url, headers: headers(asked) + credentials.headers,
            basic: basic ?? credentials.basic, body: asked.body,
            maximumBodyBytes: maximumBodyBytes, timeoutMilliseconds: timeoutMilliseconds,
            certificateAuthorityFile: certificateAuthorityFile,
            clientCertificate: clientCertificate, proxyURL: proxyURL, isFromAnswer: false,
            awsSignature: credentials.awsSignature, credentialHeader: credentials.headerName)
    }

    /// A request to an origin that an answer names: nothing of the operator's goes with it.
    func foreignRequest(_ asked: Asked, timeoutMilliseconds: Int) -> SourceRequest {
        SourceRequest(
            method: asked.method, url: asked.url, headers: headers(asked), basic: nil,
            body: asked.body, maximumBodyBytes: maximumBodyBytes,
            timeoutMilliseconds: timeoutMilliseconds, certificateAuthorityFile: nil,
            clientCertificate: nil, proxyURL: proxyURL, isFromAnswer: true, awsSignature: nil,
            credentialHeader: nil)
    }

    private func headers(_ asked: Asked) -> [SourceHeader] {
        let written = Set(asked.headers.map { $0.name.lowercased() })
        var headers = asked.headers
        if asked.body != nil, !written.contains("content-type") {
            headers.insert(SourceHeader("Content-Type", asked.contentType), at: 0)
        }
        if !written.contains("accept") {
            headers.insert(SourceHeader("Accept", asked.accept), at: 0)
        }
        return headers
    }
}
