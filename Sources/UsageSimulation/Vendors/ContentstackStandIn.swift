// Contentstack's analytics: a job is submitted, pending at first, then read in pages.

/// Stands in for `https://app.contentstack.com`; the shape of the rows is assumed.
enum ContentstackStandIn: VendorStandIn {
    static let name = "contentstack"
    static let credential = VendorCredential.header("authtoken")

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            ("error_message", JSONText.quoted(refusal.message)),
            ("error_code", refusal.status == 401 ? "105" : "141"), ("errors", "{}"),
        ])
    }

    static var reports: [VendorReport] {
        [
            VendorReport(
                "job data", "GET", "/analytics/v2/job/{job}/data", measures: [],
                answer: { (call, memory) throws(VendorRefusal) in try data(call, &memory) }),
            VendorReport(
                "report", "GET", "/analytics/v2/{report}", measures: [.credits],
                answer: { (call, memory) throws(VendorRefusal) in try submit(call, &memory) }),
        ]
    }

    private static func submit(
        _ call: VendorCall, _ memory: inout VendorMemory
    ) throws(VendorRefusal) -> VendorReply {
        guard call.value("orgUid") != nil else {
            throw VendorRefusal(422, "invalid", "orgUid is required")
        }
        let to = try call.day("to") ?? call.today
        let from = try call.day("from") ?? to.firstOfMonth
        guard from <= to, to < from.advanced(by: 90) else {
            throw VendorRefusal(422, "invalid", "from and to span at most 90 days")
        }
        return .object([
            ("jobId", JSONText.quoted(memory.submit(from: from, to: to))),
            ("status", JSONText.quoted("pending")),
        ])
    }

    private static func data(
        _ call: VendorCall, _ memory: inout VendorMemory
    ) throws(VendorRefusal) -> VendorReply {
        guard let job = memory.look(at: call.places["job"] ?? "") else {
            throw VendorRefusal(404, "not_found", "the job is not known")
        }
        guard job.looks > 1 else {
            var reply = VendorReply.object([("status", JSONText.quoted("pending"))])
            reply.status = 202
            return reply
        }
        let number = try call.number("page", in: 0...1_000_000, default: 0)
        let groups = VendorGroup.groups(
            of: call.usage.lines(in: job.from..<job.to.advanced(by: 1)),
            by: [\.day.description, \.model])
        let page = VendorPage(
            groups, from: number * VendorPages.mostRows, size: VendorPages.mostRows)
        let rows = page.items.map { group in
            JSONText.object([
                ("date", JSONText.optional(group.values[0])),
                ("product", JSONText.optional(group.values[1])),
                ("credits", group.credits.description),
            ])
        }
        return .object([
            ("status", JSONText.quoted("completed")), ("page", "\(number)"),
            ("data", JSONText.array(rows)),
        ])
    }
}
