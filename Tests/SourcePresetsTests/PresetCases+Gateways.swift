// Gateways, meters, clouds and the shapes that users bring themselves.

extension PresetCase {
    /// LiteLLM, Langfuse, Portkey, OpenMeter, Helicone and Azure.
    static let gateways: [PresetCase] = [
        PresetCase(
            "litellm", with: "{base_url: 'https://llm.example.com', credits_per_usd: 100}",
            answers: [liteLLM(page: 1), liteLLM(page: 2)],
            requests: [
                liteLLMURL + "1 | Accept: application/json | Authorization: Bearer LITELLM_KEY!",
                liteLLMURL + "2",
            ],
            entries: ["2026-01-01 litellm 0.00025 usd = 0.025 {}"]),
        PresetCase(
            "litellm",
            with: "{base_url: 'https://llm.example.com', credits_per_usd: 100, by: models}",
            answers: [liteLLM(page: 1), liteLLM(page: 2)],
            requests: [
                liteLLMURL + "1 | Accept: application/json | Authorization: Bearer LITELLM_KEY!",
                liteLLMURL + "2",
            ],
            entries: [
                "2026-01-01 litellm 0.0002 usd = 0.02 {model=m1}",
                "2026-01-01 litellm 0.00005 usd = 0.005 {model=m2}",
            ]),
        PresetCase(
            "langfuse", with: "{credits_per_usd: 100}", answers: [langfuse, langfuseEnd],
            requests: [
                langfuseURL + "1 | Accept: application/json"
                    + " | basic LANGFUSE_PUBLIC_KEY!:LANGFUSE_SECRET_KEY!",
                langfuseURL + "2",
            ],
            entries: [
                "2026-01-01 langfuse 0.015 usd = 1.5 {}", "2026-01-02 langfuse 0.5 usd = 50 {}",
            ]),
        PresetCase(
            "langfuse", with: "{credits_per_usd: 100, by: models}",
            answers: [langfuse, langfuseEnd],
            requests: [
                langfuseURL + "1 | Accept: application/json"
                    + " | basic LANGFUSE_PUBLIC_KEY!:LANGFUSE_SECRET_KEY!",
                langfuseURL + "2",
            ],
            entries: [
                "2026-01-01 langfuse 0.005 usd = 0.5 {model=(none)}",
                "2026-01-01 langfuse 0.01 usd = 1 {model=m1}",
                "2026-01-02 langfuse 0.5 usd = 50 {model=m1}",
            ]),
        PresetCase(
            "portkey", with: "{credits_per_unit: 100}",
            answers: [
                """
                {"object":"analytics-graph","summary":{"total":1234,"avg":617},"data_points":[
                 {"timestamp":"2026-01-01T00:00:00.000Z","total":1200,"avg":3},
                 {"timestamp":"2026-01-02T00:00:00.000Z","total":34,"avg":2}]}
                """
            ],
            requests: [
                "GET https://api.portkey.ai/v1/analytics/graphs/cost?time_of_generation_min="
                    + "2026-01-01T00%3A00%3A00Z&time_of_generation_max=2026-01-05T00%3A00%3A00Z"
                    + " | Accept: application/json | x-portkey-api-key: PORTKEY_API_KEY!"
            ],
            entries: [
                "2026-01-01 portkey 12 usd = 1200 {}", "2026-01-02 portkey 0.34 usd = 34 {}",
            ]),
        PresetCase(
            "openmeter", with: "{meter: tokens_total, unit: tokens, credits_per_unit: '0.001'}",
            answers: [
                """
                {"from":"2026-01-01T00:00:00Z","to":"2026-01-05T00:00:00Z","windowSize":"DAY","data":[
                 {"value":12500,"windowStart":"2026-01-01T00:00:00Z",
                  "windowEnd":"2026-01-02T00:00:00Z","subject":null,"groupBy":{}}]}
                """
            ],
            requests: [
                "GET https://openmeter.cloud/api/v1/meters/tokens_total/query"
                    + "?from=2026-01-01T00%3A00%3A00Z&to=2026-01-05T00%3A00%3A00Z&windowSize=DAY"
                    + "&windowTimeZone=UTC | Accept: application/json"
                    + " | Authorization: Bearer OPENMETER_API_KEY!"
            ],
            entries: ["2026-01-01 openmeter 12500 tokens = 12.5 {}"]),
        PresetCase(
            "helicone", with: "{credits_per_usd: 100}",
            answers: [
                """
                {"data":[{"request_id":"r1","request_created_at":"2026-01-01T05:00:00.123Z",
                 "model":"m1","cost":0.0125},{"request_id":"r2",
                 "request_created_at":"2026-01-01T06:00:00Z","model":"m1","cost":null}],"error":null}
                """,
                """
                {"data":[{"request_id":"r3","request_created_at":"2026-01-01T07:00:00Z",
                 "model":"m1","cost":1e-7},{"request_id":"r1",
                 "request_created_at":"2026-01-01T05:00:00.123Z","model":"m1","cost":0.0125}],
                 "error":null}
                """,
                #"{"data":[],"error":null}"#,
            ],
            requests: [
                heliconeURL + " | Accept: application/json | Content-Type: application/json"
                    + " | Authorization: Bearer HELICONE_API_KEY!" + heliconeBody(0),
                heliconeURL + heliconeBody(1000), heliconeURL + heliconeBody(2000),
            ],
            entries: ["2026-01-01 helicone 0.0125001 usd = 1.25001 {model=m1}"]),
        PresetCase(
            "azure-costs",
            with: "{tenant: t-1, scope: subscriptions/s-1/resourceGroups/ai, "
                + "services: [Foundry Models, AI Search], credits_per_unit: 100}",
            answers: [
                #"{"access_token":"t1","expires_in":3600,"token_type":"Bearer"}"#,
                azure(#"[1.5,20260101,"Foundry Models","USD"]"#, next: azureNext),
                azure(
                    #"[0.1,20260101,"AI Search","USD"],[2.25,20260102,"Foundry Models","USD"]"#,
                    next: nil),
            ],
            requests: [
                "POST https://login.microsoftonline.com/t-1/oauth2/v2.0/token"
                    + " | Accept: application/json"
                    + " | Content-Type: application/x-www-form-urlencoded"
                    + " | grant_type=client_credentials&client_id=AZURE_CLIENT_ID%21"
                    + "&client_secret=AZURE_CLIENT_SECRET%21"
                    + "&scope=https%3A%2F%2Fmanagement.azure.com%2F.default",
                "POST https://management.azure.com/subscriptions/s-1/resourceGroups/ai/providers/"
                    + "Microsoft.CostManagement/query?api-version=2025-03-01" + azureBody,
                "POST " + azureNext + azureBody,
            ],
            entries: [
                "2026-01-01 azure-ai 0.1 USD = 10 {service=AI Search}",
                "2026-01-01 azure-ai 1.5 USD = 150 {service=Foundry Models}",
                "2026-01-02 azure-ai 2.25 USD = 225 {service=Foundry Models}",
            ]),
    ]

    /// Shapes that users bring.
    static let generic: [PresetCase] = [
        PresetCase(
            "prometheus",
            with: "{url: 'http://127.0.0.1:9/metrics', metric: tokens_total, unit: tokens, "
                + "credits_per_unit: '0.001'}",
            keys: ["prometheus: {product: {label: model}, match: {team: search}}"],
            contentType: "text/plain; version=0.0.4",
            polls: [
                Poll(now: "2026-01-04T10:00:00Z", answers: [scrape("1500", "9")]),
                Poll(now: "2026-01-04T11:00:00Z", answers: [scrape("4000", "99")]),
            ],
            requests: [
                "GET http://127.0.0.1:9/metrics | Accept: "
                    + "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5",
                "GET http://127.0.0.1:9/metrics",
            ],
            entries: ["2026-01-04 m1 2500 tokens = 2.5 {}"]),
        PresetCase(
            "generic-json", with: "{url: 'https://api.example.com/v1/usage'}",
            answers: [
                """
                {"usage":[{"date":"2026-01-01","product":"assistant","credits":"12.5"},
                 {"date":"2026-01-02","product":"search","credits":3}]}
                """
            ],
            requests: ["GET https://api.example.com/v1/usage | Accept: application/json"],
            entries: [
                "2026-01-01 assistant 12.5 credits = 12.5 {}", "2026-01-02 search 3 credits = 3 {}",
            ]),
        PresetCase(
            "generic-json",
            with: "{url: 'https://api.example.com/u?from={window.start:unix}', "
                + "rows: '$.items[*]', day: $.at, day_type: unix, quantity: $.tokens, "
                + "unit: tokens, credits_per_unit: '0.001'}",
            keys: [
                "map: {product: {value: assistant}}", "window: {time_zone: UTC}",
                "request: {auth: {bearer: {env: USAGE_TOKEN}}}",
            ],
            answers: [#"{"items":[{"at":1767225600,"tokens":1500}]}"#],
            requests: [
                "GET https://api.example.com/u?from=1767225600 | Accept: application/json"
                    + " | Authorization: Bearer USAGE_TOKEN!"
            ],
            entries: ["2026-01-01 assistant 1500 tokens = 1.5 {}"]),
        PresetCase(
            "generic-csv",
            with: "{url: 'https://files.example.com/u.csv', day_column: Day, "
                + "product_column: Service, quantity_column: Credits used, delimiter: ';', "
                + "decimal_mark: ','}",
            contentType: "text/csv",
            answers: [
                "Day;Service;Credits used\r\n2026-01-01;\"assistant\";12,5\r\n"
                    + "2025-11-01;assistant;9\r\n"
            ],
            requests: ["GET https://files.example.com/u.csv | Accept: text/csv"],
            entries: ["2026-01-01 assistant 12.5 credits = 12.5 {}"]),
    ]

    private static let liteLLMURL =
        "GET https://llm.example.com/user/daily/activity?start_date=2026-01-01"
        + "&end_date=2026-01-04&page_size=1000&timezone=0&page="

    /// One day on two pages.
    private static func liteLLM(page: Int) -> String {
        let (all, first, second) =
            page == 1 ? ("0.00015", "1e-4", "5e-05") : ("0.0001", "0.0001", "0.0")
        return """
            {"results":[{"date":"2026-01-01","metrics":{"spend":\(all),"prompt_tokens":10},
             "breakdown":{"models":{"m1":{"metrics":{"spend":\(first)}},
             "m2":{"metrics":{"spend":\(second)}}},"providers":{},"api_keys":{},"entities":{}}}],
             "metadata":{"page":\(page),"total_pages":2,"has_more":\(page == 1)}}
            """
    }

    private static let langfuseURL =
        "GET https://cloud.langfuse.com/api/public/metrics/daily?fromTimestamp="
        + "2025-12-28T00%3A00%3A00Z&toTimestamp=2026-01-05T00%3A00%3A00Z&limit=50&page="

    private static let langfuse = """
        {"data":[{"date":"2026-01-02","countTraces":3,"totalCost":0.5,
         "usage":[{"model":"m1","inputUsage":1,"outputUsage":2,"totalUsage":3,"totalCost":0.5}]}],
         "meta":{"page":1,"limit":50,"totalItems":2,"totalPages":2}}
        """

    private static let langfuseEnd = """
        {"data":[{"date":"2026-01-01","countTraces":3,"totalCost":0.015,
         "usage":[{"model":"m1","totalCost":0.01},{"model":null,"totalCost":0.005}]}],
         "meta":{"page":2,"limit":50,"totalItems":2,"totalPages":2}}
        """

    private static let heliconeURL = "POST https://api.helicone.ai/v1/request/query-clickhouse"

    private static func heliconeBody(_ offset: Int) -> String {
        #" | {"filter":{"left":{"request_response_rmt":{"request_created_at":"#
            + #"{"gte":"2026-01-01T00:00:00Z"}}},"operator":"and","right":{"request_response_rmt":"#
            + #"{"request_created_at":{"lt":"2026-01-05T00:00:00Z"}}}},"limit":1000,"#
            + #""sort":{"created_at":"asc"},"offset":\#(offset)}"#
    }

    private static let azureNext =
        "https://management.azure.com/subscriptions/s-1/resourceGroups/ai/providers/"
        + "Microsoft.CostManagement/query?api-version=2025-03-01&$skiptoken=abc"

    private static func azure(_ rows: String, next: String?) -> String {
        """
        {"id":"q1","name":"q1","type":"Microsoft.CostManagement/query","properties":{
         "nextLink":\(next.map { "\"\($0)\"" } ?? "null"),
         "columns":[{"name":"Cost","type":"Number"},{"name":"UsageDate","type":"Number"},
          {"name":"ServiceName","type":"String"},{"name":"Currency","type":"String"}],
         "rows":[\(rows)]}}
        """
    }

    private static let azureBody =
        #" | {"type":"ActualCost","timeframe":"Custom","timePeriod":{"from":"#
        + #""2025-12-30T00:00:00Z","to":"2026-01-04T23:59:59Z"},"dataset":{"granularity":"Daily","#
        + #""aggregation":{"totalCost":{"name":"Cost","function":"Sum"}},"grouping":[{"type":"#
        + #""Dimension","name":"ServiceName"}],"filter":{"dimensions":{"name":"ServiceName","#
        + #""operator":"In","values":["Foundry Models","AI Search"]}}}}"#

    private static func scrape(_ tokens: String, _ other: String) -> String {
        """
        # TYPE tokens_total counter
        tokens_total{model="m1",team="search"} \(tokens)
        tokens_total{model="m1",team="other"} \(other)

        """
    }
}
