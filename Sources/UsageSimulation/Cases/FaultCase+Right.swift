// Cases of what is unusual and right: a poll must take it, to the last digit.

extension FaultCase {
    /// Ways of writing and cutting figures.
    static let variations: [FaultCase] = [
        FaultCase("amount-number", "an amount as a number", right: "12.5", .one("12.5")),
        FaultCase("amount-text", "an amount as a text", right: "12.5", .one("\"12.5\"")),
        FaultCase(
            "amount-tiny", "1e-7 three times", .grains, right: "0.3",
            .rows(["1e-7", "0.0000001", "\"1E-7\""])),
        FaultCase(
            "amount-exact", "2^53+1, which doubles lose", .tokens, right: "9007199254.740993",
            .one("9007199254740993")),
        FaultCase("amount-negative", "a refund", right: "8.5", .rows(["10", "-1.5"])),
        FaultCase("amount-minus-zero", "-0 and 0e9", right: "0", .rows(["-0", "0e9"])),
        FaultCase(
            "dimension-null", "a dimension that is null once", right: "3",
            .list(
                ScriptedAnswer.row("1", with: "\"project\":null,") + ","
                    + ScriptedAnswer.row("2", with: "\"project\":\"a\","))),
        FaultCase(
            "rows-named-results", "the rows are called results", .buckets, right: "3",
            .bucket("\"results\"", "3")),
        FaultCase(
            "rows-named-result", "the rows are called result", .buckets, right: "3",
            .bucket("\"result\"", "3")),
        FaultCase("key-twice", "two rows meet at one key", right: "7", .rows(["3", "4"])),
        FaultCase(
            "day-over-pages", "one day on two pages", right: "10",
            .rows(["1", "2"], next: "\"2\"", more: "true"), .rows(["3", "4"])),
        FaultCase(
            "throttled-once", "429 on page 2 for a second", right: "3",
            .rows(["1"], next: "\"2\"", more: "true"),
            .status(429, [("retry-after", "1")]).then(.one("2"))),
        FaultCase(
            "throttled-once-date", "429 on page 2 until a date that has passed", right: "3",
            .rows(["1"], next: "\"2\"", more: "true"),
            .status(429, [("retry-after", "Mon, 23 Nov 2020 12:00:01 GMT")]).then(.one("2"))),
        FaultCase(
            "throttled-once-reset", "429 on page 2 with a header of its own", right: "3",
            .rows(["1"], next: "\"2\"", more: "true"),
            .status(429, [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "{start}")])
                .then(.one("2"))),
        FaultCase(
            "unavailable-once", "503 and then the answer", right: "2",
            .status(503).then(.one("2"))),
        FaultCase(
            "redirect-same", "a redirect on the same origin", right: "2",
            .status(302, [("location", "?again=1")]).then(.one("2"))),
        FaultCase(
            "not-modified", "an answer with a tag, then 304 to who sends it",
            polls: [
                .right("2", .one("2").tagged), .right("2", .one("2").tagged),
            ]),
        FaultCase(
            "discount-above-gross", "a discount above gross, net zero", .billing, right: "5",
            .billed(gross: "5", discount: "7", net: "0")),
        FaultCase(
            "byte-order-mark", "a byte order mark", right: "2",
            ScriptedAnswer(.text("\u{FEFF}{\"usage\":[\(ScriptedAnswer.row("2"))],\"more\":false}"))
        ),
        FaultCase(
            "extra-fields", "fields that nobody asked for, __proto__ among them", right: "2",
            .one("2", with: "\"__proto__\":{\"usage\":[]},\"constructor\":1,")),
        FaultCase(
            "date-header", "a Date header an hour behind", right: "2",
            ScriptedAnswer(
                headers: [("x-date", "Mon, 23 Nov 2026 11:00:00 GMT")],
                .text("{\"usage\":[\(ScriptedAnswer.row("2"))],\"more\":false}"))),
    ]

    /// Days that change after the fact.
    static let restatements: [FaultCase] = [
        FaultCase(
            "restated-up", "a day says more",
            polls: [.right("5", .one("5")), .right("7.25", .one("7.25"))]),
        FaultCase(
            "restated-down", "a day says less",
            polls: [.right("5", .one("5")), .right("1.000001", .one("1.000001"))]),
        FaultCase(
            "restated-to-nothing", "a day is not listed any more",
            polls: [
                .right("5", .one("5")), .right("5", .list("")), .right("0", .list("")),
            ]),
        FaultCase(
            "late-day", "yesterday arrives a day late",
            polls: [
                .right("5", .one("5")),
                .right(
                    "7",
                    .list(
                        ScriptedAnswer.row("5") + ","
                            + ScriptedAnswer.row("2", day: "{yesterday}"))),
            ]),
        FaultCase(
            "page-twice-across-polls", "the same answer again changes nothing",
            polls: [.right("5", .one("5")), .right("5", .one("5"))]),
    ]

    /// Totals and balances.
    static let totals: [FaultCase] = [
        FaultCase(
            "counter-reset-early", "the vendor's mark changes before its time", .markedTotal,
            polls: [
                .right("100", .total("100")), .right("104", .total("4", cycle: "two")),
            ]),
        FaultCase(
            "counter-reset-late", "a total of the day falls an hour after midnight", .dayTotal,
            polls: [
                .right("90", .total("90")), .right("95", .total("95"), after: 725),
                .right("100", .total("5"), after: 60),
            ]),
        FaultCase(
            "counter-tiny-decrease", "a total falls by the last digit", .markedTotal,
            polls: [
                .right("100", .total("100")),
                .fails("check_failed", "assistant", pages: [.total("99.999999")]),
                .right("100.5", .total("100.5")),
            ]),
        FaultCase(
            "counter-falls", "a total falls and stays so: refused twice, then believed",
            .markedTotal,
            polls: [
                .right("100", .total("100")),
                .fails("check_failed", "assistant", pages: [.total("80")]),
                .fails("check_failed", "assistant", pages: [.total("80")]),
                .right("80", .total("80")),
            ]),
        FaultCase(
            "top-up-between", "a grant and use between two polls", .balance,
            polls: [
                .right("0", .remaining("40")), .right("0", .remaining("90")),
                .right("5.5", .remaining("84.5")),
            ]),
    ]
}

extension ScriptedAnswer {
    /// The same answer with a tag.
    var tagged: ScriptedAnswer {
        guard case .text(let text) = body else { return self }
        var answer = self
        answer.body = .tagged(text)
        return answer
    }
}
