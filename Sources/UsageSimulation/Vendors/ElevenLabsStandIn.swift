// ElevenLabs: a table of columns and rows, and a counter with its own reset mark.

/// Stands in for `https://api.elevenlabs.io`.
enum ElevenLabsStandIn: VendorStandIn {
    static let name = "elevenlabs"
    static let credential = VendorCredential.header("xi-api-key")

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            (
                "detail",
                JSONText.object([
                    (
                        "status",
                        JSONText.quoted(refusal.status == 401 ? "invalid_api_key" : refusal.code)
                    ),
                    ("message", JSONText.quoted(refusal.message)),
                ])
            )
        ])
    }

    static var reports: [VendorReport] {
        [
            VendorReport(
                "subscription", "GET", "/v1/user/subscription", product: { _ in "elevenlabs" },
                measures: [VendorMeasure("characters", count: \.outputTokens)],
                answer: { call, _ in subscription(call) }),
            VendorReport(
                "usage-by-product-over-time", "POST",
                "/v1/workspace/analytics/query/usage-by-product-over-time",
                measures: [.credits],
                answer: { (call, _) throws(VendorRefusal) in try usage(call) }),
        ]
    }

    private static func subscription(_ call: VendorCall) -> VendorReply {
        let first = call.today.firstOfMonth
        let used = call.usage.sum(since: first, to: call.today) { $0.outputTokens }
        return .object([
            ("tier", JSONText.quoted("creator")), ("character_count", "\(used)"),
            ("character_limit", "10000000"), ("max_credit_limit_extension", "0"),
            ("next_character_count_reset_unix", "\(first.advanced(by: 31).firstOfMonth.start)"),
            ("character_refresh_period", JSONText.quoted("monthly_period")),
            (
                "current_overage",
                JSONText.object([
                    ("amount", JSONText.quoted("0")), ("currency", JSONText.quoted("usd")),
                ])
            ),
            ("status", JSONText.quoted("active")),
        ])
    }

    private static func usage(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let body = try call.json()
        guard let start = body["start_time"]?.integer, let end = body["end_time"]?.integer,
            start >= 0, start < end, end / 1000 <= VendorTime.latest
        else {
            throw VendorRefusal(
                422, "invalid_range", "start_time and end_time are milliseconds, start first")
        }
        guard body["interval_seconds"]?.integer ?? 86_400 == 86_400 else {
            throw VendorRefusal(422, "invalid_interval", "this stand-in knows intervals of a day")
        }
        let zone = body["time_zone"]?.string ?? "UTC"
        guard ["UTC", "Etc/UTC"].contains(zone) else {
            throw VendorRefusal(422, "invalid_time_zone", "this stand-in knows UTC")
        }
        let isGrouped = body["group_by"]?.elements.isEmpty != true
        let days =
            SimulatedDay(holding: start / 1000)..<SimulatedDay(holding: (end + 86_399_999) / 1000)
        let rows = VendorGroup.groups(
            of: call.usage.lines(in: days),
            by: [\.day.description] + (isGrouped ? [\.model] : [])
        ).map { group in
            JSONText.array(
                ["\(group.lines[0].day.start * 1000)"]
                    + (isGrouped ? [JSONText.optional(group.values[1])] : [])
                    + [group.credits.description])
        }
        func columns(_ time: String, _ product: String, _ credits: String) -> String {
            JSONText.array(isGrouped ? [time, product, credits] : [time, credits])
        }
        return .object([
            ("columns", columns("\"time\"", "\"product_type\"", "\"credits\"")),
            ("column_types", columns("\"DateTime\"", "\"String\"", "\"Float\"")),
            ("column_units", columns("null", "null", "\"credits\"")),
            ("rows", JSONText.array(rows)),
        ])
    }
}
