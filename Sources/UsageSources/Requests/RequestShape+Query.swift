// Decodes the query of a request.

import PositionedYAML

extension RequestShape {
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
            if let pagination, pagination.target == .query(name) {
                mistakes.add(
                    "\(field).\(name): is set by `paginate.into`; remove it here",
                    at: pair.key.position)
            }
            if RequestDefinition.isSecretName(name) {
                mistakes.warn(
                    "\(field).\(name): looks like a secret in the URL, which ends up in logs; "
                        + "use `auth` if the vendor takes a header", at: pair.key.position)
            }
            let nodes = pair.value.elements ?? [pair.value]
            let values = nodes.compactMap { value in
                template(value, field: "\(field).\(name)", into: mistakes)
            }
            return values.isEmpty
                ? nil
                : QueryParameter(
                    name: name, values: values, isList: pair.value.elements != nil)
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
}
