// Reads the fields of one row; every mistake names page and place.

import Credits
import ExactJSON

/// A row and its place.
struct RowPlace {
    /// The row and its location in the page.
    let row: JSONMatch
    /// The page, from 1.
    let page: Int

    /// The value at a path of the row; nil when missing.
    func value(_ path: JSONPath) throws(PollFailure) -> JSONValue? {
        do throws(JSONPathLimitError) {
            return try path.first(in: row.value)?.value
        } catch {
            throw failure(path, "\(error)", reason: .tooLarge)
        }
    }

    /// The value at a path of the row, neither missing nor null.
    func required(_ path: JSONPath) throws(PollFailure) -> JSONValue {
        guard let value = try value(path) else { throw failure(path, "is missing") }
        if value.isNull { throw failure(path, "is null") }
        return value
    }

    /// A failure such as `page 2, $['usage'][3]['credits']: is missing`.
    func failure(
        _ path: JSONPath, _ clause: String, reason: PollFailureReason = .badValue
    ) -> PollFailure {
        let location = row.location.description + path.singularPrefix().text.dropFirst()
        return PollFailure(reason, "page \(page), \(location): \(clause)")
    }
}

extension DayField {
    /// Seconds since 1970 of the years 1 to 9999.
    private static let seconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// The day of a row.
    ///
    /// A written date is the ledger day. An instant is one in the zone that `window.time_zone`
    /// names; without it RFC 3339 counts by its written date, Unix time in the organization's zone.
    func value(
        in place: RowPlace, window: PollWindow, zone: ZonedCalendar?
    ) throws(PollFailure) -> CalendarDay {
        let value = try place.required(path)
        switch format {
        case .date:
            if let day = value.stringValue.flatMap(CalendarDay.init(iso:)) { return day }
            throw place.failure(path, "\(value.shown) is no day written YYYY-MM-DD" + hint(value))
        case .unix, .unixMilliseconds:
            return window.calendar.day(at: try instant(value, place))
        case .rfc3339:
            let text = value.stringValue ?? ""
            guard let instant = Timestamp(rfc3339: text),
                let written = CalendarDay(
                    iso: String(decoding: text.utf8.prefix(10), as: UTF8.self))
            else {
                throw place.failure(
                    path, "\(value.shown) is no instant such as 2026-11-01T00:00:00Z" + hint(value))
            }
            return zone?.day(at: instant) ?? written
        }
    }

    private func instant(_ value: JSONValue, _ place: RowPlace) throws(PollFailure) -> Timestamp {
        let isSeconds = format == .unix
        let number = value.integerValue ?? value.stringValue.flatMap { Int64($0) }
        let bounds =
            isSeconds
            ? Self.seconds : (Self.seconds.lowerBound * 1000)...(Self.seconds.upperBound * 1000)
        guard let number, bounds.contains(number) else {
            let unit = isSeconds ? "seconds" : "milliseconds"
            throw place.failure(
                path, "\(value.shown) is no whole number of \(unit) since 1970" + hint(value))
        }
        return isSeconds ? Timestamp(seconds: number) : Timestamp(milliseconds: number)
    }

    /// What the vendor seems to write instead.
    private func hint(_ value: JSONValue) -> String {
        let likely: Format? =
            switch value {
            case .number: format == .date || format == .rfc3339 ? .unix : .unixMilliseconds
            case .string(let text) where CalendarDay(iso: text) != nil: .date
            case .string(let text) where Timestamp(rfc3339: text) != nil: .rfc3339
            default: nil
            }
        guard let likely, likely != format else { return "" }
        return "; `day: {path: \(path.text), type: \(likely.rawValue)}` would read it"
    }
}

extension ProductField {
    /// The product of a row.
    func value(in place: RowPlace) throws(PollFailure) -> String {
        switch self {
        case .constant(let product): return product
        case .path(let named):
            let found = try place.value(named.path)
            if found?.isNull ?? true, let product = named.nullAs { return product }
            let value = try place.required(named.path)
            guard let text = value.stringValue else {
                throw place.failure(
                    named.path, "expected the name of a product, found \(value.shown)")
            }
            let product = named.names[text] ?? named.fallback ?? text
            if let mistake = Identifier.mistake(in: product) {
                throw place.failure(named.path, "the product \(shown(product)) \(mistake)")
            }
            return product
        }
    }
}

extension Measure {
    /// The quantity of a row; its credits are known to fit.
    func value(in place: RowPlace) throws(PollFailure) -> ExactDecimal {
        let value = try place.required(path)
        guard let text = value.numberLexeme ?? value.stringValue else {
            throw place.failure(path, "expected a number, found \(value.kindName)")
        }
        do throws(AmountError) {
            let quantity = try ExactDecimal(text).multiplied(by: scale)
            _ = try CreditAmount(quantity.multiplied(by: creditsPerUnit))
            return quantity
        } catch {
            switch error {
            case .notDecimal: throw place.failure(path, "\(value.shown) is not a number")
            case .outOfRange: throw place.failure(path, "\(value.shown): \(error)")
            }
        }
    }
}
