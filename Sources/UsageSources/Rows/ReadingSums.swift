// Sums rows that meet at one key.
//
// 1. A key is made once, not for each of its rows: 100,000 rows of a page meet at some hundred.
// 2. Texts that are equal in Unicode's sense are one key, as in `ReadingKey`.

import Credits

/// Why an amount cannot be added to its key.
enum ReadingSumError: Error {
    /// The sum does not fit.
    case amount(AmountError)
    /// The key cannot be kept, in words.
    case key(String)
}

/// What the rows of a poll add up to, by key.
struct ReadingSums {
    /// What differs between the keys of one source.
    struct Place: Hashable {
        let measure: Int
        let day: CalendarDay
        let product: String
        let dimensions: [ReadingDimension]
    }

    private let source: String
    private let organization: String
    private let units: [String]
    private var indexByPlace: [Place: Int] = [:]
    private var indexByKey: [ReadingKey: Int] = [:]
    /// The keys and their sums in the order in which rows named them.
    private(set) var entries: [(key: ReadingKey, sum: ExactDecimal)] = []

    init(_ definition: SourceDefinition) {
        source = definition.id
        organization = definition.organization
        units = definition.mapping.measures.map(\.unit)
    }

    /// Adds the amount of a row.
    mutating func add(_ amount: ExactDecimal, at place: Place) throws(ReadingSumError) {
        let index = try index(of: place)
        do throws(AmountError) {
            entries[index].sum = try entries[index].sum.adding(amount)
        } catch {
            throw .amount(error)
        }
    }

    private mutating func index(of place: Place) throws(ReadingSumError) -> Int {
        if let known = indexByPlace[place] { return known }
        let key = ReadingKey(
            source: source, organization: organization, product: place.product,
            unit: units[place.measure], day: place.day, dimensions: place.dimensions)
        let index = indexByKey[key] ?? entries.count
        if index == entries.count, let mistake = ReadingKey.mistake(in: key.canonicalText) {
            throw .key(mistake)
        }
        if index == entries.count { entries.append((key, .zero)) }
        indexByPlace[place] = index
        indexByKey[key] = index
        return index
    }
}
