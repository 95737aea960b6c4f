// Rules, alerts, metadata and build information, as Prometheus lists them.

import Alerting
import Exposition
import PromQL
import Testing

@testable import QueryAPI

@Suite("Listings of the query API")
struct ListingTests {
    static let rules = """
        groups:
          - name: g
            interval: 2s
            limit: 7
            rules:
              - {record: "a:b", expr: sum(up)}
              - {record: "c:d", expr: up, labels: {x: y}}
              - alert: Up
                expr: up==1
                for: 1500ms
                keep_firing_for: 1m
                labels: {severity: x, empty: ""}
                annotations: {summary: "{{ $value }} é"}
              - {alert: Never, expr: up == 2}
              - {alert: Bad, expr: 'label_replace(up, "x", "$1", "y", "(") == 1'}
          - {name: later, rules: [{record: e, expr: up}]}
        """

    /// The first group evaluated twice, the second never.
    static func listing() throws -> RuleListing {
        let file = try RuleFile.read(Array(rules.utf8), file: "r.yml")
        var store = SampleStore()
        store.append(SeriesLabels(metric: "up", [("job", "self")]), timestamp: 0, value: 1)
        var groups = file.groups.map {
            RuleGroupEvaluator(
                group: $0, engine: PromQLEngine(), surroundings: RuleSurroundings())
        }
        _ = groups[0].evaluate(at: 250, in: &store)
        return RuleListing(
            groups.map { ListedRuleGroup(evaluator: $0, interval: 2000, durationSeconds: 0.25) })
    }

    private static let alert =
        #"{"labels":{"alertname":"Up","job":"self","severity":"x"},"annotations":{"summary":"1 é"},"state":"pending","activeAt":"1970-01-01T00:00:00.250Z","value":"1e+00"}"#

    private static func text(_ answer: QueryAnswer) -> String {
        String(decoding: answer.body, as: UTF8.self)
    }

    @Test("rules have the fields of Prometheus in its order")
    func rules() throws {
        let text = Self.text(try Self.listing().rules(QueryParameters([])))
        let tail = #""evaluationTime":0,"lastEvaluation":"1970-01-01T00:00:00.250Z","type":"#
        let expected = [
            #"{"status":"success","data":{"groups":[{"name":"g","file":"r.yml","rules":["#,
            #"{"name":"a:b","query":"sum(up)","health":"ok",\#(tail)"recording"},"#,
            #"{"name":"c:d","query":"up","labels":{"x":"y"},"health":"ok",\#(tail)"recording"},"#,
            #"{"state":"pending","name":"Up","query":"up == 1","duration":1.5,"keepFiringFor":60,"#,
            #""labels":{"empty":"","severity":"x"},"annotations":{"summary":"{{ $value }} é"},"#,
            #""alerts":[\#(Self.alert)],"health":"ok",\#(tail)"alerting"},"#,
            #"{"state":"inactive","name":"Never","query":"up == 2","duration":0,"#,
            #""keepFiringFor":0,"labels":{},"annotations":{},"alerts":[],"health":"ok","#,
            #"\#(tail)"alerting"},"#,
            #"{"state":"inactive","name":"Bad","#,
            #""query":"label_replace(up, \"x\", \"$1\", \"y\", \"(\") == 1","duration":0,"#,
            #""keepFiringFor":0,"labels":{},"annotations":{},"alerts":[],"health":"err","#,
            #""lastError":"invalid regular expression in label_replace(): (",\#(tail)"alerting"}"#,
            #"],"interval":2,"limit":7,"evaluationTime":0.25,"#,
            #""lastEvaluation":"1970-01-01T00:00:00.250Z"},"#,
            #"{"name":"later","file":"r.yml","rules":[{"name":"e","query":"up","#,
            #""health":"unknown","evaluationTime":0,"lastEvaluation":"0001-01-01T00:00:00Z","#,
            #""type":"recording"}],"interval":2,"limit":0,"evaluationTime":0.25,"#,
            #""lastEvaluation":"0001-01-01T00:00:00Z"}]}}"#, "\n",
        ].joined()
        #expect(text == expected)
    }

    @Test("rules are narrowed by type, name, group, file and without alerts")
    func filters() throws {
        let listing = try Self.listing()
        func names(_ pairs: [(String, String)]) -> Int {
            Self.text(listing.rules(QueryParameters(pairs))).split(separator: #""health":"#).count
                - 1
        }
        #expect(names([]) == 6)
        #expect(names([("type", "alert")]) == 3)
        #expect(names([("type", "record")]) == 3)
        #expect(names([("rule_name[]", "Up"), ("rule_name[]", "e")]) == 2)
        #expect(names([("rule_group[]", "later")]) == 1)
        #expect(names([("file[]", "other.yml")]) == 0)
        let bare = Self.text(listing.rules(QueryParameters([("exclude_alerts", "true")])))
        #expect(!bare.contains("activeAt"))
        let refusal = listing.rules(QueryParameters([("type", "foo")]))
        #expect(refusal.status == 400)
        #expect(
            Self.text(refusal).contains(#"invalid parameter \"type\": not supported value \"foo\""#)
        )
    }

    @Test("alerts are those pending or firing")
    func alerts() throws {
        let text = Self.text(try Self.listing().alerts())
        #expect(
            text == #"{"status":"success","data":{"alerts":[\#(Self.alert)]}}"# + "\n")
    }

    @Test("metadata are those of a scrape")
    func metadata() {
        let families = [
            MetricFamily(name: "b_info", help: "B.", type: .info, unit: nil, samples: []),
            MetricFamily(name: "a_total", help: "A \"x\".", type: .counter, unit: nil, samples: []),
        ]
        func answer(_ pairs: [(String, String)]) -> String {
            Self.text(AgentListing.metadata(of: families, QueryParameters(pairs)))
        }
        let first = #""a_total":[{"type":"counter","help":"A \"x\".","unit":""}]"#
        let second = #""b_info":[{"type":"gauge","help":"B.","unit":""}]"#
        func success(_ data: String) -> String { #"{"status":"success","data":{\#(data)}}"# + "\n" }
        #expect(answer([]) == success("\(first),\(second)"))
        #expect(answer([("limit", "1")]) == success(first))
        #expect(answer([("limit", "0")]) == success(""))
        #expect(answer([("metric", "b_info")]) == success(second))
        #expect(answer([("metric", "c")]) == success(""))
        #expect(answer([("limit", "x")]).contains(#""error":"limit must be a number""#))
    }

    @Test("build information has Prometheus' fields")
    func build() {
        let answer = AgentListing.buildInformation(
            version: "1.2.3", revision: "abc", compiler: "swift 6.3")
        #expect(
            Self.text(answer)
                == #"{"status":"success","data":{"version":"1.2.3","revision":"abc","branch":"","buildUser":"","buildDate":"","goVersion":"swift 6.3"}}"#
                + "\n")
    }
}
