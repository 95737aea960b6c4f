// How the sources of cases are read: the lines of a configuration.

/// A shape of answers, and the source that reads it.
package enum FaultCaseKind: String, Sendable, CaseIterable {
    /// Credits a day in pages by cursor, with a flag for cut answers and an echo of the window.
    case usage
    /// Credits a day in numbered pages with their number.
    case numbered
    /// Units that are a millionth of a credit.
    case tokens
    /// Units that are a million credits.
    case grains
    /// Buckets that each hold rows.
    case buckets
    /// Gross, discount and net.
    case billing
    /// A total of the day.
    case dayTotal
    /// A total with the vendor's own mark of its period.
    case markedTotal
    /// What is left, which grants raise.
    case balance

    /// An answer of 5 credits.
    var good: ScriptedAnswer {
        switch self {
        case .usage: .one("5")
        case .numbered: .page(["5"], of: 1)
        case .tokens: .one("5000000")
        case .grains: .one("5e-6")
        case .buckets: .bucket("\"results\"", "5")
        case .billing: .billed(gross: "5", discount: "0", net: "5")
        case .dayTotal, .markedTotal: .total("5")
        case .balance: .remaining("100")
        }
    }

    /// The lines of a source below its identifier and organization.
    ///
    /// - Parameter url: the address of the case.
    package func configuration(url: String) -> String {
        let request = "    request: {url: \"\(url)\"}\n"
        return switch self {
        case .usage: usage(request, "credits: \"$.credits\"")
        case .tokens: usage(request, units("0.000001"))
        case .grains: usage(request, units("1000000"))
        case .numbered:
            request + """
                    paginate: {kind: page, first: 1, total_pages: "$.pages", into: query.cursor}
                    map:
                      rows: "$.usage[*]"
                      day: "$.date"
                      product: "$.product"
                      credits: "$.credits"

                """
        case .buckets:
            request + """
                    map:
                      rows: [{as: b, path: "$.data[*]"}, {as: r, path: "$['results','result'][*]"}]
                      day: {of: b, path: "$.start", type: unix, end: {path: "$.end", type: unix}}
                      product: {value: assistant}
                      credits: "$.amount"

                """
        case .billing:
            request + """
                    map:
                      rows: "$.items[*]"
                      day: "$.date"
                      product: "$.product"
                      credits: "$.gross"

                """
        case .dayTotal: total(request, "epoch: day")
        case .markedTotal: total(request, "epoch: \"$.cycle\"")
        case .balance:
            request + """
                    style: balance
                    map:
                      rows: "$.data"
                      product: {value: assistant}
                      balance: {remaining: "$.remaining"}

                """
        }
    }

    private func units(_ rate: String) -> String {
        "measures: [{unit: pieces, path: \"$.credits\", credits_per_unit: \"\(rate)\"}]"
    }

    private func usage(_ request: String, _ figures: String) -> String {
        request + """
                limits: {body: 64KiB, max_rows: 6}
                paginate:
                  {kind: cursor, next: "$.next", more: "$.more", into: query.cursor, max_pages: 20}
                checks:
                  - {path: "$.truncated", equals: false, optional: true}
                  - {path: "$.from", equals: "{window.start:date}", optional: true}
                map:
                  rows: "$.usage[*]"
                  day: "$.date"
                  product: "$.product"
                  dims: {project: {path: "$.project", null_as: "(none)", optional: true}}
                  \(figures)

            """
    }

    private func total(_ request: String, _ epoch: String) -> String {
        request + """
                style: counter
                counter: {\(epoch), first: consume}
                map: {rows: "$.data", product: {value: assistant}, credits: "$.used"}

            """
    }
}

extension ScriptedAnswer {
    /// A page of rows of today, each an amount as it is written.
    static func rows(_ amounts: [String], next: String = "null", more: String = "false")
        -> ScriptedAnswer
    {
        let rows = amounts.map { row($0) }.joined(separator: ",")
        return .json("{\"usage\":[\(rows)],\"next\":\(next),\"more\":\(more)}")
    }

    /// One row of today.
    static func one(_ amount: String) -> ScriptedAnswer { .rows([amount]) }

    /// One row of today with further members of the answer, such as `"truncated":true,`.
    static func one(_ amount: String, with members: String) -> ScriptedAnswer {
        .json("{\(members)\"usage\":[\(row(amount))],\"next\":null,\"more\":false}")
    }

    /// A row.
    static func row(
        _ amount: String, day: String = "{today}", with members: String = ""
    ) -> String {
        "{\"date\":\"\(day)\",\"product\":\"assistant\",\(members)\"credits\":\(amount)}"
    }

    /// A whole answer around rows that are written already.
    static func list(_ rows: String) -> ScriptedAnswer {
        .json("{\"usage\":[\(rows)],\"next\":null,\"more\":false}")
    }

    /// A numbered page.
    static func page(_ amounts: [String], of pages: Int) -> ScriptedAnswer {
        .json(
            "{\"usage\":[\(amounts.map { row($0) }.joined(separator: ","))],\"pages\":\(pages)}")
    }

    /// A bucket of today.
    static func bucket(
        _ key: String, _ amount: String, start: String = "{start}", end: String = "{end}"
    ) -> ScriptedAnswer {
        .json(
            "{\"data\":[{\"start\":\(start),\"end\":\(end),\(key):[{\"amount\":\(amount)}]}]}")
    }

    /// A bill of today.
    static func billed(gross: String, discount: String, net: String) -> ScriptedAnswer {
        .json(
            "{\"items\":[{\"date\":\"{today}\",\"product\":\"assistant\",\"gross\":\(gross),"
                + "\"discount\":\(discount),\"net\":\(net)}]}")
    }

    /// A total, with the mark of its period.
    static func total(_ used: String, cycle: String = "one") -> ScriptedAnswer {
        .json("{\"data\":{\"used\":\(used),\"cycle\":\"\(cycle)\"}}")
    }

    /// What is left.
    static func remaining(_ credits: String) -> ScriptedAnswer {
        .json("{\"data\":{\"remaining\":\(credits)}}")
    }
}
