// Matchers and the way of an alert through the tree.

import PromQL
import Testing

@testable import Alerting

@Suite struct RoutingTests {
    @Test(arguments: [
        ("severity=\"critical\"", ["severity=\"critical\""]),
        ("severity = critical", ["severity=\"critical\""]),
        ("alertname=~\"A|B\"", ["alertname=~\"A|B\""]),
        ("a!=b", ["a!=\"b\""]),
        ("a!~\"b.*\"", ["a!~\"b.*\""]),
        ("{a=\"b\",c=\"d\"}", ["a=\"b\"", "c=\"d\""]),
        (" { a = \"b\" , c =~ d , } ", ["a=\"b\"", "c=~\"d\""]),
        ("a=b, c!=d e", ["a=\"b\"", "c!=\"d e\""]),
        ("a=\"x,y\",b=z", ["a=\"x,y\"", "b=\"z\""]),
        ("a=\"q\\\"q\\\\n\\n\\d\"", ["a=\"q\\\"q\\\\n\\n\\\\d\""]),
        ("\"a b\"=\"c\"", ["\"a b\"=\"c\""]),
        ("a=", ["a=\"\""]),
        ("a=\"\"", ["a=\"\""]),
        ("a:b=c", ["a:b=\"c\""]),
        ("a=x\\\"y", ["a=\"x\\\"y\""]),
        ("a=b=c", ["a=\"b=c\""]),
        ("a=\"}\"", ["a=\"}\""]),
        ("{a=}", ["a=\"\""]),
        ("{a=~x{2}}", ["a=~\"x{2}\""]),
    ])
    func matchersOfBothSyntaxesAreRead(text: String, expected: [String]) throws {
        #expect(try MatcherParser.parse(text).map(\.alertmanagerText) == expected)
    }

    @Test(arguments: [
        "", "{}", "{", "a", "=b", "a==\"b", "a=\"b\" c", "a=\"b", "{a=\"b\"", "a=b\"c", "a=~\"(\"",
        "\"\"=b", "a b=c", "a!b", ",a=b", "a=\"b\",,c=d", "{a=\"b\"} x",
        Array(repeating: "a=b", count: 101).joined(separator: ","),
    ])
    func otherTextsAreRefused(text: String) {
        #expect(throws: MatcherSyntaxError.self) { try MatcherParser.parse(text) }
    }

    @Test func expressionsMatchTheWholeValue() throws {
        let matcher = try #require(try MatcherParser.parse("a=~\"b|c\"").first)
        #expect(matcher.matches("b") && matcher.matches("c"))
        #expect(!matcher.matches("bc") && !matcher.matches("xb"))
    }

    @Test(arguments: [
        (["severity": "critical"], [1]),
        (["severity": "warning"], [0]),
        (["severity": "critical", "team": "x"], [2]),
        (["severity": "info"], [3, 4]),
        (["severity": "info", "team": "x"], [3, 4]),
        (["severity": "none"], [5]),
    ])
    func theFirstMatchWinsUnlessItContinues(labels: [String: String], expected: [Int]) throws {
        let configuration = try ReadNotifications.valid(
            notifications(
                route: """
                    routes: [
                    {matchers: [severity=critical], routes: [{matchers: [team=x]}]},
                    {matchers: [severity=info], continue: true}, {matchers: ['severity=~i.*']},
                    {matchers: [severity=none]}, {matchers: [severity=~"none|info"]}]
                    """))
        let route = try #require(configuration.route)
        let alert = alert("A", labels: labels)
        #expect(route.routes(for: alert.series).map(\.number) == expected)
    }

    @Test func groupKeysAreAlertmanagers() throws {
        let configuration = try ReadNotifications.valid(
            notifications(
                route: "group_by: [organization, alertname, missing], "
                    + "routes: [{matchers: [severity=a]}]"))
        let root = try #require(configuration.route)
        let labels = alert("A \"x\"").series
        #expect(
            root.groupKey(for: root.groupBy.groupLabels(of: labels))
                == "{}:{alertname=\"A \\\"x\\\"\", organization=\"acme\"}")
        #expect(root.groupKey(for: .empty) == "{}:{}")
        let every = GroupBy.everyLabel.groupLabels(of: alert("A", labels: ["z": "1"]).series)
        #expect(every.pairs.map(\.name) == ["alertname", "organization", "z"])
    }
}
