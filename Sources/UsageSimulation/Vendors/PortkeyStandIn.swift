// Portkey's analytics graphs: whole cents and tokens a day.

/// Stands in for `https://api.portkey.ai`.
enum PortkeyStandIn: VendorStandIn {
    static let name = "portkey"
    static let credential = VendorCredential.header("x-portkey-api-key")

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            ("success", "false"),
            ("data", JSONText.object([("message", JSONText.quoted(refusal.message))])),
        ])
    }

    private static let graphs:
        [(name: String, unit: String, total: @Sendable (VendorLine) -> Int64)] = [
            ("cost", "cents", { $0.wholeCents }), ("tokens", "tokens", { $0.tokens }),
            ("requests", "requests", { $0.requests }),
        ]

    static var reports: [VendorReport] {
        graphs.map { graph in
            VendorReport(
                graph.name, "GET", "/v1/analytics/graphs/" + graph.name,
                product: { _ in "portkey" },
                measures: [VendorMeasure(graph.unit, count: graph.total)],
                answer: { (call, _) throws(VendorRefusal) in try points(call, graph.total) })
        }
    }

    private static func points(
        _ call: VendorCall, _ total: (VendorLine) -> Int64
    ) throws(VendorRefusal) -> VendorReply {
        guard let from = try call.instant("time_of_generation_min"),
            let to = try call.instant("time_of_generation_max"), from <= to
        else { throw .parameter("time_of_generation_min and time_of_generation_max are required") }
        let days = SimulatedDay(holding: from)..<SimulatedDay(holding: to + 86_399)
        let groups = VendorGroup.groups(
            of: call.usage.lines(in: days), by: [\.day.description])
        let sum = groups.reduce(0) { $0 + $1.sum(total) }
        let points = groups.map { group in
            JSONText.object([
                ("timestamp", JSONText.quoted(VendorTime.rfc3339(group.lines[0].day.start))),
                ("total", "\(group.sum(total))"),
                ("avg", "\(group.sum(total) / Int64(group.lines.count))"),
            ])
        }
        return .object([
            ("object", JSONText.quoted("analytics-graph")),
            (
                "summary",
                JSONText.object([
                    ("total", "\(sum)"), ("avg", "\(sum / Int64(max(1, groups.count)))"),
                ])
            ),
            ("data_points", JSONText.array(points)),
        ])
    }
}
