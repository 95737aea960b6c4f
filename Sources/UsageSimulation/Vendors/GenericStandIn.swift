// The plainest shapes: a JSON list, CSV and NDJSON of rows with day, product and credits.

/// Stands in for an API of one's own.
enum GenericStandIn: VendorStandIn {
    static let name = "generic"
    static let credential = VendorCredential.bearer

    static var reports: [VendorReport] {
        ["json", "csv", "ndjson"].map { format in
            VendorReport(
                "usage." + format, "GET", "/usage." + format, measures: [.credits],
                answer: { (call, _) throws(VendorRefusal) in try usage(call, format) })
        }
    }

    private static func usage(
        _ call: VendorCall, _ format: String
    ) throws(VendorRefusal) -> VendorReply {
        let to = try call.day("to") ?? call.today
        let from = try call.day("from") ?? to.firstOfMonth
        let rows = VendorGroup.groups(
            of: call.usage.lines(in: from..<max(from, to.advanced(by: 1))),
            by: [\.day.description, \.model])
        guard format != "csv" else {
            let lines = rows.map { row in
                "\(row.values[0] ?? ""),\"\(row.values[1] ?? "")\",\(row.credits)\r\n"
            }
            return VendorReply(
                "date,product,credits\r\n" + lines.joined(), contentType: "text/csv")
        }
        let objects = rows.map { row in
            JSONText.object([
                ("date", JSONText.optional(row.values[0])),
                ("product", JSONText.optional(row.values[1])),
                ("credits", row.credits.description),
            ])
        }
        if format == "ndjson" {
            return VendorReply(
                objects.map { $0 + "\n" }.joined(), contentType: "application/x-ndjson")
        }
        return .object([("usage", JSONText.array(objects))])
    }
}
