// LiteLLM's proxy: days whose rows the pages cut apart, with an object keyed by model.

/// Stands in for a LiteLLM proxy.
enum LiteLLMStandIn: VendorStandIn {
    static let name = "litellm"
    static let credential = VendorCredential.bearer

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            (
                "error",
                JSONText.object([
                    ("message", JSONText.quoted(refusal.message)),
                    ("type", JSONText.quoted("auth_error")), ("param", JSONText.quoted("None")),
                    ("code", JSONText.quoted("\(refusal.status)")),
                ])
            )
        ])
    }

    static var reports: [VendorReport] {
        ["user", "team", "organization"].map { scope in
            VendorReport(
                "daily/activity", "GET", "/\(scope)/daily/activity",
                measures: scope == "user" ? [.cost, .input, .output, .requests] : [],
                answer: { (call, _) throws(VendorRefusal) in try activity(call) })
        }
    }

    private static func activity(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        guard let first = try call.day("start_date"), let last = try call.day("end_date") else {
            throw .parameter("Please provide start_date and end_date")
        }
        // Newest days first, and a page ends in the middle of a day.
        let lines = call.usage.lines(in: first..<max(first, last.advanced(by: 1)))
            .sorted { ($1.day, $0.model) < ($0.day, $1.model) }
        let size = min(
            try call.number("page_size", in: 1...1000, default: 50), VendorPages.mostRows)
        let number = try call.number("page", in: 1...1_000_000, default: 1)
        let page = VendorPage(lines, from: (number - 1) * size, size: size)
        let days = VendorGroup.groups(of: page.items, by: [\.day.description])
        return .object([
            ("results", JSONText.array(days.map(day))),
            (
                "metadata",
                JSONText.object([
                    ("total_spend", VendorGroup(values: [], lines: page.items).cost.description),
                    ("page", "\(number)"), ("total_pages", "\((lines.count + size - 1) / size)"),
                    ("has_more", JSONText.flag(page.next != nil)),
                ])
            ),
        ])
    }

    private static func day(_ group: VendorGroup) -> String {
        func keyed(_ dimension: @escaping (VendorLine) -> String?) -> String {
            JSONText.object(
                VendorGroup.groups(of: group.lines, by: [dimension]).map { part in
                    (
                        part.values[0] ?? "",
                        JSONText.object([("metrics", metrics(part)), ("metadata", "{}")])
                    )
                })
        }
        return JSONText.object([
            ("date", JSONText.quoted(group.values[0] ?? "")), ("metrics", metrics(group)),
            (
                "breakdown",
                JSONText.object([
                    ("models", keyed(\.model)), ("providers", keyed { _ in "maker" }),
                    ("api_keys", keyed { $0.project ?? "" }), ("entities", "{}"),
                ])
            ),
        ])
    }

    private static func metrics(_ group: VendorGroup) -> String {
        let requests = group.sum(\.requests)
        return JSONText.object([
            ("spend", group.cost.description), ("prompt_tokens", "\(group.sum(\.inputTokens))"),
            ("completion_tokens", "\(group.sum(\.outputTokens))"),
            ("cache_read_input_tokens", "\(group.sum(\.cachedTokens))"),
            ("cache_creation_input_tokens", "0"), ("total_tokens", "\(group.sum(\.tokens))"),
            ("successful_requests", "\(requests)"), ("failed_requests", "0"),
            ("api_requests", "\(requests)"),
        ])
    }
}
