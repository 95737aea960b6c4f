// Anthropic's Usage and Cost API: money in cents as texts, tokens, and Claude Code by user.

/// Stands in for `https://api.anthropic.com`.
enum AnthropicStandIn: VendorStandIn {
    static let name = "anthropic"
    static let credential = VendorCredential.header("x-api-key")
    static let ordinaryKeys = ["sk-ant-api"]

    static func body(of refusal: VendorRefusal) -> String {
        JSONText.object([
            ("type", JSONText.quoted("error")),
            (
                "error",
                JSONText.object([
                    ("type", JSONText.quoted(refusal.code)),
                    ("message", JSONText.quoted(refusal.message)),
                ])
            ),
        ])
    }

    private static let root = "/v1/organizations"

    static var reports: [VendorReport] {
        [
            VendorReport(
                "cost_report", "GET", root + "/cost_report", measures: [.cost],
                answer: { (call, _) throws(VendorRefusal) in try costs(call) }),
            VendorReport(
                "usage_report/messages", "GET", root + "/usage_report/messages",
                measures: [
                    VendorMeasure("uncached_input_tokens") { $0.inputTokens - $0.cachedTokens },
                    VendorMeasure("cache_read_input_tokens", count: \.cachedTokens), .output,
                ],
                answer: { (call, _) throws(VendorRefusal) in try messages(call) }),
            VendorReport(
                "usage_report/claude_code", "GET", root + "/usage_report/claude_code",
                measures: [.cost, .input, .output],
                answer: { (call, _) throws(VendorRefusal) in try claudeCode(call) }),
        ]
    }

    private static func costs(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let groups = try call.groups(of: ["workspace_id", "description"])
        return try page(call, isDaily: true) { lines in
            VendorGroup.groups(of: lines, by: dimensions(groups)).map { group in
                let isDescribed = groups.contains("description")
                func described(_ value: String) -> String {
                    isDescribed ? JSONText.quoted(value) : "null"
                }
                let model = group.lines[0].model
                return JSONText.object([
                    ("currency", JSONText.quoted("USD")),
                    ("amount", JSONText.quoted(group.cost.hundredths)),
                    ("workspace_id", member("workspace_id", groups, group)),
                    ("description", described(model + " Usage - Output Tokens")),
                    ("cost_type", described("tokens")), ("token_type", described("output_tokens")),
                    ("model", described(model)), ("service_tier", described("standard")),
                    ("context_window", described("0-200k")),
                ])
            }
        }
    }

    private static func messages(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let known = [
            "api_key_id", "workspace_id", "model", "service_tier", "context_window",
            "inference_geo", "speed",
        ]
        let groups = try call.groups(of: known)
        return try page(call, isDaily: false) { lines in
            VendorGroup.groups(of: lines, by: dimensions(groups)).map { group in
                JSONText.object(
                    [
                        (
                            "uncached_input_tokens",
                            "\(group.sum { $0.inputTokens - $0.cachedTokens })"
                        ),
                        ("cache_read_input_tokens", "\(group.sum { $0.cachedTokens })"),
                        (
                            "cache_creation",
                            JSONText.object([
                                ("ephemeral_5m_input_tokens", "0"),
                                ("ephemeral_1h_input_tokens", "0"),
                            ])
                        ),
                        ("output_tokens", "\(group.sum { $0.outputTokens })"),
                        ("server_tool_use", JSONText.object([("web_search_requests", "0")])),
                    ] + known.map { ($0, member($0, groups, group)) })
            }
        }
    }

    private static func claudeCode(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        try requireVersion(call)
        guard let day = try call.day("starting_at") else {
            throw .parameter("starting_at: Field required")
        }
        let limit = try call.number("limit", in: 1...1000, default: 20)
        let question = "\(call.path) \(day)"
        let offset = try VendorPages.offset(call.value("page"), for: question)
        // A row for each user and project: several rows meet at one key of a ledger.
        let page = VendorPage(call.usage.lines(on: day), from: offset, size: min(limit, 4))
        return .object([
            ("data", JSONText.array(page.items.map(claudeCodeRow))),
            ("has_more", JSONText.flag(page.next != nil)),
            (
                "next_page",
                JSONText.optional(page.next.map { VendorPages.cursor($0, for: question) })
            ),
        ])
    }

    private static func claudeCodeRow(_ line: VendorLine) -> String {
        let model = JSONText.object([
            ("model", JSONText.quoted(line.model)),
            (
                "tokens",
                JSONText.object([
                    ("input", "\(line.inputTokens)"), ("output", "\(line.outputTokens)"),
                    ("cache_read", "\(line.cachedTokens)"), ("cache_creation", "0"),
                ])
            ),
            (
                "estimated_cost",
                JSONText.object([
                    ("currency", JSONText.quoted("USD")), ("amount", line.cost.hundredths),
                ])
            ),
        ])
        return JSONText.object([
            ("date", JSONText.quoted("\(line.day)T00:00:00Z")),
            (
                "actor",
                JSONText.object([
                    ("type", JSONText.quoted("user_actor")),
                    ("email_address", JSONText.quoted(line.user)),
                ])
            ),
            ("customer_type", JSONText.quoted("api")),
            ("core_metrics", JSONText.object([("num_sessions", "\(line.requests)")])),
            ("tool_actions", "{}"), ("model_breakdown", "[\(model)]"),
        ])
    }

    private static func requireVersion(_ call: VendorCall) throws(VendorRefusal) {
        if call.header("anthropic-version") == nil {
            throw .parameter("anthropic-version: header is required")
        }
    }

    private static func page(
        _ call: VendorCall, isDaily: Bool, _ rows: ([VendorLine]) -> [String]
    ) throws(VendorRefusal) -> VendorReply {
        try requireVersion(call)
        guard let start = try call.instant("starting_at") else {
            throw .parameter("starting_at: Field required")
        }
        let end = try call.instant("ending_at") ?? Int(call.now)
        let buckets = try VendorBuckets(
            call, start: start, end: max(end, start + 1), isDaily: isDaily, most: 31)
        let data = buckets.buckets.map { bucket in
            JSONText.object([
                ("starting_at", JSONText.quoted(VendorTime.rfc3339(bucket.start))),
                ("ending_at", JSONText.quoted(VendorTime.rfc3339(bucket.end))),
                ("results", JSONText.array(rows(VendorBuckets.lines(of: bucket, call.usage)))),
            ])
        }
        return .object([
            ("data", JSONText.array(data)), ("has_more", JSONText.flag(buckets.next != nil)),
            ("next_page", JSONText.optional(buckets.next)),
        ])
    }

    private static func dimensions(_ groups: [String]) -> [(VendorLine) -> String?] {
        groups.map { group in
            { line in
                switch group {
                case "workspace_id": line.project.map { "wrkspc_" + $0 }
                case "description", "model": line.model
                case "service_tier": "standard"
                case "context_window": "0-200k"
                default: nil
                }
            }
        }
    }

    private static func member(
        _ name: String, _ groups: [String], _ group: VendorGroup
    ) -> String {
        JSONText.optional(groups.firstIndex(of: name).flatMap { group.values[$0] })
    }
}
