// A JSON object as the body of a change, read strictly: what is not known is refused by name.

import Credits
import ExactJSON

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

    /// Credits of 0 or more, as a number or a text, that must be there.
    func requiredCredits(_ name: String) throws(JSONBodyError) -> CreditAmount {
        guard let value = object[name], !value.isNull else {
            throw JSONBodyError("`\(name)` is missing")
        }
        guard let lexeme = value.numberLexeme ?? value.stringValue else {
            throw JSONBodyError("`\(name)` must be a number, found \(value.kindName)")
        }
        do throws(AmountError) {
            let amount = try CreditAmount(exactly: lexeme)
            if amount.isNegative { throw AmountError.outOfRange(lexeme) }
            return amount
        } catch {
            throw JSONBodyError("`\(name)`: \(error)")
        }
    }
}
