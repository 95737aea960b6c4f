// What a request to a usage API asks for, read from its query.

/// A query that cannot be answered, in words for the caller.
package struct VendorQueryError: Error, Equatable {
    /// What is wrong.
    package let message: String
}

/// The window and the page that a request asks for.
package struct VendorQuery: Sendable, Equatable {
    /// The first day.
    package var from: SimulatedDay
    /// The last day, inclusive.
    package var to: SimulatedDay
    /// How many rows a page may have, 1 to 1000.
    package var pageSize: Int
    /// The first row of the page, from 0.
    package var offset: Int
    /// Whether amounts are JSON numbers rather than texts.
    package var numbers: Bool
    /// The products asked for (`products=a,b`); nil: all.
    package var products: [String]?

    /// Reads a query. Absent bounds are the 1st of today's month and today.
    ///
    /// - Parameter parameters: names and decoded values, in order; the first of a name counts.
    package init(
        _ interface: VendorInterface,
        parameters: [(name: String, value: String)],
        today: SimulatedDay,
        calendar: SimulatedCalendar
    ) throws(VendorQueryError) {
        func value(_ name: String) -> String? { parameters.first { $0.name == name }?.value }
        numbers = value("numbers") == "1"
        products = value("products").map { $0.split(separator: ",").map(String.init) }
        switch interface {
        case .usage, .pages, .dailyTokens:
            from = try Self.day("from", value("from")) ?? today.firstOfMonth
            to = try Self.day("to", value("to")) ?? today
        case .buckets:
            let start = try Self.number("start_time", value("start_time"), in: 0...253_402_300_799)
            let end = try Self.number("end_time", value("end_time"), in: 0...253_402_300_799)
            // A bucket belongs to the window when it begins in it; the end is exclusive.
            from = start.map { Self.firstDay(from: Double($0), calendar) } ?? today.firstOfMonth
            to = end.map { Self.firstDay(from: Double($0), calendar).advanced(by: -1) } ?? today
        }
        switch interface {
        case .usage, .dailyTokens:
            pageSize = try Self.number("page_size", value("page_size"), in: 1...1000) ?? 100
            offset = try Self.cursor(value("cursor"))
        case .buckets:
            pageSize = try Self.number("limit", value("limit"), in: 1...1000) ?? 31
            offset = try Self.cursor(value("page"))
        case .pages:
            pageSize = try Self.number("per_page", value("per_page"), in: 1...1000) ?? 100
            let page = try Self.number("page", value("page"), in: 1...1_000_000) ?? 1
            offset = (page - 1) * pageSize
        }
    }

    /// Whether a product is asked for.
    package func wants(_ product: String) -> Bool {
        products?.contains(product) ?? true
    }

    /// The cursor that names the page which begins at a row.
    package static func cursor(for offset: Int) -> String { "rows-\(offset)" }

    private static func cursor(_ text: String?) throws(VendorQueryError) -> Int {
        guard let text, !text.isEmpty else { return 0 }
        guard text.hasPrefix("rows-"), let offset = Int(text.dropFirst(5)),
            (0...1_000_000).contains(offset)
        else { throw VendorQueryError(message: "the cursor is not one of this server's") }
        return offset
    }

    private static func day(
        _ name: String, _ text: String?
    ) throws(VendorQueryError) -> SimulatedDay? {
        guard let text else { return nil }
        guard let day = SimulatedDay(text) else {
            throw VendorQueryError(message: "`\(name)` is not a day like 2026-11-01")
        }
        return day
    }

    private static func number(
        _ name: String, _ text: String?, in range: ClosedRange<Int>
    ) throws(VendorQueryError) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw VendorQueryError(
                message: "`\(name)` is not a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound)")
        }
        return number
    }

    private static func firstDay(from instant: Double, _ calendar: SimulatedCalendar)
        -> SimulatedDay
    {
        let day = calendar.day(of: instant)
        return calendar.start(of: day) == instant ? day : day.advanced(by: 1)
    }
}
