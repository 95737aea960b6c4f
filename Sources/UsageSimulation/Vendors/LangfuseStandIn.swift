// Langfuse's daily metrics: only days with data, newest first, in numbered pages.

/// Stands in for `https://cloud.langfuse.com`.
enum LangfuseStandIn: VendorStandIn {
    static let name = "langfuse"
    static let credential = VendorCredential.basicPair

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            ("message", JSONText.quoted(refusal.message)),
            (
                "error",
                JSONText.quoted(refusal.status == 401 ? "UnauthorizedError" : "InvalidRequestError")
            ),
        ])
    }

    static var reports: [VendorReport] {
        [
            VendorReport(
                "metrics/daily", "GET", "/api/public/metrics/daily",
                measures: [.cost, .input, .output],
                answer: { (call, _) throws(VendorRefusal) in try daily(call) })
        ]
    }

    private static func daily(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let from = try call.instant("fromTimestamp") ?? VendorUsage.firstDay.start
        let end = try call.instant("toTimestamp") ?? Int(call.now)
        let days = SimulatedDay(holding: from)..<SimulatedDay(holding: max(from, end + 86_399))
        let groups = VendorGroup.groups(
            of: call.usage.lines(in: days).filter { $0.instant >= from && $0.instant < end },
            by: [\.day.description])
        let size = min(try call.number("limit", in: 1...100, default: 50), VendorPages.mostBuckets)
        let number = try call.number("page", in: 1...1_000_000, default: 1)
        let page = VendorPage(groups.reversed(), from: (number - 1) * size, size: size)
        return .object([
            ("data", JSONText.array(page.items.map(day))),
            (
                "meta",
                JSONText.object([
                    ("page", "\(number)"), ("limit", "\(size)"),
                    ("totalItems", "\(groups.count)"),
                    ("totalPages", "\((groups.count + size - 1) / size)"),
                ])
            ),
        ])
    }

    private static func day(_ group: VendorGroup) -> String {
        let usage = VendorGroup.groups(of: group.lines, by: [\.model]).map { part in
            JSONText.object([
                ("model", JSONText.optional(part.values[0])),
                ("inputUsage", "\(part.sum(\.inputTokens))"),
                ("outputUsage", "\(part.sum(\.outputTokens))"),
                ("totalUsage", "\(part.sum(\.tokens))"), ("totalCost", part.cost.description),
                ("countTraces", "\(part.lines.count)"),
                ("countObservations", "\(part.sum(\.requests))"),
            ])
        }
        return JSONText.object([
            ("date", JSONText.optional(group.values[0])),
            ("countTraces", "\(group.lines.count)"),
            ("countObservations", "\(group.sum(\.requests))"),
            ("totalCost", group.cost.description), ("usage", JSONText.array(usage)),
        ])
    }
}
