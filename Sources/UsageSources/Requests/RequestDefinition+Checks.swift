// The checks that need several parts of a request, or of its source.

import PositionedYAML

/// What the request of a source has to fit in with.
struct RequestContext {
    /// `limits.body`.
    let bodyLimit: Int?
    /// Whether every day is a request of its own.
    let asksPerDay: Bool
    /// Whether a job comes before it.
    let hasJob: Bool
}

extension RequestDefinition {
    /// Names whose values are secrets more often than not.
    private static let secretNames = [
        "key", "api_key", "apikey", "api-key", "token", "access_token", "auth", "auth_token",
        "authtoken", "secret", "client_secret", "password", "passwd", "sig", "signature",
    ]

    /// Whether a query parameter of that name is likely to hold a secret.
    static func isSecretName(_ name: String) -> Bool { secretNames.contains(name.lowercased()) }

    /// What only shows when URL, headers, credentials and pagination are seen together.
    func checkTogether(
        _ parsed: HTTPURL, pagination: PaginationDefinition?, _ context: RequestContext,
        in request: MappingDecoder
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
        checkHeaders(in: request)
        if case .sigv4 = authentication {
            if shape.method != "POST" || parsed.query != nil || !shape.query.isEmpty {
                request.mistake(
                    "auth", "`sigv4` signs requests with `method: POST` and without a query only")
            }
            if case .query? = pagination?.target {
                request.mistake("auth", "`sigv4` needs `paginate: {into: json.NAME}`")
            }
        }
        if let pagination { checkTarget(pagination, parsed, in: request) }
        checkPagePlaceholders(pagination, in: request)
        if !context.hasJob, shape.placeholders.contains(.job) {
            request.mistake("url", "`{job.id}` needs `job`")
        }
        if !context.asksPerDay, shape.placeholders.contains(where: \.isDay) {
            request.mistake("url", "`{day:…}` needs `window: {per_request: day}`")
        }
    }

    private func checkHeaders(in request: MappingDecoder) {
        let names = shape.headers.map { $0.name.lowercased() }
        let own: String? =
            switch authentication {
            case .none: nil
            case .header(let name, _): name
            case .bearer, .basic, .oauth2, .jwtBearer, .sigv4: "Authorization"
            }
        guard let own, names.contains(own.lowercased()) else { return }
        request.mistake("headers", "\(own) is set by `auth`; remove it here")
    }

    /// The place that takes the page must be free.
    private func checkTarget(
        _ pagination: PaginationDefinition, _ parsed: HTTPURL, in request: MappingDecoder
    ) {
        switch pagination.target {
        case .query(let name) where parsed.queryNames.contains(HTTPURL.encoded(name)):
            request.mistake(
                "url", "the parameter `\(name)` is set by `paginate.into`; remove it")
        case .json(let names):
            guard case .object? = shape.body else {
                request.mistake(
                    "json", "`paginate.into` writes into it, so it must be a mapping")
                return
            }
            if shape.body?.holds(names) == true {
                request.mistake(
                    "json",
                    "`\(names.joined(separator: "."))` is set by `paginate.into`; remove it")
            }
        default: break
        }
    }

    /// `{cursor}` and `{page}` need the pagination that gives them a value, and it needs them.
    private func checkPagePlaceholders(
        _ pagination: PaginationDefinition?, in request: MappingDecoder
    ) {
        let used = shape.placeholders
        let given = pagination?.kind.placeholder
        for (placeholder, name) in [(Placeholder.cursor, "cursor"), (.page, "page")]
        where used.contains(placeholder) && given != placeholder {
            request.mistake(
                shape.url.placeholders.contains(placeholder) ? "url" : "query",
                "`{\(name)}` needs `paginate: {kind: \(name), …}`")
        }
        guard let pagination, let given, pagination.target == .placeholder else { return }
        if !used.contains(given) {
            request.mistakes.add(
                "\(pagination.field): missing required key `into`, such as `into: "
                    + "query.\(pagination.kind.name)`",
                at: pagination.position)
        }
    }
}
