// OpenMeter's meter query: windows of a day as JSON or CSV.

/// Stands in for `https://openmeter.cloud`.
enum OpenMeterStandIn: VendorStandIn {
    static let name = "openmeter"
    static let credential = VendorCredential.bearer

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            ("type", JSONText.quoted("about:blank")), ("title", JSONText.quoted(refusal.code)),
            ("status", "\(refusal.status)"), ("detail", JSONText.quoted(refusal.message)),
        ])
    }

    static var reports: [VendorReport] {
        [
            VendorReport(
                "meter query", "GET", "/api/v1/meters/{slug}/query",
                measures: [VendorMeasure("tokens", count: \.tokens)],
                answer: { (call, _) throws(VendorRefusal) in try query(call) })
        ]
    }

    private static func query(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        guard call.value("windowSize") ?? "DAY" == "DAY" else {
            throw .parameter("this stand-in knows windowSize DAY")
        }
        guard ["UTC", nil].contains(call.value("windowTimeZone")) else {
            throw .parameter("this stand-in knows windowTimeZone UTC")
        }
        guard let from = try call.instant("from"), let to = try call.instant("to"), from < to else {
            throw .parameter("from and to are required, from first")
        }
        let groups = try self.groups(call)
        let days = SimulatedDay(holding: from)..<SimulatedDay(holding: to + 86_399)
        let rows = VendorGroup.groups(
            of: call.usage.lines(in: days),
            by: [\.day.description]
                + groups.map { _ in { (line: VendorLine) -> String? in line.model } })
        if call.header("accept")?.hasPrefix("text/csv") == true {
            return csv(rows, groups)
        }
        let data = rows.map { row in
            let (start, end) = window(row)
            return JSONText.object([
                ("value", "\(row.sum(\.tokens))"), ("windowStart", JSONText.quoted(start)),
                ("windowEnd", JSONText.quoted(end)), ("subject", "null"),
                (
                    "groupBy",
                    JSONText.object(
                        zip(groups, row.values.dropFirst()).map {
                            (name: $0, value: JSONText.optional($1))
                        })
                ),
            ])
        }
        return .object([
            ("from", JSONText.quoted(VendorTime.rfc3339(from))),
            ("to", JSONText.quoted(VendorTime.rfc3339(to))),
            ("windowSize", JSONText.quoted("DAY")), ("data", JSONText.array(data)),
        ])
    }

    private static func groups(_ call: VendorCall) throws(VendorRefusal) -> [String] {
        let groups = call.values("groupBy")
        guard groups.allSatisfy({ $0 == "model" }) else {
            throw .parameter("this meter groups by model")
        }
        return groups
    }

    private static func window(_ row: VendorGroup) -> (start: String, end: String) {
        let start = row.lines[0].day.start
        return (VendorTime.rfc3339(start), VendorTime.rfc3339(start + 86_400))
    }

    private static func csv(_ rows: [VendorGroup], _ groups: [String]) -> VendorReply {
        var lines = [(["window_start", "window_end", "subject"] + groups + ["value"])]
        for row in rows {
            let (start, end) = window(row)
            lines.append(
                [start, end, ""] + row.values.dropFirst().map { $0 ?? "" }
                    + ["\(row.sum(\.tokens))"])
        }
        return VendorReply(
            lines.map { $0.joined(separator: ",") + "\r\n" }.joined(), contentType: "text/csv")
    }
}
