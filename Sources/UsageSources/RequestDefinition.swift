// What is asked of a source: the key `request`.

import PositionedYAML

/// A parameter of a query with its values; several values repeat the name.
package struct QueryParameter: Sendable, Equatable {
    /// The name, not yet encoded.
    package let name: String
    /// The values, at least one.
    package let values: [RequestTemplate]
}

/// A header as it is sent.
package struct SourceHeader: Sendable, Hashable {
    /// Field name, as written.
    package let name: String
    /// Field value.
    package let value: String

    /// A header of a name and a value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The request of a source as configured.
package struct RequestDefinition: Sendable, Equatable {
    /// Default of `limits.body` in bytes.
    package static let defaultBodyBytes = 8 << 20

    /// Where to ask; placeholders only in path and query.
    package let url: RequestTemplate
    /// Headers in order, without credentials.
    package let headers: [SourceHeader]
    /// Parameters of the query in order.
    package let query: [QueryParameter]
    /// The credentials.
    package let authentication: AuthenticationDefinition
    /// PEM file of certificate authorities, as written; nil means the system's.
    package let certificateAuthorityFile: String?
    /// Proxy; nil means none.
    package let proxyURL: String?
    /// The most bytes of a decoded body.
    package let maximumBodyBytes: Int
}

extension RequestDefinition {
    /// Decodes the keys `request` and `limits` of a source; nil after a mistake.
    static func decode(
        from source: inout MappingDecoder, pagination: PaginationDefinition?
    ) -> RequestDefinition? {
        let limit = bodyLimit(in: &source)
        guard var request = source.requiredMapping("request") else { return nil }
        method(in: &request)
        let url = url(in: &request)
        let headers = headers(in: &request)
        let query = query(in: &request, pagination: pagination)
        let authentication = AuthenticationDefinition.decode(from: &request)
        let authorityFile = certificateAuthorityFile(in: &request)
        let proxy = proxy(in: &request)
        let maximum = request.byteSize("max_body", in: 1024...(64 << 20))
        if limit != nil, maximum != nil {
            request.mistake("max_body", "`limits.body` says the same; keep one")
        }
        request.refuseLater(["json", "arrays"])
        request.finish()
        guard let url, let authentication else { return nil }
        let definition = RequestDefinition(
            url: url.template, headers: headers, query: query, authentication: authentication,
            certificateAuthorityFile: authorityFile, proxyURL: proxy,
            maximumBodyBytes: maximum ?? limit ?? defaultBodyBytes)
        definition.checkTogether(url.parsed, pagination: pagination, in: request)
        return definition
    }

    private static func bodyLimit(in source: inout MappingDecoder) -> Int? {
        guard var limits = source.mapping("limits") else { return nil }
        let body = limits.byteSize("body", in: 1024...(64 << 20))
        limits.refuseLater(["per_minute", "per_hour", "per_day", "reset_headers"])
        limits.finish()
        return body
    }

    private static func method(in request: inout MappingDecoder) {
        guard let method = request.string("method"), method.value != "GET" else { return }
        let later = ["POST", "PUT"].contains(method.value.uppercased())
        request.mistake(
            "method",
            later
                ? "`\(method.value.uppercased())` is not available in this version; only GET is"
                : "expected GET")
    }

    private static func url(
        in request: inout MappingDecoder
    ) -> (template: RequestTemplate, parsed: HTTPURL)? {
        guard let text = request.requiredString("url") else { return nil }
        do {
            let template = try RequestTemplate(text.value)
            let sample = template.parts.map { part in
                if case .literal(let text) = part { text } else { "0" }
            }
            let parsed = try HTTPURL(sample.joined())
            guard template.placeholders.isEmpty || hasWholeOrigin(template.literalPrefix) else {
                request.mistake("url", "placeholders may stand in the path and the query only")
                return nil
            }
            return (template, parsed)
        } catch let error as RequestTemplate.Failure {
            request.mistake("url", error.message)
        } catch let error as HTTPURL.Failure {
            request.mistake("url", error.message)
        } catch {
            request.mistake("url", "is no URL")
        }
        return nil
    }

    private static func hasWholeOrigin(_ prefix: String) -> Bool {
        guard let scheme = prefix.firstRange(of: "://") else { return false }
        return prefix[scheme.upperBound...].contains { $0 == "/" || $0 == "?" }
    }

    private static func headers(in request: inout MappingDecoder) -> [SourceHeader] {
        guard let node = request.node("headers") else { return [] }
        guard let pairs = node.pairs else {
            request.mistake("headers", "expected a mapping, found \(node.found)")
            return []
        }
        let field = request.field(of: "headers")
        return pairs.compactMap { pair in
            let name = pair.key.text ?? ""
            if let mistake = HeaderRules.mistake(inName: name) {
                request.mistakes.add(
                    "\(field): \"\(name.prefix(60))\" \(mistake)", at: pair.key.position)
                return nil
            }
            guard let value = pair.value.isNull ? "" : pair.value.text else {
                request.mistakes.add(
                    "\(field).\(name): expected a text; a secret goes into "
                        + "`auth: {header: {name: \(name), secret: …}}`", at: pair.value.position)
                return nil
            }
            if let mistake = HeaderRules.mistake(inValue: value) {
                request.mistakes.add("\(field).\(name): \(mistake)", at: pair.value.position)
                return nil
            }
            if HeaderRules.isSecret(name) {
                request.mistakes.warn(
                    "\(field).\(name): looks like a secret written literally; use `auth` with "
                        + "{env: NAME} or {file: PATH}", at: pair.value.position)
            }
            return SourceHeader(name, value)
        }
    }

    private static func certificateAuthorityFile(in request: inout MappingDecoder) -> String? {
        guard var tls = request.mapping("tls") else { return nil }
        let file = tls.string("ca_file")
        if file?.value.isEmpty == true { tls.mistake("ca_file", "expected the path of a file") }
        tls.refuseLater(["cert_file", "key_file", "insecure_skip_verify", "min_version"])
        tls.finish()
        return file?.value
    }

    private static func proxy(in request: inout MappingDecoder) -> String? {
        guard let text = request.string("proxy_url") else { return nil }
        do throws(HTTPURL.Failure) {
            return try HTTPURL(text.value).text
        } catch {
            request.mistake("proxy_url", error.message)
            return nil
        }
    }
}
