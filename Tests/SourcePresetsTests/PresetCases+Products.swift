// Products built on models: what they answer, in their shapes and our values.

extension PresetCase {
    /// Every case.
    static let all: [PresetCase] = models + products + gateways + generic

    /// GitHub, Cursor, ElevenLabs, Contentstack and DeepSeek.
    static let products: [PresetCase] = [
        PresetCase(
            "github-ai-credits", with: "{account: acme-inc}",
            answers: [
                gitHubDay(
                    1,
                    """
                    {"product":"Copilot","sku":"Copilot AI Credits","model":"M1",
                     "unitType":"ai-credits","pricePerUnit":0.01,"grossQuantity":812.3390415,
                     "grossAmount":8.123390415,"discountQuantity":812.5,
                     "discountAmount":8.125,"netQuantity":0.0,"netAmount":0.0}
                    """),
                gitHubDay(2, ""),
                gitHubDay(
                    3,
                    """
                    {"product":"Spark","sku":"Spark","model":null,"unitType":"ai-credits",
                     "pricePerUnit":0.01,"grossQuantity":20,"grossAmount":0.2,
                     "discountQuantity":0,"discountAmount":0,"netQuantity":20,"netAmount":0.2}
                    """),
                gitHubDay(4, ""),
            ],
            requests: [
                gitHubURL + "1 | Accept: application/vnd.github+json"
                    + " | X-GitHub-Api-Version: 2022-11-28 | Authorization: Bearer GITHUB_TOKEN!",
                gitHubURL + "2", gitHubURL + "3", gitHubURL + "4",
            ],
            entries: [
                "2026-01-01 github-copilot 812.3390415 ai-credits = 812.339042 "
                    + "{model=M1, sku=Copilot AI Credits}",
                "2026-01-03 github-other 20 ai-credits = 20 {model=(none), sku=Spark}",
            ]),
        PresetCase(
            "cursor", with: "{credits_per_usd: 100}",
            answers: [
                """
                {"totalUsageEventsCount":3,"pagination":{"numPages":2,"currentPage":1,
                 "pageSize":500,"hasNextPage":true,"hasPreviousPage":false},"usageEvents":[
                 {"timestamp":"1767312000123","userEmail":"a@example.com","model":"m","kind":"Usage-based",
                  "chargedCents":28.77,"tokenUsage":{"inputTokens":1,"outputTokens":2,"totalCents":22.9}},
                 {"timestamp":"1767312000124","userEmail":"b@example.com","model":"m","kind":"Usage-based",
                  "chargedCents":0.03,"tokenUsage":{"inputTokens":1,"outputTokens":2,"totalCents":0.02}}],
                 "period":{"startDate":1767225600000,"endDate":1767520800000}}
                """,
                """
                {"totalUsageEventsCount":3,"pagination":{"numPages":2,"currentPage":2,
                 "pageSize":500,"hasNextPage":false,"hasPreviousPage":true},"usageEvents":[
                 {"timestamp":"1767484800000","userEmail":"a@example.com","model":"m",
                  "kind":"Included in Business","chargedCents":0}]}
                """,
            ],
            requests: [
                "POST https://api.cursor.com/teams/filtered-usage-events | Accept: application/json"
                    + " | Content-Type: application/json | basic CURSOR_ADMIN_KEY!:"
                    + cursorBody(1),
                "POST https://api.cursor.com/teams/filtered-usage-events" + cursorBody(2),
            ],
            entries: ["2026-01-02 cursor 0.288 usd = 28.8 {kind=Usage-based, model=m}"]),
        PresetCase(
            "elevenlabs", with: "{product: voice}",
            answers: [
                """
                {"columns":["time","product_type","credits"],
                 "column_types":["DateTime","String","Float"],"column_units":[null,null,"credits"],
                 "rows":[[1767225600000,"tts",1290.5],[1767225600000,"stt",0.25],
                  [1767484800000,"tts",10]]}
                """
            ],
            requests: [
                "POST https://api.elevenlabs.io/v1/workspace/analytics/query/"
                    + "usage-by-product-over-time | Accept: application/json"
                    + " | Content-Type: application/json | xi-api-key: ELEVENLABS_API_KEY!"
                    + #" | {"start_time":1767225600000,"end_time":1767571200000,"#
                    + #""interval_seconds":86400,"group_by":["product_type"],"time_zone":"UTC"}"#
            ],
            entries: [
                "2026-01-01 voice 0.25 elevenlabs-credits = 0.25 {product-type=stt}",
                "2026-01-01 voice 1290.5 elevenlabs-credits = 1290.5 {product-type=tts}",
                "2026-01-04 voice 10 elevenlabs-credits = 10 {product-type=tts}",
            ]),
        PresetCase(
            "elevenlabs-subscription", with: "{}",
            polls: [
                Poll(now: "2026-01-04T10:00:00Z", answers: [elevenLabs(1000, 1_767_700_000)]),
                Poll(now: "2026-01-04T11:00:00Z", answers: [elevenLabs(1250, 1_767_700_000)]),
            ],
            requests: [
                "GET https://api.elevenlabs.io/v1/user/subscription | Accept: application/json"
                    + " | xi-api-key: ELEVENLABS_API_KEY!",
                "GET https://api.elevenlabs.io/v1/user/subscription",
            ],
            entries: ["2026-01-04 elevenlabs 250 elevenlabs-credits = 250 {}"]),
        PresetCase(
            "contentstack", with: "{org_uid: blt1, report: ai-credits}",
            answers: [
                #"{"jobId":"job-7"}"#, #"{"status":"processing"}"#,
                #"{"status":"completed","data":[{"date":"2026-01-01","product":"brand-kit","credits":"12.5"}]}"#,
                #"{"status":"completed","data":[]}"#,
            ],
            requests: [
                "GET https://app.contentstack.com/analytics/v2/ai-credits?orgUid=blt1"
                    + "&from=2026-01-01&to=2026-01-04 | Accept: application/json"
                    + " | authtoken: CONTENTSTACK_AUTHTOKEN!",
                contentstackURL + "0", contentstackURL + "0", contentstackURL + "1",
            ],
            entries: ["2026-01-01 brand-kit 12.5 contentstack-credits = 12.5 {}"]),
        PresetCase(
            "deepseek", with: "{credits_per_unit: 100}",
            polls: [
                Poll(now: "2026-01-04T10:00:00Z", answers: [deepSeek("110.00", cny: "7")]),
                Poll(now: "2026-01-04T11:00:00Z", answers: [deepSeek("109.37", cny: "1")]),
                Poll(now: "2026-01-04T12:00:00Z", answers: [deepSeek("159.37", cny: "1")]),
            ],
            requests: [
                "GET https://api.deepseek.com/user/balance | Accept: application/json"
                    + " | Authorization: Bearer DEEPSEEK_API_KEY!",
                "GET https://api.deepseek.com/user/balance",
                "GET https://api.deepseek.com/user/balance",
            ],
            entries: ["2026-01-04 deepseek 0.63 USD = 63 {}"]),
    ]

    private static let gitHubURL =
        "GET https://api.github.com/organizations/acme-inc/settings/billing/ai_credit/usage"
        + "?year=2026&month=1&day="

    private static func gitHubDay(_ day: Int, _ item: String) -> String {
        """
        {"timePeriod":{"year":2026,"month":1,"day":\(day)},"organization":"acme-inc",
         "usageItems":[\(item)]}
        """
    }

    private static func cursorBody(_ page: Int) -> String {
        #" | {"startDate":1767225600000,"endDate":1767520800000,"pageSize":500,"page":\#(page)}"#
    }

    private static func elevenLabs(_ count: Int, _ reset: Int) -> String {
        """
        {"tier":"scale","character_count":\(count),"character_limit":2000000,
         "max_credit_limit_extension":"unlimited","next_character_count_reset_unix":\(reset),
         "character_refresh_period":"monthly_period"}
        """
    }

    private static let contentstackURL =
        "GET https://app.contentstack.com/analytics/v2/job/job-7/data?orgUid=blt1&page="

    private static func deepSeek(_ dollars: String, cny: String) -> String {
        """
        {"is_available":true,"balance_infos":[
         {"currency":"CNY","total_balance":"\(cny)","granted_balance":"0","topped_up_balance":"\(cny)"},
         {"currency":"USD","total_balance":"\(dollars)","granted_balance":"10.00",
          "topped_up_balance":"0"}]}
        """
    }
}
