// The parameters that Alertmanager's API v2 knows, read as its server reads them.

import Alerting
import ExactJSON
import PromQL

/// Why a request is refused.
struct AlertmanagerRefusal: Error {
    let response: WebResponse

    init(_ message: String) {
        response = .bare(.string(message), status: 400)
    }
}

/// Reads parameters.
enum AlertmanagerParameters {
    /// What is taken for true, whatever its case; everything else is false.
    ///
    /// - Source: go-openapi/swag convert.go
    private static let words: Set<String> = [
        "true", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled",
    ]

    /// The matchers of all parameters `filter`.
    static func matchers(_ request: WebRequest) throws(AlertmanagerRefusal) -> [LabelMatcher] {
        var found: [LabelMatcher] = []
        for (name, text) in request.parameters where name == "filter" {
            guard let matchers = try? MatcherParser.parse(text) else {
                throw AlertmanagerRefusal("bad matcher format: \(text)")
            }
            found += matchers
        }
        return found
    }

    /// A switch that is on unless the request says otherwise.
    static func flag(_ name: String, _ request: WebRequest) -> Bool {
        guard let text = request.parameters.last(where: { $0.name == name })?.value,
            !text.isEmpty
        else { return true }
        return words.contains(text.lowercased())
    }

    /// What `receiver` must match as a whole; nil when nothing is asked.
    static func receiver(_ request: WebRequest) throws(AlertmanagerRefusal) -> LabelMatcher? {
        guard let text = request.parameters.last(where: { $0.name == "receiver" })?.value,
            !text.isEmpty
        else { return nil }
        do {
            return try LabelMatcher(
                name: "receiver", operation: .matches, value: text, dotMatchesNewline: false)
        } catch {
            throw AlertmanagerRefusal("failed to parse receiver param: \(error.message)")
        }
    }
}
