// Cases of what is wrong: a poll must fail whole, and say why and where.

extension FaultCase {
    /// Connections and statuses.
    static let transport: [FaultCase] = [
        FaultCase(
            "hang", "no answer at all", deadline: "4s",
            fails: "timeout", naming: ["page 1"], .fault(.hang)),
        FaultCase(
            "hang-after-headers", "headers and then nothing", deadline: "4s",
            fails: "timeout", naming: ["page 1"], ScriptedAnswer(.silence)),
        FaultCase(
            "slow", "a byte a second", deadline: "4s",
            fails: "timeout", naming: ["page 1"], .fault(.slow)),
        FaultCase(
            "cut", "the connection is closed in the middle of the body",
            fails: "connect", naming: ["page 1"], ScriptedAnswer(.cut("{\"usage\":["))),
        FaultCase(
            "error-500", "500 on page 2", fails: "http_status", naming: ["page 2", "500"],
            .rows(["1"], next: "\"2\"", more: "true"), .status(500)),
        FaultCase(
            "retry-after-long", "503 for ten years",
            fails: "http_status", naming: ["page 1", "503"],
            .status(503, [("retry-after", "315360000")])),
        FaultCase(
            "retry-after-negative", "503 with a Retry-After that is none",
            fails: "http_status", naming: ["page 1", "503"],
            .status(503, [("retry-after", "-5")])),
        FaultCase(
            "throttled-seconds", "429 on page 2, again and again",
            fails: "throttled", naming: ["page 2", "429"],
            .rows(["1"], next: "\"2\"", more: "true"), .status(429, [("retry-after", "2")])),
        FaultCase(
            "throttled-date", "429 on page 2 until a date",
            fails: "throttled", naming: ["page 2", "429"],
            .rows(["1"], next: "\"2\"", more: "true"),
            .status(429, [("retry-after", "Fri, 31 Dec 2027 23:59:59 GMT")])),
        FaultCase(
            "throttled-reset", "429 on page 2 with a header of its own",
            fails: "throttled", naming: ["page 2", "429"],
            .rows(["1"], next: "\"2\"", more: "true"),
            .status(429, [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "{end}")])),
        FaultCase(
            "unauthorized", "401", fails: "unauthorized", naming: ["page 1", "401"],
            .status(401)),
        FaultCase(
            "forbidden", "403", fails: "unauthorized", naming: ["page 1", "403"],
            .status(403)),
        FaultCase(
            "future-end-refused", "400 because the end lies in the future",
            fails: "http_status", naming: ["page 1", "400"], .status(400)),
        FaultCase(
            "redirect-cross", "a redirect to another origin",
            fails: "http_status", naming: ["page 1"], .fault(.redirectCross)),
        FaultCase(
            "redirect-loop", "a redirect to itself",
            fails: "http_status", naming: ["page 1", "redirects"], .fault(.redirectLoop)),
        FaultCase(
            "redirect-file", "a redirect to a file",
            fails: "http_status", naming: ["page 1"],
            .status(302, [("location", "file:///etc/hostname")])),
        FaultCase(
            "header-flood", "half a megabyte of headers", fails: "too_large", naming: ["page 1"],
            ScriptedAnswer(
                headers: (0..<64).map {
                    (name: "x-filler-\($0)", value: String(repeating: "x", count: 8192))
                }, .text("{}"))),
    ]

    /// Bodies that are not what they should be.
    static let bodies: [FaultCase] = [
        FaultCase(
            "html", "a web page with 200", fails: "not_json", naming: ["page 1", "HTML"],
            .fault(.html)),
        FaultCase(
            "empty", "no body", fails: "not_json", naming: ["page 1", "empty"],
            .fault(.empty)),
        FaultCase(
            "half", "half the JSON", fails: "not_json", naming: ["page 1", "line 1"],
            "{\"usage\":[{\"date\":\"{today}\",\"prod"),
        FaultCase(
            "two-documents", "more after the end",
            fails: "not_json", naming: ["page 1", "line 1"],
            "{\"usage\":[],\"more\":false}{}"),
        FaultCase(
            "endless", "chunks without end", fails: "too_large", naming: ["page 1"],
            .fault(.huge)),
        FaultCase(
            "gzip-bomb", "a small body that unpacks without end",
            fails: "too_large", naming: ["page 1"], .fault(.gzipBomb)),
        FaultCase(
            "error-object", "200 with an error object",
            fails: "rows_missing", naming: ["page 1", "$"],
            "{\"error\":{\"message\":\"quota of reports reached\"}}"),
        FaultCase(
            "rows-null", "the rows are null", fails: "rows_missing", naming: ["page 1", "usage"],
            "{\"usage\":null,\"more\":false}"),
        FaultCase(
            "key-repeated", "one key twice in an object",
            fails: "not_json", naming: ["page 1", "credits"],
            .list(ScriptedAnswer.row("1", with: "\"credits\":2,"))),
        FaultCase(
            "utf8-broken", "bytes that are no UTF-8", fails: "not_json", naming: ["page 1"],
            ScriptedAnswer(
                .bytes(Array("{\"usage\":[],\"x\":\"".utf8) + [0xFF, 0xFE] + Array("\"}".utf8)))),
        FaultCase(
            "surrogate-lone", "half of a pair of surrogates",
            fails: "not_json", naming: ["page 1"],
            "{\"usage\":[],\"more\":false,\"x\":\"\\ud800\"}"),
        FaultCase(
            "nested-deep", "thousands of brackets", fails: "too_large", naming: ["page 1"],
            .json(
                "{\"usage\":" + String(repeating: "[", count: 5000)
                    + String(repeating: "]", count: 5000) + "}")),
    ]

    /// Values that no ledger can hold.
    static let values: [FaultCase] =
        [
            ("nan", "NaN"), ("infinity", "-Infinity"), ("nan-text", "\"NaN\""), ("null", "null"),
            ("boolean", "true"), ("word", "\"abc\""), ("object", "{}"), ("empty-text", "\"\""),
            ("hexadecimal", "\"0x10\""), ("comma", "\"1,5\""), ("1e308", "1e308"),
            ("1e400", "1e400"),
            ("2-to-63", "9223372036854775808"),
        ].map { name, value in
            FaultCase(
                "value-" + name, "the amount is \(value)",
                fails: "bad_value", naming: ["page 1", "credits"], .rows(["1", value]))
        } + [
            FaultCase(
                "amount-missing", "a row without its amount",
                fails: "bad_value", naming: ["page 1", "$['usage'][0]"],
                .list("{\"date\":\"{today}\",\"product\":\"assistant\"}")),
            FaultCase(
                "day-impossible", "the 30th of February",
                fails: "bad_value", naming: ["page 1", "$['usage'][0]['date']"],
                .list(ScriptedAnswer.row("1", day: "2026-02-30"))),
            FaultCase(
                "day-past", "a row of two months ago",
                fails: "outside_window", naming: ["page 1", "$['usage'][0]"],
                .list(ScriptedAnswer.row("1", day: "{past}"))),
            FaultCase(
                "day-future", "a row of tomorrow",
                fails: "outside_window", naming: ["page 1", "$['usage'][0]"],
                .list(ScriptedAnswer.row("1", day: "{tomorrow}"))),
            FaultCase(
                "bucket-unaligned", "a bucket that begins after midnight", .buckets,
                fails: "bad_value", naming: ["page 1", "$['data'][0]"],
                .bucket("\"results\"", "1", start: "1795435200")),
        ]

    /// Pages that do not add up.
    static let pagination: [FaultCase] = [
        FaultCase(
            "cursor-repeated", "the same cursor twice",
            fails: "incomplete_pages", naming: ["page 2", "cursor"],
            .rows(["1"], next: "\"2\"", more: "true"),
            .rows(["2"], next: "\"2\"", more: "true")),
        FaultCase(
            "page-repeated", "page 2 is page 1 byte for byte",
            fails: "incomplete_pages", naming: ["page 2"],
            .rows(["1", "2"], next: "\"2\"", more: "true"),
            .rows(["1", "2"], next: "\"2\"", more: "true")),
        FaultCase(
            "more-without-cursor", "more follows, but the cursor is null",
            fails: "incomplete_pages", naming: ["page 1", "$.next"],
            .rows(["1"], next: "null", more: "true")),
        FaultCase(
            "more-missing", "nothing says whether more follows",
            fails: "incomplete_pages", naming: ["page 1", "$.more"],
            .json("{\"usage\":[\(ScriptedAnswer.row("1"))]}")),
        FaultCase(
            "pages-endless", "always one page more",
            fails: "incomplete_pages", naming: ["max_pages"],
            .json("{\"usage\":[\(ScriptedAnswer.row("{next}"))],\"next\":\"{next}\",\"more\":true}")
        ),
        FaultCase(
            "total-changed", "the number of pages changes while paging", .numbered,
            fails: "incomplete_pages", naming: ["page 2"],
            .page(["1"], of: 2), .page(["2"], of: 3)),
        FaultCase(
            "row-cap", "exactly as many rows as the vendor gives at most",
            fails: "incomplete_pages", naming: ["page 1", "max_rows"],
            .rows(["1", "2", "3", "4", "5", "6"])),
    ]

    /// Answers that say themselves that they are not whole, or not what was asked for.
    static let promises: [FaultCase] = [
        FaultCase(
            "truncated-flag", "the vendor says that it cut the answer",
            fails: "check_failed", naming: ["page 1", "truncated"],
            .one("9", with: "\"truncated\":true,")),
        FaultCase(
            "window-shifted", "the vendor answers for another window",
            fails: "check_failed", naming: ["page 1", "from"],
            .one("9", with: "\"from\":\"{past}\",")),
    ]
}
