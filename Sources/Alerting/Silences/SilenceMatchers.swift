// The matchers of a silence as Alertmanager's API writes them: what is sent and what is stored.

import ExactJSON
import PromQL

/// Reads and writes `[{"isEqual":true,"isRegex":false,"name":"a","value":"b"}]`.
///
/// - Source: alertmanager api/v2/openapi.yaml (matchers)
package enum SilenceMatchers {
    /// Why a list of matchers cannot be read.
    package enum Failure: Error, Sendable, Equatable {
        /// A member is missing, named like `0.value`.
        case missing(String)
        /// A member has another type, named like `0.value`.
        case wrongType(String)
        /// A regular expression that is none.
        case pattern(index: Int, message: String)
    }

    /// The list as JSON.
    package static func json(_ matchers: [LabelMatcher]) -> JSONValue {
        .array(
            matchers.map { matcher in
                let operation = matcher.operation
                return [
                    "isEqual": .bool(operation == .equal || operation == .matches),
                    "isRegex": .bool(operation == .matches || operation == .notMatches),
                    "name": .string(matcher.name), "value": .string(matcher.value),
                ]
            })
    }

    /// The matchers in a list of JSON objects; `isEqual` may be left out and is true then.
    package static func read(_ list: [JSONValue]) throws(Failure) -> [LabelMatcher] {
        var matchers: [LabelMatcher] = []
        for (index, value) in list.enumerated() {
            guard value.objectValue != nil else { throw .wrongType("\(index)") }
            let isRegex = try flag(value, "isRegex", index)
            let name = try text(value, "name", index)
            let pattern = try text(value, "value", index)
            let isEqual = isMissing(value["isEqual"]) ? true : try flag(value, "isEqual", index)
            do {
                matchers.append(
                    try LabelMatcher(
                        name: name, operation: operation(isEqual: isEqual, isRegex: isRegex),
                        value: pattern, dotMatchesNewline: false))
            } catch {
                throw .pattern(index: index, message: error.message)
            }
        }
        return matchers
    }

    private static func operation(isEqual: Bool, isRegex: Bool) -> LabelMatcher.Operation {
        switch (isEqual, isRegex) {
        case (true, false): .equal
        case (false, false): .notEqual
        case (true, true): .matches
        case (false, true): .notMatches
        }
    }

    private static func isMissing(_ value: JSONValue?) -> Bool { value?.isNull ?? true }

    private static func flag(
        _ value: JSONValue, _ name: String, _ index: Int
    ) throws(Failure) -> Bool {
        guard !isMissing(value[name]) else { throw .missing("\(index).\(name)") }
        guard let flag = value[name]?.boolValue else { throw .wrongType("\(index).\(name)") }
        return flag
    }

    private static func text(
        _ value: JSONValue, _ name: String, _ index: Int
    ) throws(Failure) -> String {
        guard !isMissing(value[name]) else { throw .missing("\(index).\(name)") }
        guard let text = value[name]?.stringValue else { throw .wrongType("\(index).\(name)") }
        return text
    }
}
