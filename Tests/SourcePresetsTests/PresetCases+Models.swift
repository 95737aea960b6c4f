// Vendors of models: what they answer, in their shapes and our values.

extension PresetCase {
    /// OpenAI, Anthropic and OpenRouter.
    static let models: [PresetCase] = openAI + anthropic + openRouter

    private static let openAIQuery =
        "?start_time=1767225600&end_time=1767520800&bucket_width=1d&limit=31"
        + "&group_by=project_id&group_by="

    private static let openAI: [PresetCase] = [
        PresetCase(
            "openai-costs", with: "{credits_per_usd: 100}",
            answers: [
                """
                {"object":"page","data":[
                 {"object":"bucket","start_time":1767225600,"end_time":1767312000,"results":[
                  {"object":"organization.costs.result","amount":{"value":3.071,"currency":"usd"},
                   "line_item":"model-x, input","project_id":"proj_a","api_key_id":null,
                   "quantity":812.5,"quantity_unit":"1000_tokens"},
                  {"object":"organization.costs.result","amount":{"value":"0.0000001","currency":"usd"},
                   "line_item":null,"project_id":null}]},
                 {"object":"bucket","start_time":1767312000,"end_time":1767398400,"results":[]}],
                 "has_more":true,"next_page":"cur2"}
                """,
                """
                {"object":"page","data":[
                 {"object":"bucket","start_time":1767398400,"end_time":1767484800,"result":[
                  {"object":"organization.costs.result","amount":{"value":-1.25,"currency":"USD"},
                   "line_item":"credit","project_id":"proj_a"}]},
                 {"object":"bucket","start_time":1767484800,"end_time":1767571200,"results":[
                  {"object":"organization.costs.result","amount":{"value":1e-3,"currency":"usd"},
                   "line_item":"model-x, input","project_id":"proj_a"},
                  {"object":"organization.costs.result","amount":{"value":0.002,"currency":"usd"},
                   "line_item":"model-x, input","project_id":"proj_a"}]}],
                 "has_more":false,"next_page":null}
                """,
            ],
            requests: [
                "GET https://api.openai.com/v1/organization/costs" + openAIQuery
                    + "line_item | Accept: application/json"
                    + " | Authorization: Bearer OPENAI_ADMIN_KEY!",
                "GET https://api.openai.com/v1/organization/costs" + openAIQuery
                    + "line_item&page=cur2",
            ],
            entries: [
                "2026-01-01 openai-api 0.0000001 usd = 0.00001 {line=(all), project=(none)}",
                "2026-01-01 openai-api 3.071 usd = 307.1 {line=model-x, input, project=proj_a}",
                "2026-01-03 openai-api -1.25 usd = -125 {line=credit, project=proj_a}",
                "2026-01-04 openai-api 0.003 usd = 0.3 {line=model-x, input, project=proj_a}",
            ]),
        PresetCase(
            "openai-usage",
            with: "{credits_per_unit: {input-tokens: '0.001', output-tokens: '0.004'}, "
                + "base_url: 'http://127.0.0.1:9/vendors/openai', product: chat}",
            answers: [
                """
                {"object":"page","data":[
                 {"object":"bucket","start_time":1767225600,"end_time":1767312000,"results":[
                  {"object":"organization.usage.completions.result","input_tokens":5000,
                   "input_cached_tokens":4000,"output_tokens":250,"num_model_requests":5,
                   "project_id":"proj_a","model":"model-x","batch":null}]}],
                 "has_more":false,"next_page":null}
                """
            ],
            requests: [
                "GET http://127.0.0.1:9/vendors/openai/v1/organization/usage/completions"
                    + openAIQuery + "model | Accept: application/json"
                    + " | Authorization: Bearer OPENAI_ADMIN_KEY!"
            ],
            entries: [
                "2026-01-01 chat 5000 input-tokens = 5 {model=model-x, project=proj_a}",
                "2026-01-01 chat 250 output-tokens = 1 {model=model-x, project=proj_a}",
            ]),
    ]

    /// The endpoints of openai-usage with one measure: name, row, unit, quantity.
    static let openAIEndpoints: [(endpoint: String, row: String, unit: String)] = [
        ("embeddings", #""input_tokens":12,"num_model_requests":1,"model":"m""#, "input-tokens"),
        ("moderations", #""input_tokens":12,"num_model_requests":1,"model":"m""#, "input-tokens"),
        ("images", #""images":12,"num_model_requests":9,"model":"m""#, "images"),
        ("audio_speeches", #""characters":12,"num_model_requests":1,"model":"m""#, "characters"),
        ("audio_transcriptions", #""seconds":12,"num_model_requests":1,"model":"m""#, "seconds"),
        ("vector_stores", #""usage_bytes":12"#, "bytes"),
        ("code_interpreter_sessions", #""num_sessions":12"#, "sessions"),
        ("file_search_calls", #""num_requests":12"#, "calls"),
        ("web_search_calls", #""num_requests":12,"num_model_requests":3,"model":"m""#, "calls"),
    ]

    private static let anthropic: [PresetCase] = [
        PresetCase(
            "anthropic-costs", with: "{credits_per_usd: 100}",
            answers: [
                """
                {"data":[{"starting_at":"2026-01-03T00:00:00Z","ending_at":"2026-01-04T00:00:00Z",
                 "results":[{"currency":"USD","amount":"417.0293","workspace_id":null,
                 "description":"Model X Usage - Output Tokens","cost_type":"tokens",
                 "token_type":"output_tokens","model":"model-x"},
                 {"currency":"USD","amount":"0.01","workspace_id":"wrk_1","description":"Search",
                 "cost_type":"web_search","model":null}]}],"has_more":true,"next_page":"p/2="}
                """,
                """
                {"data":[{"starting_at":"2026-01-04T00:00:00Z","ending_at":"2026-01-05T00:00:00Z",
                 "results":[]}],"has_more":false,"next_page":null}
                """,
            ],
            requests: [
                "GET https://api.anthropic.com/v1/organizations/cost_report"
                    + "?starting_at=2026-01-01T00%3A00%3A00Z&ending_at=2026-01-05T00%3A00%3A00Z"
                    + "&bucket_width=1d&limit=31&group_by%5B%5D=workspace_id"
                    + "&group_by%5B%5D=description | Accept: application/json"
                    + " | anthropic-version: 2023-06-01 | x-api-key: ANTHROPIC_ADMIN_KEY!",
                "GET https://api.anthropic.com/v1/organizations/cost_report"
                    + "?starting_at=2026-01-01T00%3A00%3A00Z&ending_at=2026-01-05T00%3A00%3A00Z"
                    + "&bucket_width=1d&limit=31&group_by%5B%5D=workspace_id"
                    + "&group_by%5B%5D=description&page=p%2F2%3D",
            ],
            entries: [
                "2026-01-03 anthropic-api 4.170293 usd = 417.0293 "
                    + "{cost-type=tokens, model=model-x, workspace=(default)}",
                "2026-01-03 anthropic-api 0.0001 usd = 0.01 "
                    + "{cost-type=web_search, model=(none), workspace=wrk_1}",
            ]),
        PresetCase(
            "anthropic-usage", with: "{credits_per_unit: '0.001'}",
            answers: [
                """
                {"data":[{"starting_at":"2026-01-02T00:00:00Z","ending_at":"2026-01-03T00:00:00Z",
                 "results":[{"uncached_input_tokens":1000,"cache_read_input_tokens":2000,
                 "cache_creation":{"ephemeral_5m_input_tokens":30,"ephemeral_1h_input_tokens":4},
                 "output_tokens":500,"server_tool_use":{"web_search_requests":1},
                 "workspace_id":null,"model":"model-x"}]}],"has_more":false,"next_page":null}
                """
            ],
            requests: [
                "GET https://api.anthropic.com/v1/organizations/usage_report/messages"
                    + "?starting_at=2026-01-01T00%3A00%3A00Z&ending_at=2026-01-05T00%3A00%3A00Z"
                    + "&bucket_width=1d&limit=31&group_by%5B%5D=workspace_id"
                    + "&group_by%5B%5D=model | Accept: application/json"
                    + " | anthropic-version: 2023-06-01 | x-api-key: ANTHROPIC_ADMIN_KEY!"
            ],
            entries: [
                "2026-01-02 anthropic-api 2000 cache-read-tokens = 2 "
                    + "{model=model-x, workspace=(default)}",
                "2026-01-02 anthropic-api 34 cache-write-tokens = 0.034 "
                    + "{model=model-x, workspace=(default)}",
                "2026-01-02 anthropic-api 500 output-tokens = 0.5 "
                    + "{model=model-x, workspace=(default)}",
                "2026-01-02 anthropic-api 1000 uncached-input-tokens = 1 "
                    + "{model=model-x, workspace=(default)}",
            ]),
        PresetCase(
            "anthropic-claude-code", with: "{credits_per_usd: 100}",
            answers: [
                claudeCodeDay("2026-01-01", cents: "186", "42"),
                #"{"data":[],"has_more":false,"next_page":null}"#,
                claudeCodeDay("2026-01-03", cents: "0.5", "1"),
                #"{"data":[],"has_more":false,"next_page":null}"#,
            ],
            requests: [
                "GET https://api.anthropic.com/v1/organizations/usage_report/claude_code"
                    + "?starting_at=2026-01-01&limit=1000 | Accept: application/json"
                    + " | anthropic-version: 2023-06-01 | x-api-key: ANTHROPIC_ADMIN_KEY!",
                claudeCodeURL + "2026-01-02&limit=1000", claudeCodeURL + "2026-01-03&limit=1000",
                claudeCodeURL + "2026-01-04&limit=1000",
            ],
            entries: [
                "2026-01-01 claude-code 2.28 usd = 228 {customer=api, model=model-x}",
                "2026-01-03 claude-code 0.015 usd = 1.5 {customer=api, model=model-x}",
            ]),
    ]

    private static let claudeCodeURL =
        "GET https://api.anthropic.com/v1/organizations/usage_report/claude_code?starting_at="

    /// Two users of one model on one day.
    private static func claudeCodeDay(_ day: String, cents: String...) -> String {
        let rows = cents.enumerated().map { index, amount in
            """
            {"date":"\(day)T00:00:00Z","actor":{"type":"user_actor",
             "email_address":"user\(index)@example.com"},"customer_type":"api",
             "core_metrics":{"num_sessions":3},"model_breakdown":[{"model":"model-x",
             "tokens":{"input":1,"output":2,"cache_read":3,"cache_creation":4},
             "estimated_cost":{"currency":"USD","amount":\(amount)}}]}
            """
        }
        return #"{"data":[\#(rows.joined(separator: ","))],"has_more":false,"next_page":null}"#
    }

    private static let openRouter: [PresetCase] = [
        PresetCase(
            "openrouter", with: "{credits_per_usd: 100}",
            answers: [
                """
                {"data":[{"date":"2026-01-03","model":"v/model-x","model_permaslug":"v/model-x-1",
                 "endpoint_id":"e1","provider_name":"P","usage":0.015,"byok_usage_inference":0.5,
                 "requests":5,"prompt_tokens":50,"completion_tokens":125,"reasoning_tokens":25},
                 {"date":"2026-01-03","model":"v/model-x","usage":0.005,"requests":1,
                 "endpoint_id":"e2","prompt_tokens":1,"completion_tokens":1,"reasoning_tokens":0},
                 {"date":"2025-12-06","model":"v/model-x","usage":9,"requests":1}]}
                """
            ],
            requests: [
                "GET https://openrouter.ai/api/v1/activity | Accept: application/json"
                    + " | Authorization: Bearer OPENROUTER_MANAGEMENT_KEY!"
            ],
            entries: ["2026-01-03 openrouter 0.02 usd = 2 {model=v/model-x}"]),
        PresetCase(
            "openrouter-today", with: "{credits_per_usd: 1}",
            polls: [
                Poll(
                    now: "2026-01-04T10:00:00Z",
                    answers: [#"{"data":{"usage":90.5,"usage_daily":1.25,"limit":null}}"#]),
                Poll(
                    now: "2026-01-04T11:00:00Z",
                    answers: [#"{"data":{"usage":90.75,"usage_daily":1.5,"limit":null}}"#]),
            ],
            requests: [
                "GET https://openrouter.ai/api/v1/key | Accept: application/json"
                    + " | Authorization: Bearer OPENROUTER_KEY!",
                "GET https://openrouter.ai/api/v1/key",
            ],
            entries: [
                "2026-01-04 openrouter 1.25 usd = 1.25 {}",
                "2026-01-04 openrouter 1.5 usd = 0.25 {}",
            ]),
        PresetCase(
            "openrouter-balance", with: "{credits_per_usd: 100}",
            polls: [
                Poll(
                    now: "2026-01-04T10:00:00Z",
                    answers: [#"{"data":{"total_credits":250.0,"total_usage":81.4402}}"#]),
                Poll(
                    now: "2026-01-04T11:00:00Z",
                    answers: [#"{"data":{"total_credits":350.0,"total_usage":82.0}}"#]),
            ],
            requests: [
                "GET https://openrouter.ai/api/v1/credits | Accept: application/json"
                    + " | Authorization: Bearer OPENROUTER_MANAGEMENT_KEY!",
                "GET https://openrouter.ai/api/v1/credits",
            ],
            entries: ["2026-01-04 openrouter 0.5598 usd = 55.98 {}"]),
    ]
}
