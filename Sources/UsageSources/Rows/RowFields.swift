// Reads the texts and numbers of one row.

import Credits
import ExactJSON

extension RowFilter {
    /// Whether a row counts; a row that must not be there fails the poll.
    func admits(_ place: RowPlace) throws(PollFailure) -> Bool {
        let value = try place.value(source)
        if value == nil, isOptional { return true }
        if let value, condition.holds(value, nil) { return true }
        guard rejects else { return false }
        throw place.failure(
            source,
            "expected \(condition.expectation(nil)), found \(value?.shown ?? "nothing"); "
                + "`else: ignore` under `map.where` passes such rows over")
    }
}

extension ProductField {
    /// The product of a row.
    func value(in place: RowPlace) throws(PollFailure) -> String {
        switch self {
        case .constant(let product): return product
        case .path(let field):
            guard let value = try place.value(field.source) else {
                if let product = field.nullAs { return product }
                throw place.failure(field.source, "is missing")
            }
            if value.isNull {
                if let product = field.nullAs { return product }
                throw place.failure(field.source, "is null")
            }
            guard let text = value.stringValue else {
                throw place.failure(
                    field.source, "expected the name of a product, found \(value.shown)")
            }
            let product = field.names[text] ?? field.fallback ?? text
            if let mistake = Identifier.mistake(in: product) {
                throw place.failure(field.source, "the product \(shown(product)) \(mistake)")
            }
            return product
        }
    }
}

extension DimensionField {
    /// The longest value in bytes.
    private static let maximumBytes = 512

    /// The dimension of a row; nil when the row has none.
    func value(in place: RowPlace) throws(PollFailure) -> ReadingDimension? {
        guard let field = text else {
            return constant.map { ReadingDimension(name: name, value: $0) }
        }
        guard let found = try place.value(field.source) else {
            guard field.isOptional else { throw place.failure(field.source, "is missing") }
            return field.nullAs.map { ReadingDimension(name: name, value: $0) }
        }
        if found.isNull {
            guard let named = field.nullAs else {
                throw place.failure(
                    field.source, "is null; `null_as` under `map.dims.\(name)` gives it a name")
            }
            return ReadingDimension(name: name, value: named)
        }
        let flag = found.boolValue.map { $0 ? "true" : "false" }
        guard let text = found.stringValue ?? found.numberLexeme ?? flag else {
            throw place.failure(
                field.source, "expected a text, a number or a boolean, found \(found.kindName)")
        }
        let value = field.names[text] ?? field.fallback ?? text
        let isBroken = value.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        guard value.utf8.count <= Self.maximumBytes, !isBroken else {
            throw place.failure(
                field.source,
                "the value \(shown(value)) of `\(name)` "
                    + (isBroken ? "holds a control character" : "is longer than 512 bytes"))
        }
        return ReadingDimension(name: name, value: value)
    }
}

extension Measure {
    /// The quantity of a row; its credits are known to fit.
    func value(
        in place: RowPlace, on day: CalendarDay, decimalMark: Character
    ) throws(PollFailure) -> ExactDecimal {
        var sum = ExactDecimal.zero
        for term in terms {
            let part = try part(term, place, decimalMark)
            do throws(AmountError) {
                sum = try sum.adding(part)
            } catch {
                throw place.failure(term, error.description)
            }
        }
        guard let rate = creditsPerUnit.rate(on: day) else {
            let first = creditsPerUnit.steps.first?.from?.description ?? ""
            throw place.failure(
                "no rate for `\(unit)` on \(day); the first one of `credits_per_unit` begins on "
                    + first)
        }
        do throws(AmountError) {
            let quantity = try sum.multiplied(by: scale)
            _ = try CreditAmount(quantity.multiplied(by: rate))
            return quantity
        } catch {
            throw place.failure(terms[0], "\(sum): \(error)")
        }
    }

    private func part(
        _ term: FieldSource, _ place: RowPlace, _ decimalMark: Character
    ) throws(PollFailure) -> ExactDecimal {
        guard let value = try place.value(term) else {
            guard isOptional else { throw place.failure(term, "is missing") }
            return nullAs ?? .zero
        }
        if value.isNull {
            guard let nullAs else { throw place.failure(term, "is null") }
            return nullAs
        }
        if kind == .text, value.stringValue == nil {
            throw place.failure(term, "expected a text that is a number, found \(value.shown)")
        }
        guard let text = value.numberLexeme ?? Self.text(of: value, decimalMark) else {
            let isText = value.stringValue != nil
            throw place.failure(
                term,
                isText
                    ? "\(value.shown) is not a number with the decimal mark `\(decimalMark)`"
                    : "expected a number, found \(value.kindName)")
        }
        let number: ExactDecimal
        do throws(AmountError) {
            number = try ExactDecimal(text)
        } catch {
            switch error {
            case .notDecimal: throw place.failure(term, "\(value.shown) is not a number")
            case .outOfRange, .tooFine, .absurd:
                throw place.failure(term, "\(value.shown): \(error)")
            }
        }
        if kind == .integer, (number.exactlyScaled?.places ?? 0) > 0 {
            throw place.failure(term, "\(value.shown) is not a whole number")
        }
        return number
    }

    /// The text with a point for a decimal mark; nil when it has another mark already.
    private static func text(of value: JSONValue, _ decimalMark: Character) -> String? {
        guard let text = value.stringValue, decimalMark != "." else { return value.stringValue }
        if text.contains(".") { return nil }
        return String(text.map { $0 == decimalMark ? "." : $0 })
    }
}
