// The body of POST …/adjustments: {"product":"chat","credits":-5,"reason":"…","day":"…"}.

import Credits
import ExactJSON
import Ledger

/// Why the body is no adjustment.
struct AdjustmentBodyError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// An adjustment as it is asked for.
struct AdjustmentBody {
    private static let names = ["product", "credits", "reason", "day", "kind"]

    private let object: JSONObject
    private let credits: CreditAmount
    private let day: CalendarDay?
    private let isOpening: Bool

    init(_ bytes: [UInt8]) throws(AdjustmentBodyError) {
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            throw AdjustmentBodyError("the body is no JSON: \(error)")
        }
        guard let object = value.objectValue else {
            throw AdjustmentBodyError("the body must be an object with `product` and `credits`")
        }
        if let unknown = object.names.first(where: { !Self.names.contains($0) }) {
            throw AdjustmentBodyError(
                "`\(unknown)` is not known; there are \(Self.names.joined(separator: ", "))")
        }
        self.object = object
        credits = try Self.credits(object)
        day = try Self.day(object)
        isOpening = try Self.isOpening(object)
    }

    /// The wish of somebody about an organization.
    func adjustment(
        of organization: String, by actor: String
    ) throws(AdjustmentBodyError) -> Adjustment {
        guard let product = try Self.text(object, "product") else {
            throw AdjustmentBodyError("`product` is missing")
        }
        return Adjustment(
            organization: organization, product: Identifier.normalized(product), day: day,
            credits: credits, isOpening: isOpening, actor: actor,
            reason: try Self.text(object, "reason") ?? "")
    }

    private static func credits(
        _ object: JSONObject
    ) throws(AdjustmentBodyError) -> CreditAmount {
        guard let value = object["credits"], !value.isNull else {
            throw AdjustmentBodyError("`credits` is missing")
        }
        guard let lexeme = value.numberLexeme ?? value.stringValue else {
            throw AdjustmentBodyError("`credits` must be a number, found \(value.kindName)")
        }
        do throws(AmountError) {
            return try CreditAmount(exactly: lexeme)
        } catch {
            throw AdjustmentBodyError("`credits`: \(error)")
        }
    }

    private static func day(_ object: JSONObject) throws(AdjustmentBodyError) -> CalendarDay? {
        guard let text = try text(object, "day") else { return nil }
        guard let day = CalendarDay(iso: text) else {
            throw AdjustmentBodyError("`day` is \"\(text)\"; write it as YYYY-MM-DD")
        }
        return day
    }

    private static func isOpening(_ object: JSONObject) throws(AdjustmentBodyError) -> Bool {
        let kind = try text(object, "kind").map { EntryKind(rawValue: $0) } ?? .adjustment
        guard let kind, kind.isMadeByHand else {
            throw AdjustmentBodyError("`kind` must be \"adjustment\" or \"opening\"")
        }
        return kind == .opening
    }

    private static func text(
        _ object: JSONObject, _ name: String
    ) throws(AdjustmentBodyError) -> String? {
        guard let value = object[name], !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw AdjustmentBodyError("`\(name)` must be a text, found \(value.kindName)")
        }
        return text
    }
}
