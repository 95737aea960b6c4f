// GitHub's enhanced billing: rows without a date, the day is in the request and in the echo.

/// Stands in for `https://api.github.com`.
enum GitHubStandIn: VendorStandIn {
    static let name = "github"
    static let credential = VendorCredential.bearer

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            (
                "message",
                JSONText.quoted(refusal.status == 401 ? "Bad credentials" : refusal.message)
            ),
            ("documentation_url", JSONText.quoted("https://docs.github.com/rest")),
            ("status", JSONText.quoted("\(refusal.status)")),
        ])
    }

    static var reports: [VendorReport] {
        [("ai_credit", "Copilot AI Credits"), ("premium_request", "Copilot Premium Request")]
            .flatMap { kind, sku in
                ["organizations/{owner}", "enterprises/{owner}"].map { owner in
                    VendorReport(
                        "\(kind)/usage", "GET",
                        "/\(owner)/settings/billing/\(kind)/usage",
                        measures: owner.hasPrefix("org") ? [.credits] : [],
                        answer: { (call, _) throws(VendorRefusal) in try usage(call, sku) })
                }
            }
    }

    /// The period that a request names: a day, a month or a year.
    private static func period(
        _ call: VendorCall
    ) throws(VendorRefusal) -> (days: Range<SimulatedDay>, echo: [(name: String, value: String)]) {
        let today = call.today.description
        let year = try call.number(
            "year", in: 2024...2100, default: Int(today.prefix(4)) ?? 2026)
        var echo = [(name: "year", value: "\(year)")]
        guard call.value("month") != nil || call.value("day") != nil else {
            return (date(year, 1, 1)..<date(year + 1, 1, 1), echo)
        }
        let month = try call.number(
            "month", in: 1...12, default: Int(today.dropFirst(5).prefix(2)) ?? 1)
        echo.append(("month", "\(month)"))
        let first = date(year, month, 1)
        guard call.value("day") != nil else {
            return (first..<first.advanced(by: 31).firstOfMonth, echo)
        }
        let number = try call.number("day", in: 1...31, default: 1)
        echo.append(("day", "\(number)"))
        let day = first.advanced(by: number - 1)
        return (day..<day.advanced(by: 1), echo)
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> SimulatedDay {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return SimulatedDay("\(year)-\(two(month))-\(two(day))") ?? VendorUsage.firstDay
    }

    private static func usage(_ call: VendorCall, _ sku: String) throws(VendorRefusal)
        -> VendorReply
    {
        let (days, echo) = try period(call)
        let known = days.clamped(to: VendorUsage.firstDay..<call.today.advanced(by: 1))
        let items = VendorGroup.groups(of: call.usage.lines(in: known), by: [\.model])
            .map { item($0, sku) }
        var reply = VendorReply.object([
            ("timePeriod", JSONText.object(echo)),
            ("organization", JSONText.quoted(call.places["owner"] ?? "")),
            ("usageItems", JSONText.array(items)),
        ])
        let tag = "\"" + VendorPages.cursor(items.count, for: reply.body) + "\""
        if call.header("if-none-match") == tag {
            reply = VendorReply("", status: 304)
        }
        reply.headers += [
            VendorReply.Header(name: "etag", value: tag),
            VendorReply.Header(name: "x-ratelimit-limit", value: "5000"),
            VendorReply.Header(name: "x-ratelimit-remaining", value: "4999"),
            VendorReply.Header(
                name: "x-ratelimit-reset", value: "\((Int(call.now) / 3600 + 1) * 3600)"),
        ]
        return reply
    }

    /// A credit costs a cent; on some days the discount is larger than the use, and net is zero.
    private static func item(_ group: VendorGroup, _ sku: String) -> String {
        let credits = group.credits
        let isDiscounted = group.lines[0].day.number % 5 == 0
        let discount =
            isDiscounted ? credits + SimulatedAmount(micros: 1_500_000) : SimulatedAmount.zero
        let net = isDiscounted ? SimulatedAmount.zero : credits
        func cents(_ amount: SimulatedAmount) -> String { dollars(amount) }
        return JSONText.object([
            ("product", JSONText.quoted("Copilot")), ("sku", JSONText.quoted(sku)),
            ("model", JSONText.quoted(group.values[0] ?? "")),
            ("unitType", JSONText.quoted("ai-credits")), ("pricePerUnit", "0.01"),
            ("grossQuantity", credits.description), ("grossAmount", cents(credits)),
            ("discountQuantity", discount.description), ("discountAmount", cents(discount)),
            ("netQuantity", net.description), ("netAmount", cents(net)),
        ])
    }

    /// A hundredth of an amount, exactly: two decimals more.
    private static func dollars(_ amount: SimulatedAmount) -> String {
        let digits = String(amount.micros.magnitude)
        let padded = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
        return "\(padded.dropLast(8)).\(padded.suffix(8))"
    }
}
