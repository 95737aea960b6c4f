// Gathers the rows of a poll for the styles that need their state to make readings of them.

import Credits
import ExactJSON

/// The observations of one poll.
struct StyledRows {
    private let definition: SourceDefinition
    /// Whether the style makes something else of rows than readings of days.
    private let takesRows: Bool
    private var counters: [CounterSample] = []
    private var balances: [BalanceSample] = []
    private var events: [EventSample] = []
    private var ordinals: [String: Int] = [:]

    private var mapping: RowMapping { definition.mapping }

    init(_ definition: SourceDefinition) {
        self.definition = definition
        takesRows =
            switch definition.rules {
            case .daily, .prometheus: false
            case .counter, .balance: true
            case .events(let rules): rules.cursor != nil
            }
    }

    /// Takes a row; false when the style reads rows of days.
    mutating func take(
        _ place: RowPlace, _ span: RequestSpan, _ decimalMark: Character
    ) throws(PollFailure) -> Bool {
        guard takesRows else { return false }
        let row = StyledRow(place: place, span: span, decimalMark: decimalMark)
        switch definition.rules {
        case .daily, .prometheus: return false
        case .counter(let rules): try take(row, rules)
        case .balance(let rules): try take(row, rules)
        case .events(let rules): try take(row, rules)
        }
        try requireKey(of: place)
        return true
    }

    /// What a row leads to is posted later, where nobody knows the row any more.
    private func requireKey(of place: RowPlace) throws(PollFailure) {
        let product = try mapping.product.value(in: place)
        let dimensions = try dimensions(place)
        for measure in mapping.measures {
            let key = ReadingKey(
                source: definition.id, organization: definition.organization, product: product,
                unit: measure.unit, day: CalendarDay(daysSinceEpoch: 0), dimensions: dimensions)
            if let mistake = ReadingKey.mistake(in: key.canonicalText) {
                throw place.failure(mistake)
            }
        }
    }

    /// Takes the series of an exposition.
    mutating func take(_ samples: [CounterSample]) {
        counters += samples
    }

    /// What was gathered; nil when the rows are readings already.
    func observations(_ window: PollWindow) -> StyleObservations? {
        let content: StyleObservations.Content
        switch definition.rules {
        case .daily: return nil
        case .counter(let rules): content = .counter(counters, rules)
        case .prometheus(let rules): content = .counter(counters, rules.counter)
        case .balance(let rules): content = .balance(balances, rules)
        case .events(let rules):
            guard rules.cursor != nil else { return nil }
            content = .events(events, window.asked, rules)
        }
        let rates = Dictionary(
            mapping.measures.map { ($0.unit, $0.creditsPerUnit) },
            uniquingKeysWith: { first, _ in first })
        return StyleObservations(content: content, calendar: window.calendar, rates: rates)
    }

    private mutating func take(_ row: StyledRow, _ rules: CounterRules) throws(PollFailure) {
        let mark = try row.place.mark(rules)
        for measure in mapping.measures {
            counters.append(
                CounterSample(
                    series: try series(row, measure, rules),
                    value: try measure.value(
                        in: row.place, on: row.span.last, decimalMark: row.decimalMark),
                    mark: mark))
        }
    }

    private mutating func take(_ row: StyledRow, _ rules: BalanceRules) throws(PollFailure) {
        guard let measure = mapping.measures.first else { return }
        func figure(_ path: JSONPath) throws(PollFailure) -> ExactDecimal {
            try measure.reading(row.place.field(path)).value(
                in: row.place, on: row.span.last, decimalMark: row.decimalMark)
        }
        func figure(ifAny path: JSONPath?) throws(PollFailure) -> ExactDecimal? {
            guard let path else { return nil }
            return try figure(path)
        }
        let figures: BalanceSample.Figures
        switch rules.fields {
        case .granted(let granted, let used, let remaining):
            figures = .granted(
                try figure(granted), used: try figure(used),
                remaining: try figure(ifAny: remaining))
        case .remaining(let remaining, let limit):
            figures = .remaining(try figure(remaining), limit: try figure(ifAny: limit))
        }
        balances.append(
            BalanceSample(
                series: try series(row, measure, rules.counter), figures: figures,
                mark: try row.place.mark(rules.counter)))
    }

    private mutating func take(_ row: StyledRow, _ rules: EventRules) throws(PollFailure) {
        let place = row.place
        guard let at = try mapping.day.instant(in: place) else {
            throw place.failure("says no instant, and `events.cursor` needs one")
        }
        // A vendor that takes both ends of a span gives an event on its edge twice.
        if row.span.leavesToOthers(at) { return }
        let day = try mapping.day.value(
            in: place, span: row.span, zone: definition.window.calendar)
        var quantities: [EventSample.Quantity] = []
        for measure in mapping.measures {
            let amount = try measure.value(in: place, on: day, decimalMark: row.decimalMark)
            quantities.append(.init(unit: measure.unit, amount: amount))
        }
        let identity = try EventIdentity.text(of: place, rules)
        var ordinal = 0
        if rules.identity == nil {
            ordinal = ordinals[identity] ?? 0
            ordinals[identity] = ordinal + 1
        }
        events.append(
            EventSample(
                identity: ordinal == 0 ? identity : "\(identity)#\(ordinal)", at: at, day: day,
                product: try mapping.product.value(in: place),
                dimensions: try dimensions(place), quantities: quantities))
    }

    private func series(
        _ row: StyledRow, _ measure: Measure, _ rules: CounterRules
    ) throws(PollFailure) -> SeriesKey {
        SeriesKey(
            product: try mapping.product.value(in: row.place), unit: measure.unit,
            dimensions: try dimensions(row.place), name: try row.place.text(rules.series) ?? "")
    }

    private func dimensions(_ place: RowPlace) throws(PollFailure) -> [ReadingDimension] {
        var dimensions: [ReadingDimension] = []
        for field in mapping.dimensions {
            if let dimension = try field.value(in: place) { dimensions.append(dimension) }
        }
        return dimensions
    }
}

/// A row and what is needed to read it.
private struct StyledRow {
    let place: RowPlace
    let span: RequestSpan
    let decimalMark: Character
}

extension Measure {
    /// The same measure of another field.
    fileprivate func reading(_ source: FieldSource) -> Measure {
        Measure(
            unit: unit, terms: [source], kind: kind, scale: scale, nullAs: nullAs,
            isOptional: isOptional, creditsPerUnit: creditsPerUnit)
    }
}

extension RowPlace {
    /// A path within the innermost node.
    func field(_ path: JSONPath) -> FieldSource {
        FieldSource(level: outer.count, place: .path(path))
    }

    /// The vendor's mark of the period of a total; empty when the rules read none, or it is null.
    fileprivate func mark(_ rules: CounterRules) throws(PollFailure) -> String {
        guard case .mark(let path) = rules.epoch else { return "" }
        guard let value = try value(field(path)) else { throw failure(field(path), "is missing") }
        return value.isNull ? "" : value.stringValue ?? value.text()
    }

    /// A text or number at a path as text; nil when there is no path.
    fileprivate func text(_ path: JSONPath?) throws(PollFailure) -> String? {
        guard let path else { return nil }
        let value = try required(field(path))
        guard let text = value.stringValue ?? value.numberLexeme else {
            throw failure(field(path), "expected a text or a number, found \(value.kindName)")
        }
        return text
    }
}
