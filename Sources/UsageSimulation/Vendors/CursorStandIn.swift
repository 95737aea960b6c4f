// Cursor's administration API: events newest first, requests a day, spend of the cycle.

/// Stands in for `https://api.cursor.com`.
enum CursorStandIn: VendorStandIn {
    static let name = "cursor"
    static let credential = VendorCredential.basicUser

    /// The longest window, in days.
    private static let mostDays = 30

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            ("error", JSONText.quoted(refusal.status == 401 ? "Unauthorized" : "Bad Request")),
            ("message", JSONText.quoted(refusal.message)),
        ])
    }

    static var reports: [VendorReport] {
        [
            VendorReport(
                "filtered-usage-events", "POST", "/teams/filtered-usage-events",
                measures: [
                    .cost, VendorMeasure("charged_cents") { hundredfold($0.cost) }, .input,
                    .output,
                ],
                answer: { (call, _) throws(VendorRefusal) in try events(call) }),
            VendorReport(
                "daily-usage-data", "POST", "/teams/daily-usage-data", product: \.user,
                measures: [.requests],
                answer: { (call, _) throws(VendorRefusal) in try daily(call) }),
            VendorReport(
                "spend", "POST", "/teams/spend", product: \.user,
                measures: [VendorMeasure("spend_cents", count: \.wholeCents)],
                answer: { (call, _) throws(VendorRefusal) in try spend(call) }),
        ]
    }

    private static func hundredfold(_ amount: SimulatedAmount) -> SimulatedAmount {
        SimulatedAmount(micros: amount.micros * 100)
    }

    /// The lines between `startDate` and `endDate` in milliseconds, oldest first.
    private static func lines(
        _ call: VendorCall, _ body: RequestJSON
    ) throws(VendorRefusal) -> [VendorLine] {
        guard let start = body["startDate"]?.integer, let end = body["endDate"]?.integer,
            start >= 0, start <= end, end / 1000 <= VendorTime.latest
        else { throw .parameter("startDate and endDate are milliseconds since 1970") }
        guard end - start <= mostDays * 86_400_000 else {
            throw .parameter("the date range cannot exceed \(mostDays) days")
        }
        let days =
            SimulatedDay(holding: start / 1000)..<SimulatedDay(holding: end / 1000).advanced(by: 1)
        return call.usage.lines(in: days).filter {
            $0.instant * 1000 >= start && $0.instant * 1000 <= end
        }
    }

    private static func events(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let body = try call.json()
        let events = try lines(call, body).sorted {
            ($1.instant, $1.model, $1.project ?? "") < ($0.instant, $0.model, $0.project ?? "")
        }
        let size = min(max(body["pageSize"]?.integer ?? 10, 1), VendorPages.mostRows)
        let number = min(max(body["page"]?.integer ?? 1, 1), 1_000_000)
        let page = VendorPage(events, from: (number - 1) * size, size: size)
        return .object([
            ("totalUsageEventsCount", "\(events.count)"),
            (
                "pagination",
                JSONText.object([
                    ("numPages", "\((events.count + size - 1) / size)"),
                    ("currentPage", "\(number)"), ("pageSize", "\(size)"),
                    ("hasNextPage", JSONText.flag(page.next != nil)),
                    ("hasPreviousPage", JSONText.flag(number > 1)),
                ])
            ),
            ("usageEvents", JSONText.array(page.items.map(event))),
        ])
    }

    private static func event(_ line: VendorLine) -> String {
        JSONText.object([
            ("timestamp", JSONText.quoted("\(line.instant * 1000)")),
            ("userEmail", JSONText.quoted(line.user)), ("model", JSONText.quoted(line.model)),
            ("kind", JSONText.quoted("Usage-based")),
            ("chargedCents", line.cost.hundredths),
            (
                "tokenUsage",
                JSONText.object([
                    ("inputTokens", "\(line.inputTokens)"),
                    ("outputTokens", "\(line.outputTokens)"), ("cacheWriteTokens", "0"),
                    ("cacheReadTokens", "\(line.cachedTokens)"),
                    ("totalCents", line.cost.hundredths),
                ])
            ),
        ])
    }

    private static func daily(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let groups = VendorGroup.groups(
            of: try lines(call, try call.json()), by: [\.day.description, \.user])
        let rows = groups.map { group in
            JSONText.object([
                ("date", "\(group.lines[0].day.start * 1000)"),
                ("email", JSONText.quoted(group.values[1] ?? "")), ("isActive", "true"),
                ("agentRequests", "\(group.sum { $0.requests })"),
                ("mostUsedModel", JSONText.quoted(group.lines[0].model)),
            ])
        }
        return .object([("data", JSONText.array(rows))])
    }

    /// The spend of each member since the 1st.
    private static func spend(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let body = try call.json()
        let month = call.today.firstOfMonth..<call.today.advanced(by: 1)
        let members = VendorGroup.groups(of: call.usage.lines(in: month), by: [\.user])
        let size = min(max(body["pageSize"]?.integer ?? 50, 1), 1)
        let number = min(max(body["page"]?.integer ?? 1, 1), 1_000_000)
        let page = VendorPage(members, from: (number - 1) * size, size: size)
        let rows = page.items.map { member in
            JSONText.object([
                ("email", JSONText.quoted(member.values[0] ?? "")),
                ("spendCents", "\(member.sum(\.wholeCents))"), ("includedSpendCents", "0"),
                ("fastPremiumRequests", "\(member.sum(\.requests))"),
                ("hardLimitOverrideDollars", "0"), ("monthlyLimitDollars", "null"),
            ])
        }
        return .object([
            ("teamMemberSpend", JSONText.array(rows)),
            ("subscriptionCycleStart", "\(month.lowerBound.start * 1000)"),
            ("totalMembers", "\(members.count)"),
            ("totalPages", "\((members.count + size - 1) / size)"),
        ])
    }
}
