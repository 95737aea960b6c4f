// The body of POST …/adjustments: {"product":"chat","credits":-5,"reason":"…","day":"…"}.

import Credits
import Ledger

/// An adjustment as it is asked for.
struct AdjustmentBody {
    private static let names = ["product", "credits", "reason", "day", "kind", "idempotency_key"]

    private let body: JSONBody
    private let credits: CreditAmount
    private let day: CalendarDay?
    private let isOpening: Bool
    private let key: String?

    init(_ bytes: [UInt8]) throws(JSONBodyError) {
        body = try JSONBody(bytes, names: Self.names)
        credits = try body.requiredAmount("credits")
        day = try Self.day(body)
        isOpening = try Self.isOpening(body)
        key = try body.idempotencyKey()
    }

    /// The wish of somebody about an organization.
    func adjustment(
        of organization: String, by actor: String
    ) throws(JSONBodyError) -> Adjustment {
        Adjustment(
            organization: organization,
            product: Identifier.normalized(try body.requiredText("product")), day: day,
            credits: credits, isOpening: isOpening, actor: actor,
            reason: try body.text("reason") ?? "", key: key)
    }

    private static func day(_ body: JSONBody) throws(JSONBodyError) -> CalendarDay? {
        guard let text = try body.text("day") else { return nil }
        guard let day = CalendarDay(iso: text) else {
            throw JSONBodyError("`day` is \"\(text.prefix(64))\"; write it as YYYY-MM-DD")
        }
        return day
    }

    private static func isOpening(_ body: JSONBody) throws(JSONBodyError) -> Bool {
        let kind = try body.text("kind").map { EntryKind(rawValue: $0) } ?? .adjustment
        guard let kind, kind.isMadeByHand else {
            throw JSONBodyError("`kind` must be \"adjustment\" or \"opening\"")
        }
        return kind == .opening
    }
}
