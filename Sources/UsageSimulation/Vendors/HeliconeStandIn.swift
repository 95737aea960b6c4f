// Helicone's request query: single requests by offset and limit, errors inside a 200.

/// Stands in for `https://api.helicone.ai`.
enum HeliconeStandIn: VendorStandIn {
    static let name = "helicone"
    static let credential = VendorCredential.bearer

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([("data", "null"), ("error", JSONText.quoted(refusal.message))])
    }

    static var reports: [VendorReport] {
        [
            VendorReport(
                "query-clickhouse", "POST", "/v1/request/query-clickhouse",
                measures: [.cost, .input, .output],
                answer: { (call, _) throws(VendorRefusal) in try query(call) })
        ]
    }

    /// The filter names `gte` or `gt`, and `lt` or `lte`, at any depth.
    private static func query(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let body = try call.json()
        func bound(_ names: [String]) -> Int? {
            names.compactMap { body["filter"]?.first($0)?.string.flatMap(VendorTime.seconds) }.first
        }
        let from = bound(["gte", "gt"]) ?? call.today.firstOfMonth.start
        let to = bound(["lt", "lte"]) ?? Int(call.now)
        guard from <= to, to - from <= 400 * 86_400 else {
            // The vendor's own way of saying no: status 200 with an error inside.
            return .object([
                ("data", "null"), ("error", JSONText.quoted("the time range is not valid")),
            ])
        }
        let days = SimulatedDay(holding: from)..<SimulatedDay(holding: to + 86_399)
        let lines = call.usage.lines(in: days).filter { $0.instant >= from && $0.instant < to }
            .sorted {
                ($0.instant, $0.model, $0.project ?? "") < ($1.instant, $1.model, $1.project ?? "")
            }
        let limit = min(max(body["limit"]?.integer ?? 10, 1), 1000)
        let offset = min(max(body["offset"]?.integer ?? 0, 0), 1_000_000)
        let page = VendorPage(lines, from: offset, size: limit)
        return .object([
            ("data", JSONText.array(page.items.map(row))), ("error", "null"),
        ])
    }

    private static func row(_ line: VendorLine) -> String {
        let created = VendorTime.rfc3339(line.instant)
        let id = "\(line.day)-\(line.hour)-\(line.model)-\(line.project ?? "none")"
        return JSONText.object([
            ("request_id", JSONText.quoted(id)), ("request_created_at", JSONText.quoted(created)),
            ("request_model", JSONText.quoted(line.model)),
            ("model", JSONText.quoted(line.model)), ("response_status", "200"),
            ("prompt_tokens", "\(line.inputTokens)"),
            ("completion_tokens", "\(line.outputTokens)"), ("total_tokens", "\(line.tokens)"),
            ("cost", line.cost.description), ("costUSD", line.cost.description),
            ("user_id", JSONText.quoted(line.user)),
        ])
    }
}
