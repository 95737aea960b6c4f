// Azure Cost Management: columns and rows behind OAuth2, next links, at most 31 days.

/// Stands in for `https://management.azure.com` and its token endpoint.
enum AzureStandIn: VendorStandIn {
    static let name = "azure"
    static let credential = VendorCredential.accessToken

    static func body(of refusal: VendorRefusal) -> String {
        if refusal.code.hasPrefix("invalid_") && refusal.code != "invalid_request_error" {
            return JSONText.object([
                ("error", JSONText.quoted(refusal.code)),
                ("error_description", JSONText.quoted(refusal.message)),
            ])
        }
        let code = refusal.status == 401 ? "InvalidAuthenticationToken" : "BadRequest"
        return JSONText.object([
            (
                "error",
                JSONText.object([
                    ("code", JSONText.quoted(code)), ("message", JSONText.quoted(refusal.message)),
                ])
            )
        ])
    }

    static var reports: [VendorReport] {
        [
            VendorReport(
                "token", "POST", "/{tenant}/oauth2/v2.0/token", credential: VendorCredential.none,
                answer: { (call, _) throws(VendorRefusal) in try token(call) }),
            VendorReport(
                "query", "POST", "/{scope*}/providers/Microsoft.CostManagement/query",
                measures: [.cost],
                answer: { (call, _) throws(VendorRefusal) in try query(call) }),
        ]
    }

    private static func token(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let form = String(decoding: call.body, as: UTF8.self)
        guard form.contains("grant_type=client_credentials") else {
            throw VendorRefusal(400, "invalid_request", "grant_type must be client_credentials")
        }
        let hasClient =
            form.contains("client_secret=") || call.header("authorization") != nil
        guard hasClient else {
            throw VendorRefusal(401, "invalid_client", "AADSTS7000215: no client secret")
        }
        return .object([
            ("token_type", JSONText.quoted("Bearer")), ("expires_in", "3599"),
            ("access_token", JSONText.quoted(VendorCredential.grantedToken)),
        ])
    }

    private static func query(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        guard call.value("api-version") != nil else {
            throw .parameter("The api-version query parameter (?api-version=) is required")
        }
        let body = try call.json()
        let (first, last) = try period(call, body)
        let groupings = body["dataset"]?["grouping"]?.elements.compactMap { $0["name"]?.string }
        let groups = groupings ?? []
        let lines = call.usage.lines(in: first..<max(first, last.advanced(by: 1)))
        let rows = VendorGroup.groups(
            of: lines,
            by: [\.day.description]
                + groups.map { _ in { (line: VendorLine) -> String? in line.model } }
        ).map { group in
            JSONText.array(
                [
                    group.cost.description,
                    String(group.lines[0].day.description.filter { $0 != "-" }),
                ] + group.values.dropFirst().map(JSONText.optional) + [JSONText.quoted("USD")])
        }
        let question = "\(call.path) \(first) \(last) \(groups)"
        let offset = try VendorPages.offset(call.value("$skiptoken"), for: question)
        let page = VendorPage(rows, from: offset, size: VendorPages.mostRows)
        let link = page.next.map { next in
            let version = call.value("api-version") ?? ""
            return "\(call.base)\(call.path)?api-version=\(version)&$skiptoken="
                + VendorPages.cursor(next, for: question)
        }
        return .object([
            ("name", JSONText.quoted("stand-in")),
            ("type", JSONText.quoted("Microsoft.CostManagement/query")),
            (
                "properties",
                JSONText.object([
                    ("nextLink", JSONText.optional(link)),
                    ("columns", JSONText.array(columns(groups))),
                    ("rows", JSONText.array(page.items)),
                ])
            ),
        ])
    }

    private static func columns(_ groups: [String]) -> [String] {
        ([("Cost", "Number"), ("UsageDate", "Number")] + groups.map { ($0, "String") }
            + [("Currency", "String")]).map { name, type in
                JSONText.object([
                    ("name", JSONText.quoted(name)), ("type", JSONText.quoted(type)),
                ])
            }
    }

    /// The days asked for: swapped when they are the wrong way round, cut to 31 without a word.
    private static func period(
        _ call: VendorCall, _ body: RequestJSON
    ) throws(VendorRefusal) -> (first: SimulatedDay, last: SimulatedDay) {
        guard body["dataset"]?["granularity"]?.string == "Daily" else {
            throw .parameter("this stand-in knows granularity Daily")
        }
        switch body["timeframe"]?.string {
        case "MonthToDate": return (call.today.firstOfMonth, call.today)
        case "Custom":
            guard let from = body["timePeriod"]?["from"]?.string.flatMap(VendorTime.seconds),
                let to = body["timePeriod"]?["to"]?.string.flatMap(VendorTime.seconds)
            else { throw .parameter("timePeriod needs from and to") }
            let first = SimulatedDay(holding: min(from, to))
            let last = SimulatedDay(holding: max(from, to))
            return (first, min(last, first.advanced(by: 30)))
        default: throw .parameter("timeframe must be Custom or MonthToDate")
        }
    }
}
