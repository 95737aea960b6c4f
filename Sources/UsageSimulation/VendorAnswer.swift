// The JSON of one answer of a usage API, right or damaged on purpose.

/// What an answer is made of: the figures of the query's window.
package struct VendorFigures: Sendable, Equatable {
    /// Credits by day and product.
    package var rows: [UsageRow] = []
    /// Tokens by day and product.
    package var totals: [TokenTotal] = []

    /// Figures of a window.
    package init(rows: [UsageRow] = [], totals: [TokenTotal] = []) {
        self.rows = rows
        self.totals = totals
    }
}

/// Writes one page of figures.
package struct VendorAnswer: Sendable {
    /// The API.
    package let interface: VendorInterface
    /// The window and the page.
    package let query: VendorQuery
    /// Where the buckets begin and end.
    package let calendar: SimulatedCalendar
    /// How the answer is damaged; faults that are not about JSON leave it whole.
    package let damage: VendorFault?

    /// An answer to a query.
    package init(
        _ interface: VendorInterface, query: VendorQuery, calendar: SimulatedCalendar,
        damage: VendorFault?
    ) {
        self.interface = interface
        var query = query
        if damage == .repeatedPage, interface != .pages { query.offset = 0 }
        self.query = query
        self.calendar = calendar
        self.damage = damage
    }

    /// The body.
    package func body(_ figures: VendorFigures) -> String {
        if damage == .noRows { return JSONText.object([("items", "[]")]) }
        return switch interface {
        case .usage: cursorPage(creditRows(figures.rows))
        case .dailyTokens: cursorPage(tokenRows(figures.totals))
        case .pages: numberedPage(creditRows(figures.rows))
        case .buckets: bucketPage(figures.totals)
        }
    }

    private func cursorPage(_ rows: [String]) -> String {
        let page = page(of: rows)
        return JSONText.object([
            ("usage", JSONText.array(page.rows)),
            (
                "next_cursor",
                page.next.map { JSONText.quoted(VendorQuery.cursor(for: $0)) } ?? "null"
            ),
            ("has_more", page.next == nil ? "false" : "true"),
        ])
    }

    private func numberedPage(_ rows: [String]) -> String {
        let number = query.offset / query.pageSize + 1
        var total = max((rows.count + query.pageSize - 1) / query.pageSize, 1)
        var data = page(of: rows).rows
        if damage == .repeatedPage {
            total = max(3, number)
            data = Array(rows.prefix(query.pageSize))
        }
        return JSONText.object([
            ("data", JSONText.array(data)), ("page", "\(number)"), ("total_pages", "\(total)"),
        ])
    }

    private func bucketPage(_ totals: [TokenTotal]) -> String {
        var buckets: [String] = []
        var day = query.from
        if damage == .outsideWindow { day = day.advanced(by: -1) }
        var isFirst = true
        while day <= query.to, buckets.count < 1000 {
            let results = totals.filter { $0.day == day }.map { total in
                defer { isFirst = false }
                return row(
                    [
                        ("object", JSONText.quoted("bucket.result")),
                        ("product", JSONText.quoted(total.product)),
                    ],
                    amount: "tokens", "\(total.tokens)", isFirst: isFirst)
            }
            buckets.append(bucket(day, results))
            day = day.advanced(by: 1)
        }
        if damage == .futureDay { buckets.append(bucket(query.to.advanced(by: 31), [])) }
        let page = page(of: buckets)
        return JSONText.object([
            ("object", JSONText.quoted("page")),
            ("data", JSONText.array(page.rows)),
            ("has_more", page.next == nil ? "false" : "true"),
            ("next_page", page.next.map { JSONText.quoted(VendorQuery.cursor(for: $0)) } ?? "null"),
        ])
    }

    private func bucket(_ day: SimulatedDay, _ results: [String]) -> String {
        JSONText.object([
            ("object", JSONText.quoted("bucket")),
            ("start_time", "\(Int(calendar.start(of: day)))"),
            ("end_time", "\(Int(calendar.start(of: day.advanced(by: 1))))"),
            ("results", JSONText.array(results)),
        ])
    }

    private func creditRows(_ rows: [UsageRow]) -> [String] {
        var rows = rows
        let stray = UsageRow(
            day: strayDay ?? query.from, product: "assistant",
            credits: SimulatedAmount(micros: 1_000_000))
        if strayDay != nil || (rows.isEmpty && damagesRow) { rows.insert(stray, at: 0) }
        return rows.enumerated().map { index, row in
            creditRow(row, isFirst: index == 0)
        }
    }

    private func creditRow(_ row: UsageRow, isFirst: Bool) -> String {
        let credits = row.credits.description
        return self.row(
            [
                ("date", JSONText.quoted(row.day.description)),
                ("product", JSONText.quoted(row.product)),
            ],
            amount: "credits", query.numbers ? credits : JSONText.quoted(credits), isFirst: isFirst)
    }

    private func tokenRows(_ totals: [TokenTotal]) -> [String] {
        var totals = totals
        if strayDay != nil || (totals.isEmpty && damagesRow) {
            totals.insert(
                TokenTotal(
                    day: strayDay ?? query.from, product: "conversation", contextTokens: 1,
                    generatedTokens: 1),
                at: 0)
        }
        return totals.enumerated().map { index, total in
            row(
                [
                    ("date", JSONText.quoted(total.day.description)),
                    ("product", JSONText.quoted(total.product)),
                    ("context_tokens", "\(total.contextTokens)"),
                    ("generated_tokens", "\(total.generatedTokens)"),
                ],
                amount: "tokens", "\(total.tokens)", isFirst: index == 0)
        }
    }

    /// A row of members and one amount; the first row of an answer carries the damage.
    private func row(
        _ members: [(name: String, value: String)], amount name: String, _ amount: String,
        isFirst: Bool
    ) -> String {
        var text = amount
        var extra: [(name: String, value: String)] = []
        if isFirst {
            switch damage {
            case .notANumber: text = "NaN"
            case .notANumberText: text = JSONText.quoted("NaN")
            case .overflow: text = "1e400"
            case .textAmount: text = JSONText.quoted("abc")
            case .repeatedKey: extra = [(name, amount)]
            default: break
            }
        }
        return JSONText.object(members + [(name, text)] + extra)
    }

    private var strayDay: SimulatedDay? {
        switch damage {
        case .outsideWindow: query.from.advanced(by: -1)
        case .futureDay: query.to.advanced(by: 31)
        default: nil
        }
    }

    private var damagesRow: Bool {
        switch damage {
        case .notANumber, .notANumberText, .overflow, .textAmount, .repeatedKey: true
        default: false
        }
    }

    private func page(of rows: [String]) -> (rows: [String], next: Int?) {
        let begin = min(query.offset, rows.count)
        let end = min(begin + query.pageSize, rows.count)
        let next = damage == .repeatedPage ? query.pageSize : end
        let hasMore = damage == .repeatedPage || end < rows.count
        return (Array(rows[begin..<end]), hasMore ? next : nil)
    }
}
