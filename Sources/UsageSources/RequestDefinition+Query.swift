// The query of a request, and the checks that need several of its parts.

import PositionedYAML

extension RequestDefinition {
    /// Names whose values are secrets more often than not.
    private static let secretNames = [
        "key", "api_key", "apikey", "api-key", "token", "access_token", "auth", "auth_token",
        "authtoken", "secret", "client_secret", "password", "passwd", "sig", "signature",
    ]

    /// Whether a query parameter of that name is likely to hold a secret.
    static func isSecretName(_ name: String) -> Bool { secretNames.contains(name.lowercased()) }

    /// Decodes the key `query`: texts, or lists of texts that repeat the name.
    static func query(
        in request: inout MappingDecoder, pagination: PaginationDefinition?
    ) -> [QueryParameter] {
        guard let node = request.node("query") else { return [] }
        guard let pairs = node.pairs else {
            request.mistake("query", "expected a mapping, found \(node.found)")
            return []
        }
        let field = request.field(of: "query")
        return pairs.compactMap { pair in
            let name = pair.key.text ?? ""
            let mistakes = request.mistakes
            if name.isEmpty {
                mistakes.add("\(field): a parameter needs a name", at: pair.key.position)
                return nil
            }
            if let pagination, pagination.parameter == name {
                mistakes.add(
                    "\(field).\(name): is set by `paginate.into`; remove it here",
                    at: pair.key.position)
            }
            if isSecretName(name) {
                mistakes.warn(
                    "\(field).\(name): looks like a secret in the URL, which ends up in logs; "
                        + "use `auth` if the vendor takes a header", at: pair.key.position)
            }
            let nodes = pair.value.elements ?? [pair.value]
            let values = nodes.compactMap { value in
                template(value, field: "\(field).\(name)", into: mistakes)
            }
            return values.isEmpty ? nil : QueryParameter(name: name, values: values)
        }
    }

    private static func template(
        _ node: YAMLNode, field: String, into mistakes: MistakeCollector
    ) -> RequestTemplate? {
        guard let text = node.isNull ? "" : node.text else {
            mistakes.add(
                "\(field): expected a text or a list of texts, found \(node.found); "
                    + "a secret goes into `auth`", at: node.position)
            return nil
        }
        do throws(RequestTemplate.Failure) {
            return try RequestTemplate(text)
        } catch {
            mistakes.add("\(field): \(error.message)", at: node.position)
            return nil
        }
    }

    /// What only shows when URL, headers, credentials and pagination are seen together.
    func checkTogether(
        _ parsed: HTTPURL, pagination: PaginationDefinition?, in request: MappingDecoder
    ) {
        if authentication != .none, parsed.scheme == "http", !parsed.isLoopback {
            request.warning(
                "url", "the credentials travel over plain http to \(parsed.host); use https")
        }
        for name in parsed.queryNames where Self.isSecretName(name) {
            request.warning(
                "url",
                "the parameter `\(name)` looks like a secret in the URL, which ends up in logs; "
                    + "use `auth` if the vendor takes a header")
        }
        if let parameter = pagination?.parameter,
            parsed.queryNames.contains(HTTPURL.encoded(parameter))
        {
            request.mistake(
                "url", "the parameter `\(parameter)` is set by `paginate.into`; remove it")
        }
        let headerNames = headers.map { $0.name.lowercased() }
        switch authentication {
        case .header(let name, _) where headerNames.contains(name.lowercased()):
            request.mistake("headers", "\(name) is set by `auth`; remove it here")
        case .bearer, .basic:
            guard headerNames.contains("authorization") else { break }
            request.mistake("headers", "Authorization is set by `auth`; remove it here")
        default: break
        }
        checkPagePlaceholders(pagination, in: request)
    }

    /// `{cursor}` and `{page}` need the pagination that gives them a value, and it needs them.
    private func checkPagePlaceholders(
        _ pagination: PaginationDefinition?, in request: MappingDecoder
    ) {
        let inQuery = query.flatMap { $0.values.flatMap(\.placeholders) }
        let used = url.placeholders + inQuery
        let kind = pagination?.kind.name
        for (placeholder, name) in [(Placeholder.cursor, "cursor"), (.page, "page")]
        where used.contains(placeholder) && kind != name {
            request.mistake(
                url.placeholders.contains(placeholder) ? "url" : "query",
                "`{\(name)}` needs `paginate: {kind: \(name), …}`")
        }
        guard let pagination, pagination.parameter == nil else { return }
        let needed: Placeholder = kind == "cursor" ? .cursor : .page
        if !used.contains(needed) {
            request.mistakes.add(
                "\(pagination.field): missing required key `into`, such as `into: "
                    + "query.\(kind ?? "")`",
                at: pagination.position)
        }
    }
}
