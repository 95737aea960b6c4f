// The body of PUT …/limit: {"mode":"soft","allowance":5000,"reason":"…","until":"…"}.

import Credits
import ExactJSON

/// Why the body is no limit.
struct LimitBodyError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A policy as it is asked for.
struct LimitBody {
    let policy: LimitPolicy
    let reason: String
    let until: Timestamp?

    init(_ bytes: [UInt8]) throws(LimitBodyError) {
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            throw LimitBodyError("the body is no JSON: \(error)")
        }
        guard let object = value.objectValue else {
            throw LimitBodyError("the body must be an object with `mode`")
        }
        let known = ["mode", "allowance", "reason", "until"]
        if let unknown = object.names.first(where: { !known.contains($0) }) {
            throw LimitBodyError(
                "`\(unknown)` is not known; there are \(known.joined(separator: ", "))")
        }
        policy = try Self.policy(object)
        reason = try Self.text(object, "reason") ?? ""
        guard let text = try Self.text(object, "until") else {
            until = nil
            return
        }
        guard let instant = Timestamp(rfc3339: text) else {
            throw LimitBodyError(
                "`until` is \"\(text)\"; write an instant such as 2026-12-01T00:00:00Z")
        }
        until = instant
    }

    private static func text(
        _ object: JSONObject, _ name: String
    ) throws(LimitBodyError) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw LimitBodyError("`\(name)` must be a text, found \(value.kindName)")
        }
        return text
    }

    private static func policy(_ object: JSONObject) throws(LimitBodyError) -> LimitPolicy {
        let allowance = try allowance(object)
        switch object["mode"]?.stringValue {
        case "hard":
            guard allowance == nil || allowance == .zero else {
                throw LimitBodyError("a hard limit has no allowance")
            }
            return .hard
        case "soft":
            guard let allowance else { throw LimitBodyError("a soft limit needs `allowance`") }
            return .soft(allowance: allowance)
        default: throw LimitBodyError("`mode` must be \"hard\" or \"soft\"")
        }
    }

    private static func allowance(_ object: JSONObject) throws(LimitBodyError) -> CreditAmount? {
        guard let value = object["allowance"], !value.isNull else { return nil }
        guard let lexeme = value.numberLexeme ?? value.stringValue else {
            throw LimitBodyError("`allowance` must be a number, found \(value.kindName)")
        }
        do throws(AmountError) {
            let amount = try CreditAmount(exactly: lexeme)
            if amount.isNegative { throw AmountError.outOfRange(lexeme) }
            return amount
        } catch {
            throw LimitBodyError("`allowance`: \(error)")
        }
    }
}
