// Small maps and lists as JSON text, in the order given.

import Alerting
import ExactJSON
import Ports
import PromQL

/// JSON text of columns.
enum StoredJSON {
    /// The text of names and values.
    static func text(_ pairs: [LabelPair]) -> String {
        JSONValue.object(JSONObject(pairs.map { ($0.name, .string($0.value)) })).text()
    }

    /// The text of a list of fingerprints.
    static func text(_ texts: [String]) -> String {
        JSONValue.array(texts.map { .string($0) }).text()
    }

    /// The names and values in a text.
    static func pairs(_ text: String) throws(StoreError) -> [LabelPair] {
        guard case .object(let object) = try read(text) else { throw unexpected(text) }
        return try object.members.map { member throws(StoreError) in
            guard let value = member.value.stringValue else { throw unexpected(text) }
            return LabelPair(name: member.name, value: value)
        }
    }

    /// The list of fingerprints in a text.
    static func texts(_ text: String) throws(StoreError) -> [String] {
        guard case .array(let elements) = try read(text) else { throw unexpected(text) }
        return try elements.map { element throws(StoreError) in
            guard let text = element.stringValue else { throw unexpected(text) }
            return text
        }
    }

    /// The matchers of a silence in a text.
    static func matchers(_ text: String) throws(StoreError) -> [LabelMatcher] {
        guard case .array(let elements) = try read(text),
            let matchers = try? SilenceMatchers.read(elements)
        else { throw unexpected(text) }
        return matchers
    }

    private static func read(_ text: String) throws(StoreError) -> JSONValue {
        do throws(JSONError) {
            return try JSONReader.read(text)
        } catch {
            throw unexpected(text)
        }
    }

    private static func unexpected(_ text: String) -> StoreError {
        .failed(
            "the ledger is damaged or was changed by hand: it holds "
                + "\(text.prefix(80).debugDescription) where JSON belongs; restore a backup")
    }
}
