// From pages to readings.
//
// 1. Every row has a day, a product and its amounts, or the poll fails naming page and place.
// 2. Rows that meet at one key are summed exactly; credits are rounded once, at the end.
// 3. Rows are bounded over the whole poll.
// 4. A row counts only in the answer to a request for its day.

import Credits
import ExactJSON

/// Gathers the rows of one poll.
struct RowReader {
    /// The most rows of one poll.
    static let maximumRows = 100_000
    /// The most rows that are kept for a report.
    private static let maximumKeptRows = 1000

    private let definition: SourceDefinition
    private let keepsRows: Bool
    private let decimalMark: Character
    private var sums: ReadingSums
    private var selectedCount = 0
    private(set) var rowCount = 0
    private(set) var ignoredRowCount = 0
    private(set) var filteredRowCount = 0
    private(set) var rows: [MappedRow] = []
    private(set) var styled: StyledRows
    /// Days of which rows say whether they are final: all of them, or not all.
    private(set) var finality: [CalendarDay: Bool] = [:]
    private var fold: EventFold?

    private let mapping: RowMapping

    init(_ definition: SourceDefinition, keepsRows: Bool) {
        self.definition = definition
        self.keepsRows = keepsRows
        mapping = definition.mapping
        sums = ReadingSums(definition)
        styled = StyledRows(definition)
        fold = EventFold(definition.rules)
        decimalMark =
            if case .csv(let format) = definition.mapping.shape { format.decimalMark } else { "." }
    }

    /// The rows of a page, not yet taken.
    ///
    /// - Parameter page: the page in words, such as `page 2`.
    func rows(of content: PageContent, page: String) throws(PollFailure) -> PageRows {
        let selector = RowSelector(
            mapping: mapping, page: page, lines: content.lines,
            limit: Self.maximumRows - selectedCount)
        let rows = try selector.rows(of: content.value)
        if let cap = definition.maximumRows, rows.count >= cap {
            throw PollFailure(
                .incompletePages,
                "\(page): holds \(rows.count) rows, and `limits.max_rows` says that an "
                    + "answer of \(cap) may be cut off; ask for shorter windows or smaller pages")
        }
        return rows
    }

    /// Takes the rows of a page that answers a request for a span of days.
    mutating func take(_ rows: PageRows, span: RequestSpan) throws(PollFailure) {
        selectedCount += rows.count
        for index in 0..<rows.count {
            let row = rows[index]
            if fold == nil { try take(row, span) } else { try fold?.take(row, span) }
        }
    }

    /// Takes the totals of an exposition.
    mutating func take(_ samples: [CounterSample]) {
        styled.take(samples)
        rowCount += samples.count
    }

    /// Takes what was held back until the poll is complete.
    mutating func finish() throws(PollFailure) {
        for row in fold?.finish() ?? [] { try take(row.place, row.span) }
    }

    private mutating func take(_ place: RowPlace, _ span: RequestSpan) throws(PollFailure) {
        for filter in mapping.filters where try !filter.admits(place) {
            filteredRowCount += 1
            keep(place, passedOver: "by `where` \(filter.source.text)")
            return
        }
        if try styled.take(place, span, decimalMark) {
            rowCount += 1
            keep(place)
            return
        }
        let day = try mapping.day.value(in: place, span: span, zone: definition.window.calendar)
        guard span.accepts(day) else { return try refuse(day, place, span) }
        if let flag = definition.finality.flag {
            finality[day] = try flag.isFinal(place) && finality[day] ?? true
        }
        let product = try mapping.product.value(in: place)
        var dimensions: [ReadingDimension] = []
        for field in mapping.dimensions {
            if let dimension = try field.value(in: place) { dimensions.append(dimension) }
        }
        var quantities: [MappedRow.Quantity] = []
        for index in mapping.measures.indices {
            let measure = mapping.measures[index]
            let amount = try measure.value(in: place, on: day, decimalMark: decimalMark)
            do throws(ReadingSumError) {
                try sums.add(
                    amount,
                    at: ReadingSums.Place(
                        measure: index, day: day, product: product, dimensions: dimensions))
            } catch {
                switch error {
                case .key(let mistake): throw place.failure(mistake)
                case .amount(let error):
                    throw place.failure(
                        measure.terms[0], "the sum of \(product) on \(day): \(error)")
                }
            }
            if keepsRows { quantities.append(.init(unit: measure.unit, amount: amount)) }
        }
        rowCount += 1
        keep(place, day: day, product: product, dimensions: dimensions, quantities: quantities)
    }

    /// Keeps a row for the report.
    private mutating func keep(
        _ place: RowPlace, passedOver: String = "", day: CalendarDay? = nil,
        product: String? = nil, dimensions: [ReadingDimension] = [],
        quantities: [MappedRow.Quantity] = []
    ) {
        guard keepsRows, rows.count < Self.maximumKeptRows else { return }
        let most = 400
        let text = place.node.value.text()
        rows.append(
            MappedRow(
                page: place.page, location: place.location.description, line: place.line,
                raw: text.count > most ? text.prefix(most) + "…" : text, passedOver: passedOver,
                day: day, product: product, dimensions: dimensions, quantities: quantities))
    }

    private mutating func refuse(
        _ day: CalendarDay, _ place: RowPlace, _ span: RequestSpan
    ) throws(PollFailure) {
        guard definition.outsideWindow == .reject else {
            ignoredRowCount += 1
            keep(place, passedOver: "\(day) lies outside the window")
            return
        }
        let clause =
            "\(day) lies outside the window from \(span.first) to \(span.lastAccepted); "
            + "ask the source for these days only, or write `outside_window: ignore`"
        guard let source = mapping.day.start?.source else {
            throw place.failure(clause, reason: .outsideWindow)
        }
        throw place.failure(source, clause, reason: .outsideWindow)
    }

    /// The readings, sorted by canonical text.
    func readings() throws(PollFailure) -> [Reading] {
        let rates = Dictionary(
            mapping.measures.map { ($0.unit, $0.creditsPerUnit) },
            uniquingKeysWith: { first, _ in first })
        let sorted = sums.entries.map { (text: $0.key.canonicalText, key: $0.key, sum: $0.sum) }
            .sorted { $0.text < $1.text }
        var readings: [Reading] = []
        readings.reserveCapacity(sorted.count)
        for entry in sorted {
            do throws(AmountError) {
                readings.append(
                    try Reading(
                        key: entry.key, quantity: entry.sum,
                        creditsPerUnit: rates[entry.key.unit]?.rate(on: entry.key.day) ?? .one))
            } catch {
                throw PollFailure(
                    .badValue, "the sum of \(entry.key.product) on \(entry.key.day): \(error)")
            }
        }
        return readings
    }
}
