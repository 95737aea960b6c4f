// Absolute quantities per ledger day that a style has counted so far.
//
// 1. A total is the sum of everything ever counted on its key; it leaves only with its day.
// 2. No day before `since` has a total or gets one: its sum is no longer known.

import Credits
import ExactJSON

/// What was counted on each day.
struct DayTotals: Sendable, Hashable {
    /// What a total is about.
    struct Key: Sendable, Hashable, Comparable {
        let day: CalendarDay
        let product: String
        let unit: String
        let dimensions: [ReadingDimension]

        static func < (left: Key, right: Key) -> Bool {
            let (one, other) = (
                (left.day, left.product, left.unit), (right.day, right.product, right.unit)
            )
            if one != other { return one < other }
            return left.dimensions.lexicographicallyPrecedes(right.dimensions)
        }
    }

    /// The first day whose totals are known.
    private(set) var since: CalendarDay
    private(set) var quantities: [Key: ExactDecimal] = [:]

    init(since: CalendarDay) {
        self.since = since
    }

    /// Counts a quantity on a day, or on the first day whose total is known.
    mutating func add(
        _ quantity: ExactDecimal, of series: SeriesKey, day: CalendarDay
    ) throws(AmountError) {
        let key = Key(
            day: max(day, since), product: series.product, unit: series.unit,
            dimensions: series.dimensions)
        quantities[key] = try (quantities[key] ?? .zero).adding(quantity)
    }

    /// Drops the totals of days before one.
    mutating func drop(before day: CalendarDay) {
        guard day > since else { return }
        since = day
        quantities = quantities.filter { $0.key.day >= day }
    }

    /// The totals as absolute readings, sorted by canonical text.
    func readings(_ context: StyleContext) throws(PollFailure) -> [Reading] {
        var readings: [(text: String, reading: Reading)] = []
        for (key, quantity) in quantities.sorted(by: { $0.key < $1.key }) {
            // A unit that is no longer configured has no rate; what it counted stays counted.
            guard let rate = context.rates[key.unit]?.rate(on: key.day) else { continue }
            let ledgerKey = ReadingKey(
                source: context.source, organization: context.organization, product: key.product,
                unit: key.unit, day: key.day, dimensions: key.dimensions)
            let text = ledgerKey.canonicalText
            if let mistake = ReadingKey.mistake(in: text) {
                throw PollFailure(.badValue, "\(key.product) on \(key.day): \(mistake)")
            }
            do throws(AmountError) {
                let reading = try Reading(
                    key: ledgerKey, quantity: quantity, creditsPerUnit: rate)
                readings.append((text, reading))
            } catch {
                throw PollFailure(
                    .badValue, "the sum of \(key.product) on \(key.day): \(error)")
            }
        }
        return readings.sorted { $0.text < $1.text }.map(\.reading)
    }

    /// `[[day, product, unit, dimensions, quantity], …]`, sorted.
    var json: JSONValue {
        .array(
            quantities.sorted { $0.key < $1.key }.map { key, quantity in
                [
                    .string(key.day.description), .string(key.product), .string(key.unit),
                    ReadingDimension.json(key.dimensions), .string(quantity.description),
                ]
            })
    }

    /// Reads what `json` wrote.
    init(since: CalendarDay, _ reader: StateReader) throws(PollFailure) {
        self.since = since
        for row in try reader.rows("totals", width: 5) {
            let key = Key(
                day: try reader.day(row[0]), product: try reader.text(row[1]),
                unit: try reader.text(row[2]), dimensions: try reader.dimensions(row[3]))
            quantities[key] = try reader.decimal(row[4])
        }
    }
}
