// From pages to readings.
//
// 1. Every row has a day, a product and its amounts, or the poll fails naming page and place.
// 2. Rows that meet at one key are summed exactly; credits are rounded once, at the end.
// 3. Rows are bounded over the whole poll.

import Credits
import ExactJSON

/// Gathers the rows of one poll.
struct RowReader {
    /// The most rows of one poll.
    static let maximumRows = 100_000
    /// The most rows that are kept for a report.
    private static let maximumKeptRows = 1000

    private let definition: SourceDefinition
    private let window: PollWindow
    private let keepsRows: Bool
    private var sums: [ReadingKey: ExactDecimal] = [:]
    private(set) var rowCount = 0
    private(set) var ignoredRowCount = 0
    private(set) var rows: [MappedRow] = []

    private var mapping: RowMapping { definition.mapping }

    init(_ definition: SourceDefinition, window: PollWindow, keepsRows: Bool) {
        self.definition = definition
        self.window = window
        self.keepsRows = keepsRows
    }

    /// The rows of a page, not yet taken.
    func rows(of page: JSONValue, number: Int) throws(PollFailure) -> [JSONMatch] {
        try hasPlaceOfRows(page, number: number) ? try select(page, number: number) : []
    }

    /// Takes the rows of a page.
    mutating func take(_ rows: [JSONMatch], number: Int) throws(PollFailure) {
        for row in rows { try take(RowPlace(row: row, page: number)) }
    }

    /// The singular part of `rows` must select something that can hold rows.
    private func hasPlaceOfRows(_ page: JSONValue, number: Int) throws(PollFailure) -> Bool {
        let prefix = mapping.rows.singularPrefix()
        let match = try limited(number) { () throws(JSONPathLimitError) in
            try prefix.first(in: page)
        }
        switch match?.value {
        case .array?, .object?: return true
        case nil where mapping.isOptional, .null? where mapping.isOptional: return false
        case let value:
            throw PollFailure(
                .rowsMissing,
                "page \(number): \(prefix.text) is \(value?.kindName ?? "missing"), so there is no "
                    + "place for `map.rows` (\(mapping.rows.text)); write `optional: true` under "
                    + "`map` if the source leaves it out when there is no usage")
        }
    }

    private func select(_ page: JSONValue, number: Int) throws(PollFailure) -> [JSONMatch] {
        let left = Self.maximumRows - rowCount - ignoredRowCount
        let matches = try limited(number) { () throws(JSONPathLimitError) in
            try mapping.rows.select(in: page, limits: JSONPathLimits(matches: left + 1))
        }
        guard matches.count <= left else { throw Self.tooManyRows(number) }
        return matches
    }

    private static func tooManyRows(_ number: Int) -> PollFailure {
        PollFailure(.tooLarge, "page \(number): the poll has more than \(maximumRows) rows")
    }

    private func limited<Value>(
        _ number: Int, _ body: () throws(JSONPathLimitError) -> Value
    ) throws(PollFailure) -> Value {
        do throws(JSONPathLimitError) {
            return try body()
        } catch {
            if case .tooManyMatches = error { throw Self.tooManyRows(number) }
            throw PollFailure(.tooLarge, "page \(number), `map.rows`: \(error)")
        }
    }

    private mutating func take(_ place: RowPlace) throws(PollFailure) {
        let day = try mapping.day.value(in: place, window: window, zone: definition.window.calendar)
        guard window.accepts(day) else { return try refuse(day, place) }
        let product = try mapping.product.value(in: place)
        var quantities: [MappedRow.Quantity] = []
        for measure in mapping.measures {
            let amount = try measure.value(in: place)
            let key = ReadingKey(
                source: definition.id, organization: definition.organization, product: product,
                unit: measure.unit, day: day)
            do throws(AmountError) {
                sums[key] = try (sums[key] ?? .zero).adding(amount)
            } catch {
                throw place.failure(measure.path, "the sum of \(product) on \(day): \(error)")
            }
            quantities.append(.init(unit: measure.unit, amount: amount))
        }
        rowCount += 1
        guard keepsRows, rows.count < Self.maximumKeptRows else { return }
        rows.append(
            MappedRow(
                page: place.page, location: place.row.location.description, day: day,
                product: product, quantities: quantities))
    }

    private mutating func refuse(_ day: CalendarDay, _ place: RowPlace) throws(PollFailure) {
        guard definition.outsideWindow == .reject else {
            ignoredRowCount += 1
            return
        }
        throw place.failure(
            mapping.day.path,
            "\(day) lies outside the window from \(window.first) to \(window.lastAccepted); "
                + "ask the source for these days only, or write `outside_window: ignore`",
            reason: .outsideWindow)
    }

    /// The readings, sorted by canonical text.
    func readings() throws(PollFailure) -> [Reading] {
        let rates = Dictionary(
            mapping.measures.map { ($0.unit, $0.creditsPerUnit) },
            uniquingKeysWith: { first, _ in first })
        let sorted = sums.map { (text: $0.key.canonicalText, key: $0.key, sum: $0.value) }
            .sorted { $0.text < $1.text }
        var readings: [Reading] = []
        readings.reserveCapacity(sorted.count)
        for entry in sorted {
            do throws(AmountError) {
                readings.append(
                    try Reading(
                        key: entry.key, quantity: entry.sum,
                        creditsPerUnit: rates[entry.key.unit] ?? .one))
            } catch {
                throw PollFailure(
                    .badValue, "the sum of \(entry.key.product) on \(entry.key.day): \(error)")
            }
        }
        return readings
    }
}
