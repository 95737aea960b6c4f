// The keys `map` and `paginate`: every path and rate is checked at load.

import Credits
import PositionedYAML
import Testing

@testable import UsageSources

@Suite struct MappingDefinitionTests {
    static let mappings: [(map: String, messages: [String])] = [
        (
            "{day: $.d, product: $.p, credits: $.c}",
            ["3:6: sources[0].map: missing required key `rows`"]
        ),
        (
            "{rows: $.uu, product: $.p, credits: $.c}",
            ["3:6: sources[0].map: missing required key `day`"]
        ),
        (
            "{rows: $.uu, day: $.d, credits: $.c}",
            ["3:6: sources[0].map: missing required key `product`"]
        ),
        (
            "{rows: $.uu, day: $.d, product: $.p}",
            ["3:6: sources[0].map: expected exactly one of `credits` and `measures`"]
        ),
        (
            "{rows: $.uu, day: $.d, product: $.p, credits: $.c, measures: []}",
            ["3:6: sources[0].map: expected exactly one of `credits` and `measures`"]
        ),
        (
            "{rows: [{path: $}], day: $.d, product: $.p, credits: $.c}",
            ["3:14: sources[0].map.rows[0]: missing required key `as`"]
        ),
        (
            "{rows: $.uu, day: '$..d', product: $.p, credits: '$.c[*]'}",
            [
                "3:24: sources[0].map.day: must name one value (names and indices only, such as "
                    + "$.a.b[0]); wildcards, slices and filters belong into `rows`",
                "3:55: sources[0].map.credits: must name one value (names and indices only, "
                    + "such as "
                    + "$.a.b[0]); wildcards, slices and filters belong into `rows`",
            ]
        ),
        (
            "{rows: $.uu, day: $.d, product: assistant, credits: $.c}",
            [
                "3:38: sources[0].map.product: a path begins with `$`; for one fixed product write "
                    + "{value: assistant}"
            ]
        ),
        (
            "{rows: $.uu, day: {path: $.d, type: iso}, product: {value: \"\"}, credits: $.c}",
            [
                "3:42: sources[0].map.day.type: expected one of `date`, `yyyymmdd`, `unix`, "
                    + "`unix_ms`, `rfc3339`, found \"iso\"",
                "3:65: sources[0].map.product.value: the identifier is empty",
            ]
        ),
        (
            "{rows: $.uu, day: $.d, product: {path: $.p, defalt: x}, credits: $.c}",
            [
                "3:50: field `defalt` is not known in `sources[0].map.product`; did you mean "
                    + "`default`?"
            ]
        ),
        (
            "{rows: $.uu, day: $.d, product: $.p, credits: $.c, credits_per_unit: 2}",
            [
                "3:75: sources[0].map.credits_per_unit: goes with `measures`; `credits` are "
                    + "credits "
                    + "already"
            ]
        ),
        (
            "{rows: $.uu, day: $.d, product: $.p, measures: []}",
            ["3:53: sources[0].map.measures: expected at least one measure"]
        ),
        (
            "{rows: $.uu, day: $.d, product: $.p, measures: [{unit: tokens, path: $.t}]}",
            [
                "3:61: sources[0].map.measures[0].unit: no rate for `tokens`: write "
                    + "`credits_per_unit` here or under `map`"
            ]
        ),
        (
            "{rows: $.uu, day: $.d, product: $.p, credits_per_unit: 1, "
                + "measures: [{unit: t, path: $.a}, {unit: t, path: $.b}]}",
            [
                "3:104: sources[0].map.measures[1].unit: `t` is measured twice; give each measure "
                    + "its own unit"
            ]
        ),
        (
            "{rows: $.uu, day: $.d, product: $.p, credits_per_unit: {t: -1, u: 2}, "
                + "measures: [{unit: credits, path: $.a}]}",
            [
                "3:65: sources[0].map.credits_per_unit.t: must be 0 or more, found -1",
                "3:69: sources[0].map.credits_per_unit.u: no measure has this unit",
            ]
        ),
        (
            "{rows: $.uu, day: $.d, product: $.p, credits: $.c, balance: {}, organization: $.o}",
            [
                "3:66: sources[0].map.balance: goes with `style: balance`; remove it",
                "3:84: sources[0].map.organization: organizations from rows are not available in "
                    + "this version; write `organization` beside `map`",
            ]
        ),
    ]

    @Test(arguments: mappings)
    func aWrongMappingIsRefused(_ map: String, _ messages: [String]) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml("map: " + map, SourceFixture.request))
        #expect(decoded.mistakes == messages)
        #expect(decoded.definition == nil)
    }

    @Test func aPathMistakeNamesItsColumn() throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml(
                "map: {rows: 'usage[*]', day: $.d, product: $.p, credits: '$.c['}",
                SourceFixture.request))
        #expect(decoded.mistakes.count == 2)
        #expect(decoded.mistakes[0].hasPrefix("3:13: sources[0].map.rows: "))
        #expect(decoded.mistakes[0].hasSuffix("(column 1 of the path)"))
        #expect(decoded.mistakes[1].hasPrefix("3:58: sources[0].map.credits: "))
        #expect(decoded.mistakes[1].hasSuffix("(column 5 of the path)"))
    }

    static let paginations: [(paginate: String, messages: [String])] = [
        (
            "{next: $.n, into: query.p}",
            [
                "3:11: sources[0].paginate: missing required key `kind`"
            ]
        ),
        (
            "{kind: offset, into: query.p, total_items: $.t}",
            ["3:11: sources[0].paginate: missing required key `size`"]
        ),
        (
            "{kind: cursor, into: query.p}",
            ["3:11: sources[0].paginate: missing required key `next`"]
        ),
        (
            "{kind: cursor, next: '$.n[*]', into: query.p}",
            [
                "3:32: sources[0].paginate.next: must name one value (names and indices only, such "
                    + "as $.a.b[0]); wildcards, slices and filters belong into `rows`"
            ]
        ),
        (
            "{kind: cursor, next: $.n, into: body.p}",
            [
                "3:43: sources[0].paginate.into: expected `query.NAME` or `json.NAME`, such as "
                    + "`query.page`"
            ]
        ),
        (
            "{kind: cursor, next: $.n}",
            [
                "3:11: sources[0].paginate: missing required key `into`, such as `into: "
                    + "query.cursor`"
            ]
        ),
        (
            "{kind: cursor, next: $.n, into: query.p, max_pages: 0}",
            [
                "3:63: sources[0].paginate.max_pages: expected a whole number from 1 to 10000, "
                    + "found \"0\""
            ]
        ),
        (
            "{kind: page, into: query.p}",
            [
                "3:11: sources[0].paginate: expected exactly one of `stop_when_empty`, "
                    + "`total_pages` and `more`"
            ]
        ),
        (
            "{kind: page, into: query.p, stop_when_empty: $.d, total_pages: $.t}",
            [
                "3:11: sources[0].paginate: expected exactly one of `stop_when_empty`, "
                    + "`total_pages` and `more`"
            ]
        ),
        (
            "{kind: page, into: query.p, total_pages: $.t, nxt: $.n}",
            ["3:57: field `nxt` is not known in `sources[0].paginate`"]
        ),
    ]

    @Test(arguments: paginations)
    func wrongPaginationIsRefused(_ paginate: String, _ messages: [String]) throws {
        let decoded = try SourceFixture.decode(
            SourceFixture.yaml("paginate: " + paginate, SourceFixture.request, SourceFixture.map))
        #expect(decoded.mistakes == messages)
        #expect(decoded.definition == nil)
    }

    @Test func aScalarRateServesAllUnitsAndCreditsNeedNone() throws {
        let common = try SourceFixture.definition(
            map: "{rows: $.uu, day: $.d, product: $.p, credits_per_unit: 2, "
                + "measures: [{unit: a, path: $.a}, {unit: b, path: $.b, credits_per_unit: 3}]}")
        #expect(common.mapping.measures.map(\.plainRate) == ["2", "3"])
        let credits = try SourceFixture.definition(
            map: "{rows: $.uu, day: $.d, product: $.p, measures: [{unit: credits, path: $.a}]}")
        #expect(credits.mapping.measures.map(\.plainRate) == ["1"])
    }
}
