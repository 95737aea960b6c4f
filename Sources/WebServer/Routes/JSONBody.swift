// A JSON object as the body of a change, read strictly: what is not known is refused by name.

import Credits
import ExactJSON
import Ledger

/// Why a body cannot be used, in words.
struct JSONBodyError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The members of a body.
struct JSONBody {
    private let object: JSONObject

    /// Reads an object whose members are among some names.
    init(_ bytes: [UInt8], names: [String]) throws(JSONBodyError) {
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            throw JSONBodyError("the body is no JSON: \(error)")
        }
        guard let object = value.objectValue else {
            throw JSONBodyError("the body must be an object, found \(value.kindName)")
        }
        if let unknown = object.names.first(where: { !names.contains($0) }) {
            let known =
                names.isEmpty ? "no member is" : "there are \(names.joined(separator: ", "))"
            throw JSONBodyError("`\(unknown.prefix(64))` is not known; \(known)")
        }
        self.object = object
    }

    /// A text; nil when it is absent or null.
    func text(_ name: String) throws(JSONBodyError) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw JSONBodyError("`\(name)` must be a text, found \(value.kindName)")
        }
        return text
    }

    /// A text that must be there.
    func requiredText(_ name: String) throws(JSONBodyError) -> String {
        guard let text = try text(name) else { throw JSONBodyError("`\(name)` is missing") }
        return text
    }

    /// The text of a member that is one of few words; nil when it is something else.
    func word(_ name: String) -> String? { object[name]?.stringValue }

    /// Whether a member is absent or null.
    func isNull(_ name: String) -> Bool { object[name]?.isNull ?? true }

    /// Why somebody changes something; empty when it is not said.
    func reason() throws(JSONBodyError) -> String {
        let reason = try text("reason") ?? ""
        guard reason.utf8.count <= Adjustment.maximumReasonBytes, !reason.utf8.contains(0) else {
            throw JSONBodyError(
                "`reason` must be text of at most \(Adjustment.maximumReasonBytes) bytes")
        }
        return reason
    }

    /// An instant; nil when it is absent or null.
    func instant(_ name: String) throws(JSONBodyError) -> Timestamp? {
        guard let text = try text(name) else { return nil }
        guard let instant = Timestamp(rfc3339: text) else {
            throw JSONBodyError(
                "`\(name)` is \"\(text.prefix(64))\"; write an instant such as "
                    + "2026-12-01T00:00:00Z")
        }
        return instant
    }

    /// Credits of 0 or more, as a number or a text, that must be there.
    func requiredCredits(_ name: String) throws(JSONBodyError) -> CreditAmount {
        guard let credits = try credits(name) else {
            throw JSONBodyError("`\(name)` is missing")
        }
        return credits
    }

    /// Credits of 0 or more, as a number or a text; nil when null.
    ///
    /// - Throws: `JSONBodyError` also when the member is absent.
    func credits(_ name: String) throws(JSONBodyError) -> CreditAmount? {
        guard let value = object[name] else { throw JSONBodyError("`\(name)` is missing") }
        if value.isNull { return nil }
        let amount = try requiredAmount(name)
        if amount.isNegative {
            throw JSONBodyError("`\(name)` is \(amount); it must be 0 or more")
        }
        return amount
    }

    /// Credits of any sign, as a number or a text, that must be there.
    func requiredAmount(_ name: String) throws(JSONBodyError) -> CreditAmount {
        guard let value = object[name], !value.isNull else {
            throw JSONBodyError("`\(name)` is missing")
        }
        guard let lexeme = value.numberLexeme ?? value.stringValue else {
            throw JSONBodyError("`\(name)` must be a number, found \(value.kindName)")
        }
        do throws(AmountError) {
            return try CreditAmount(exactly: lexeme)
        } catch {
            throw JSONBodyError("`\(name)`: \(error)")
        }
    }

    /// The key that repeats of one wish carry; nil when it is absent or null.
    func idempotencyKey() throws(JSONBodyError) -> String? {
        guard let key = try text("idempotency_key") else { return nil }
        guard (1...HoldRequest.maximumKeyBytes).contains(key.utf8.count), !key.utf8.contains(0)
        else {
            throw JSONBodyError(
                "`idempotency_key` must be text of 1 to \(HoldRequest.maximumKeyBytes) bytes")
        }
        return key
    }
}
