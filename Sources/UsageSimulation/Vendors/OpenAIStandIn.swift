// OpenAI's administration API: costs and ten kinds of usage, in buckets.

/// Stands in for `https://api.openai.com`.
enum OpenAIStandIn: VendorStandIn {
    static let name = "openai"
    static let credential = VendorCredential.bearer
    static let ordinaryKeys = ["sk-proj-"]

    /// A field of a row of usage.
    private struct Field {
        let name: String
        let value: @Sendable (VendorLine) -> Int64
    }

    private static let inputField = Field(name: "input_tokens", value: \.inputTokens)
    private static let requestsField = Field(name: "num_model_requests", value: \.requests)

    /// The kinds of usage, what their rows are called, and their figures.
    private static let kinds: [(path: String, object: String, fields: [Field])] = [
        (
            "completions", "completions",
            [
                inputField, Field(name: "input_cached_tokens", value: \.cachedTokens),
                Field(name: "output_tokens", value: \.outputTokens),
                Field(name: "input_audio_tokens") { _ in 0 },
                Field(name: "output_audio_tokens") { _ in 0 }, requestsField,
            ]
        ),
        ("embeddings", "embeddings", [inputField, requestsField]),
        ("moderations", "moderations", [inputField, requestsField]),
        ("images", "images", [Field(name: "images") { $0.requests * 2 }, requestsField]),
        (
            "audio_speeches", "audio_speeches",
            [Field(name: "characters", value: \.outputTokens), requestsField]
        ),
        (
            "audio_transcriptions", "audio_transcriptions",
            [Field(name: "seconds") { $0.outputTokens / 3 }, requestsField]
        ),
        ("vector_stores", "vector_stores", [Field(name: "usage_bytes") { $0.tokens * 4 }]),
        (
            "code_interpreter_sessions", "code_interpreter_sessions",
            [Field(name: "num_sessions", value: \.requests)]
        ),
        (
            "file_search_calls", "file_search_calls",
            [Field(name: "num_requests", value: \.requests)]
        ),
        ("web_search_calls", "web_search_calls", [Field(name: "num_requests", value: \.requests)]),
    ]

    static var reports: [VendorReport] {
        [
            VendorReport(
                "costs", "GET", "/v1/organization/costs", measures: [.cost],
                answer: { (call, _) throws(VendorRefusal) in try costs(call) })
        ]
            + kinds.map { kind in
                VendorReport(
                    "usage/" + kind.path, "GET", "/v1/organization/usage/" + kind.path,
                    measures: kind.fields.map { VendorMeasure($0.name, count: $0.value) },
                    answer: { (call, _) throws(VendorRefusal) in
                        try usage(call, kind.object, kind.fields)
                    })
            }
    }

    private static func costs(_ call: VendorCall) throws(VendorRefusal) -> VendorReply {
        let groups = try call.groups(of: ["project_id", "line_item", "api_key_id"])
        return try page(call, isDaily: true, most: 180) { lines in
            VendorGroup.groups(of: lines, by: dimensions(groups)).map { group in
                JSONText.object(
                    [
                        ("object", JSONText.quoted("organization.costs.result")),
                        (
                            "amount",
                            JSONText.object([
                                ("value", group.cost.description),
                                ("currency", JSONText.quoted("usd")),
                            ])
                        ),
                    ] + members(["project_id", "line_item", "api_key_id"], groups, group))
            }
        }
    }

    private static func usage(
        _ call: VendorCall, _ object: String, _ fields: [Field]
    ) throws(VendorRefusal) -> VendorReply {
        let known = ["project_id", "user_id", "api_key_id", "model", "batch", "service_tier"]
        let groups = try call.groups(of: known)
        return try page(call, isDaily: false, most: 31) { lines in
            VendorGroup.groups(of: lines, by: dimensions(groups)).map { group in
                JSONText.object(
                    [("object", JSONText.quoted("organization.usage.\(object).result"))]
                        + fields.map { ($0.name, "\(group.sum($0.value))") }
                        + members(known, groups, group))
            }
        }
    }

    private static func page(
        _ call: VendorCall, isDaily: Bool, most: Int,
        _ rows: ([VendorLine]) -> [String]
    ) throws(VendorRefusal) -> VendorReply {
        guard let start = try call.seconds("start_time") else {
            throw .parameter("Missing required parameter: 'start_time'.")
        }
        let end = try call.seconds("end_time")
        if let end, Double(end) > call.now + 1 {
            throw .parameter("end_time cannot be in the future")
        }
        let buckets = try VendorBuckets(
            call, start: start, end: end ?? max(Int(call.now), start + 1), isDaily: isDaily,
            most: most)
        let data = buckets.buckets.map { bucket in
            JSONText.object([
                ("object", JSONText.quoted("bucket")), ("start_time", "\(bucket.start)"),
                ("end_time", "\(bucket.end)"),
                ("results", JSONText.array(rows(VendorBuckets.lines(of: bucket, call.usage)))),
            ])
        }
        return .object([
            ("object", JSONText.quoted("page")), ("data", JSONText.array(data)),
            ("has_more", JSONText.flag(buckets.next != nil)),
            ("next_page", JSONText.optional(buckets.next)),
        ])
    }

    /// What a row is grouped by; dimensions that the figures do not have are null.
    private static func dimensions(_ groups: [String]) -> [(VendorLine) -> String?] {
        groups.map { group in
            { line in
                switch group {
                case "project_id": line.project.map { "proj_" + $0 }
                case "line_item": line.model + ", output"
                case "model": line.model
                case "user_id": line.user
                default: nil
                }
            }
        }
    }

    private static func members(
        _ names: [String], _ groups: [String], _ group: VendorGroup
    ) -> [(name: String, value: String)] {
        names.map { name in
            let value = groups.firstIndex(of: name).flatMap { group.values[$0] }
            return (name, JSONText.optional(value))
        }
    }
}
