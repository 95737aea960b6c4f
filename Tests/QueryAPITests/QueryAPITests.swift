// The query API answers with Prometheus' JSON, errors and limits. The expected documents were
// compared with a Prometheus server's.

import PromQL
import Synchronization
import Testing

@testable import QueryAPI

/// A request and the document it is answered with.
struct QueryCase: Sendable, CustomTestStringConvertible {
    let endpoint: QueryAPI.Endpoint
    let parameters: String
    let status: Int
    let body: String

    init(_ endpoint: QueryAPI.Endpoint, _ parameters: String, _ body: String) {
        self.endpoint = endpoint
        self.parameters = parameters
        status = 200
        self.body = #"{"status":"success","data":\#(body)}"#
    }

    init(
        _ endpoint: QueryAPI.Endpoint, _ parameters: String, _ status: Int, _ type: String,
        _ message: String
    ) {
        self.endpoint = endpoint
        self.parameters = parameters
        self.status = status
        body = #"{"status":"error","errorType":"\#(type)","error":"\#(message)"}"#
    }

    var testDescription: String { "\(endpoint) \(parameters)" }
}

@Suite("Query API")
struct QueryAPITests {
    /// `up` of two instances every second from 1000 s, and a series of its own.
    static let store: SampleStore = {
        var store = SampleStore()
        for second in 0..<10 {
            for instance in ["a:1", "b:1"] {
                store.append(
                    SeriesLabels(metric: "up", [("job", "self"), ("instance", instance)]),
                    timestamp: 1_000_000 + Int64(second) * 1000,
                    value: instance == "a:1" ? 1 : Double(second))
            }
        }
        store.append(
            SeriesLabels(metric: "x", [("q", "say \"é\"\n")]), timestamp: 5000, value: .nan)
        return store
    }()

    static func parameters(_ text: String) -> QueryParameters {
        QueryParameters(
            text.split(separator: "&").map { pair in
                let parts = pair.split(
                    separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            })
    }

    static func answer(_ endpoint: QueryAPI.Endpoint, _ text: String) -> (Int, String) {
        let answer = QueryAPI(samples: store, now: 1_009_500).answer(endpoint, parameters(text))
        var body = String(decoding: answer.body, as: UTF8.self)
        #expect(body.removeLast() == "\n")
        return (answer.status, body)
    }

    private static let empty = #"{"resultType":"vector","result":[]}"#

    private static func vector(_ time: String, _ value: String) -> String {
        #"{"resultType":"vector","result":[{"metric":{},"value":[\#(time),"\#(value)"]}]}"#
    }

    static let queries: [QueryCase] = [
        QueryCase(.query, "query=1", #"{"resultType":"scalar","result":[1009.5,"1"]}"#),
        QueryCase(
            .query, "query=1e21&time=0.1",
            #"{"resultType":"scalar","result":[0.1,"1000000000000000000000"]}"#),
        QueryCase(
            .query, "query=\"a\\\"é\"&time=-1.5", #"{"resultType":"string","result":[-1.5,"a\"é"]}"#
        ),
        QueryCase(.query, "query=vector(1e21)", vector("1009.500", "1e+21")),
        QueryCase(.query, "query=vector(1e-7)&time=1", vector("1", "1e-07")),
        QueryCase(.query, "query=vector(0.000001)&time=1.01", vector("1.010", "0.000001")),
        QueryCase(.query, "query=vector(-0.0)&time=1.001", vector("1.001", "-0")),
        QueryCase(.query, "query=vector(NaN)&time=-0.5", vector("-0.500", "NaN")),
        QueryCase(
            .query, "query=-vector(Inf)&time=2020-01-01T00:00:00.1234Z",
            vector("1577836800.123", "-Inf")),
        QueryCase(.query, "query=nothing", empty),
        QueryCase(
            .query, "query=up{instance=\"b:1\"}&time=1005",
            #"{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"b:1","job":"self"},"value":[1005,"5"]}]}"#
        ),
        QueryCase(
            .query, "query=up{instance=\"b:1\"}[2s]&time=1005",
            #"{"resultType":"matrix","result":[{"metric":{"__name__":"up","instance":"b:1","job":"self"},"values":[[1004,"4"],[1005,"5"]]}]}"#
        ),
        QueryCase(
            .query, "query=x&time=5",
            #"{"resultType":"vector","result":[{"metric":{"__name__":"x","q":"say \"é\"\n"},"value":[5,"NaN"]}]}"#
        ),
        QueryCase(
            .queryRange, "query=1&start=0.1234&end=1&step=500ms",
            #"{"resultType":"matrix","result":[{"metric":{},"values":[[0.123,"1"],[0.623,"1"]]}]}"#),
        QueryCase(
            .queryRange, "query=sum(up)&start=1000&end=1002&step=1",
            #"{"resultType":"matrix","result":[{"metric":{},"values":[[1000,"1"],[1001,"2"],[1002,"3"]]}]}"#
        ),
        QueryCase(
            .queryRange, "query=nothing&start=0&end=11000&step=1",
            #"{"resultType":"matrix","result":[]}"#),
    ]

    static let series: [QueryCase] = [
        QueryCase(
            .series, "match[]=up{instance=~\"a.*\"}",
            #"[{"__name__":"up","instance":"a:1","job":"self"}]"#),
        QueryCase(.series, "match[]=up&start=5&end=1", "[]"),
        QueryCase(
            .series, "match[]=x&match[]=nothing&start=4&end=6",
            #"[{"__name__":"x","q":"say \"é\"\n"}]"#),
        QueryCase(.labels, "", #"["__name__","instance","job","q"]"#),
        QueryCase(.labels, "match[]=up", #"["__name__","instance","job"]"#),
        QueryCase(.labels, "start=9&end=8", "[]"),
        QueryCase(.labelValues("instance"), "", #"["a:1","b:1"]"#),
        QueryCase(.labelValues("__name__"), "start=900", #"["up"]"#),
        QueryCase(.labelValues("nothing"), "", "[]"),
    ]

    private static let selection = #"invalid parameter \"match[]\": "#

    static let failures: [QueryCase] = [
        QueryCase(
            .query, "", 400, "bad_data",
            #"invalid parameter \"query\": 1:1: parse error: no expression found in input"#),
        QueryCase(
            .query, "query=up{", 400, "bad_data",
            #"invalid parameter \"query\": 1:4: parse error: unexpected end of input inside braces"#
        ),
        QueryCase(
            .query, "query=up&time=foo", 400, "bad_data",
            #"invalid parameter \"time\": invalid time value for 'time': cannot parse \"foo\" to a valid timestamp"#
        ),
        QueryCase(
            .query, "query=up&timeout=1ns", 400, "bad_data",
            #"invalid parameter \"timeout\": cannot parse \"1ns\" to a valid duration"#),
        QueryCase(
            .query, "query=up&limit=x", 400, "bad_data",
            #"invalid parameter \"limit\": strconv.Atoi: parsing \"x\": invalid syntax"#),
        QueryCase(
            .query, "query=up&limit=-1", 400, "bad_data",
            #"invalid parameter \"limit\": limit must be non-negative"#),
        QueryCase(
            .query, "query=label_replace(up, \"x\", \"$1\", \"y\", \"(\")", 422, "execution",
            "invalid regular expression in label_replace(): ("),
        QueryCase(
            .queryRange, "query=up&start=1&end=0&step=1", 400, "bad_data",
            #"invalid parameter \"end\": end timestamp must not be before start time"#),
        QueryCase(
            .queryRange, "query=up&start=0&end=11001&step=1", 400, "bad_data",
            "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)"
        ),
        QueryCase(
            .queryRange, "query=up&start=0&end=1&step=0", 400, "bad_data",
            #"invalid parameter \"step\": zero or negative query resolution step widths are not accepted. Try a positive integer"#
        ),
        QueryCase(
            .queryRange, "query=up&start=0&end=1&step=x", 400, "bad_data",
            #"invalid parameter \"step\": cannot parse \"x\" to a valid duration"#),
        QueryCase(
            .queryRange, "query=up&start=0&end=1&step=1e30", 400, "bad_data",
            #"invalid parameter \"step\": cannot parse \"1e30\" to a valid duration. It overflows int64"#
        ),
        QueryCase(
            .queryRange, "query=up&end=1&step=1", 400, "bad_data",
            #"invalid parameter \"start\": cannot parse \"\" to a valid timestamp"#),
        QueryCase(
            .queryRange, "query=up[1m]&start=0&end=1&step=1", 400, "bad_data",
            #"invalid parameter \"query\": invalid expression type \"range vector\" for range query, must be Scalar or instant Vector"#
        ),
        QueryCase(.series, "", 400, "bad_data", "no match[] parameter provided"),
        QueryCase(
            .series, "match[]={}", 400, "bad_data",
            selection + "match[] must contain at least one non-empty matcher"),
        QueryCase(
            .series, "match[]={", 400, "bad_data",
            selection + "1:2: parse error: unexpected end of input inside braces"),
        QueryCase(
            .series, "match[]=up&start=x", 400, "bad_data",
            #"invalid parameter \"start\": invalid time value for 'start': cannot parse \"x\" to a valid timestamp"#
        ),
        QueryCase(
            .labelValues(""), "", 400, "bad_data", #"invalid label name: \"\""#),
    ]

    @Test("answers", arguments: queries + series)
    func answers(_ test: QueryCase) {
        let (status, body) = Self.answer(test.endpoint, test.parameters)
        #expect(status == 200)
        #expect(body == test.body)
    }

    @Test("refuses", arguments: failures)
    func refuses(_ test: QueryCase) {
        let (status, body) = Self.answer(test.endpoint, test.parameters)
        #expect(status == test.status)
        #expect(body == test.body)
    }

    @Test(
        "a limit cuts the answer and says so",
        arguments: [
            (QueryAPI.Endpoint.query, "query=up&time=1005", 2),
            (.queryRange, "query=up&start=1000&end=1001&step=1", 2),
            (.series, "match[]=up", 2), (.labels, "", 4), (.labelValues("instance"), "", 2),
        ])
    func limit(_ endpoint: QueryAPI.Endpoint, _ parameters: String, _ count: Int) {
        let warning = #","warnings":["results truncated due to limit"]}"#
        let (_, cut) = Self.answer(endpoint, parameters + "&limit=\(count - 1)")
        #expect(cut.hasSuffix(warning))
        let (_, whole) = Self.answer(endpoint, parameters + "&limit=\(count)")
        #expect(!whole.contains("warnings"))
        #expect(whole.utf8.count > cut.utf8.count - warning.utf8.count)
        #expect(Self.answer(endpoint, parameters + "&limit=0").1 == whole)
    }

    @Test("remarks about the query come with its answer")
    func remarks() {
        let (_, warned) = Self.answer(.query, "query=quantile(2, up)&time=1005")
        #expect(warned.contains(#","warnings":["PromQL warning: quantile value should be"#))
        let (_, informed) = Self.answer(.query, "query=rate(up[5s])&time=1005")
        #expect(informed.contains(#","infos":["PromQL info: metric might not be a counter"#))
    }

    @Test("a query that waited too long, and one that takes too long, time out")
    func timeouts() {
        let late = QueryAPI(samples: Self.store, now: 0) { timeout in { timeout == 0.5 } }
        let waited = late.answer(.query, Self.parameters("query=up&timeout=0.0005"))
        #expect(waited == .failure(.queueTimeout))
        #expect(waited.status == 503)
        let calls = Calls()
        let slow = QueryAPI(samples: Self.store, now: 0) { _ in { calls.next() > 1 } }
        let stopped = slow.answer(.query, Self.parameters("query=sum(up)"))
        #expect(
            String(decoding: stopped.body, as: UTF8.self)
                == #"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#
                + "\n")
    }
}

/// Counts calls.
private final class Calls: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
