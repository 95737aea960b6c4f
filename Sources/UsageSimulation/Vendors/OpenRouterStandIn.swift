// OpenRouter: finished days by model, the key's counters, the account's credits.

/// Stands in for `https://openrouter.ai`.
enum OpenRouterStandIn: VendorStandIn {
    static let name = "openrouter"
    static let credential = VendorCredential.bearer

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            (
                "error",
                JSONText.object([
                    ("code", "\(refusal.status)"), ("message", JSONText.quoted(refusal.message)),
                ])
            )
        ])
    }

    static var reports: [VendorReport] {
        [
            VendorReport(
                "activity", "GET", "/api/v1/activity",
                measures: [.cost, .input, .output, .requests],
                answer: { (call, _) throws(VendorRefusal) in try activity(call) }),
            VendorReport(
                "key", "GET", "/api/v1/key", product: { _ in "openrouter" }, measures: [.cost],
                answer: { call, _ in key(call) }),
            VendorReport(
                "credits", "GET", "/api/v1/credits", product: { _ in "openrouter" },
                measures: [.cost], answer: { call, _ in credits(call) }),
        ]
    }

    /// The last thirty completed days, never today.
    private static func activity(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        var days = call.today.advanced(by: -30)..<call.today
        if let day = try call.day("date") {
            guard days.contains(day) else {
                throw .parameter("Date must be within the last 30 (completed) UTC days")
            }
            days = day..<day.advanced(by: 1)
        }
        let rows = call.usage.lines(in: days).map { line in
            JSONText.object([
                ("date", JSONText.quoted(line.day.description)),
                ("model", JSONText.quoted("maker/" + line.model)),
                ("model_permaslug", JSONText.quoted("maker/\(line.model)-2026")),
                ("endpoint_id", JSONText.quoted("endpoint-" + (line.project ?? "default"))),
                ("provider_name", JSONText.quoted("Maker")), ("usage", line.cost.description),
                ("byok_usage_inference", "0"), ("requests", "\(line.requests)"),
                ("prompt_tokens", "\(line.inputTokens)"),
                ("completion_tokens", "\(line.outputTokens)"), ("reasoning_tokens", "0"),
            ])
        }
        return .object([("data", JSONText.array(rows))])
    }

    private static func key(_ call: VendorCall) -> VendorReply {
        func used(since day: SimulatedDay) -> SimulatedAmount {
            SimulatedAmount(
                micros: call.usage.sum(since: day, to: call.today) { $0.cost.micros })
        }
        let monthly = used(since: call.today.firstOfMonth)
        let limit = SimulatedAmount(micros: 1_000_000_000)
        return .object([
            (
                "data",
                JSONText.object([
                    ("label", JSONText.quoted("stand-in")),
                    ("usage", used(since: VendorUsage.firstDay).description),
                    ("usage_daily", used(since: call.today).description),
                    (
                        "usage_weekly",
                        used(since: call.today.advanced(by: -call.today.weekday)).description
                    ),
                    ("usage_monthly", monthly.description), ("byok_usage", "0"),
                    ("limit", limit.description),
                    ("limit_remaining", max(limit - monthly, .zero).description),
                    ("limit_reset", JSONText.quoted("monthly")),
                ])
            )
        ])
    }

    /// Topped up by 250 whenever less would be left.
    private static func credits(_ call: VendorCall) -> VendorReply {
        let used = call.usage.sum(to: call.today) { $0.cost.micros }
        let granted = (used / 250_000_000 + 1) * 250
        return .object([
            (
                "data",
                JSONText.object([
                    ("total_credits", "\(granted)"),
                    ("total_usage", SimulatedAmount(micros: used).description),
                ])
            )
        ])
    }
}
