// What one request looks like, without credentials: method, URL, headers, query, body.

import ExactJSON
import PositionedYAML

/// How several values of a query parameter are written.
package enum ArrayStyle: String, Sendable, Hashable, CaseIterable {
    /// `a=1&a=2`.
    case `repeat`
    /// `a[]=1&a[]=2`.
    case brackets
}

/// A parameter of a query with its values.
package struct QueryParameter: Sendable, Equatable {
    /// The name, not yet encoded.
    package let name: String
    /// The values, at least one.
    package let values: [RequestTemplate]
    /// Whether they were written as a list.
    package let isList: Bool
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

/// One kind of request of a source.
package struct RequestShape: Sendable, Equatable {
    /// `GET` or `POST`.
    package let method: String
    /// Where to ask; placeholders only in path and query.
    package let url: RequestTemplate
    /// Its origin, which is the same whatever is filled in.
    package let origin: String
    /// Headers in order, without credentials.
    package let headers: [SourceHeader]
    /// Parameters of the query in order.
    package let query: [QueryParameter]
    /// How lists of the query are written.
    package let arrays: ArrayStyle
    /// The body of a POST.
    package let body: JSONTemplate?

    /// The placeholders of URL, query and body.
    var placeholders: [Placeholder] {
        url.placeholders + query.flatMap { $0.values.flatMap(\.placeholders) }
            + (body?.placeholders ?? [])
    }
}

extension RequestShape {
    /// Decodes the keys of a request that say what it looks like; the caller finishes the mapping.
    static func decode(
        from request: inout MappingDecoder, pagination: PaginationDefinition?
    ) -> (shape: RequestShape, parsed: HTTPURL)? {
        let word = request.choice("method", of: ["GET", "POST"])
        let method = word?.value ?? "GET"
        let url = url(in: &request)
        let headers = headers(in: &request)
        let query = query(in: &request, pagination: pagination)
        let arrays = request.choice("arrays", of: ArrayStyle.allCases.map(\.rawValue))
        var body: JSONTemplate?
        if let node = request.node("json") {
            body = JSONTemplate.decode(
                node, field: request.field(of: "json"), into: request.mistakes)
            if method != "POST", word != nil || request.node("method") == nil {
                request.mistake("json", "needs `method: POST`")
            }
            if body == nil { return nil }
        }
        guard let url else { return nil }
        let shape = RequestShape(
            method: method, url: url.template, origin: url.parsed.origin, headers: headers,
            query: query, arrays: arrays.flatMap { ArrayStyle(rawValue: $0.value) } ?? .repeat,
            body: body)
        return (shape, url.parsed)
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
}
