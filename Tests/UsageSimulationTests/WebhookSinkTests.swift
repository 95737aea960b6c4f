// What the sinks keep and how they answer.

import Testing
import UsageSimulation

@Suite("Webhook sinks")
struct WebhookSinkTests {
    static func line(_ body: String) -> String {
        var sink = WebhookSink()
        let headers = [(name: "Webhook-Id", value: "msg_1")]
        return WebhookSummary.line(
            for: sink.receive(at: "oncall", headers: headers, body: Array(body.utf8), now: 61)
                .webhook)
    }

    @Test("a record shows headers and body as they came")
    func record() {
        var sink = WebhookSink()
        let headers = [(name: "Webhook-Id", value: "msg_1"), (name: "X", value: "\"")]
        let webhook = sink.receive(
            at: "oncall", headers: headers, body: Array(#"{"a":1}"#.utf8), now: 2.5
        ).webhook
        #expect(webhook.json.contains(#""arrived_at":2500,"answered":200,"webhook-id":"msg_1""#))
        #expect(webhook.json.contains(#""headers":[["Webhook-Id","msg_1"],["X","\""]]"#))
        #expect(webhook.json.hasSuffix(#""body":"{\"a\":1}","json":{"a":1}}"#))
    }

    @Test(
        "what is not one whole JSON document is shown as text alone",
        arguments: [
            "nonsense", "{", "{\"a\":1}}", "7", "", "{\u{0}\"a\":1}",
        ])
    func notJSON(body: String) {
        #expect(!WebhookSummary.isJSON(Array(body.utf8), length: body.utf8.count))
    }

    @Test("a percentage is kept to from the first hundred on", arguments: [10, 30, 50])
    func percentage(_ percent: Int) {
        var sink = WebhookSink()
        var failing = SinkBehaviour()
        failing.status = 503
        failing.percent = percent
        let isSet = sink.behave(failing, at: "a")
        #expect(isSet)
        let answers = (0..<400).map { _ in
            sink.receive(at: "a", headers: [], body: [], now: 0).behaviour.status
        }
        for count in [100, 200, 400] {
            let failed = answers.prefix(count).count { $0 == 503 }
            #expect(abs(failed * 100 / count - percent) <= 4, "\(failed) of \(count)")
        }
    }

    @Test("a behaviour holds for its number of webhooks")
    func behaviour() {
        var sink = WebhookSink()
        var failing = SinkBehaviour()
        failing.status = 503
        failing.times = 2
        let isSet = sink.behave(failing, at: "a")
        #expect(isSet)
        let answers = ["a", "b", "a", "a"].map {
            sink.receive(at: $0, headers: [], body: [], now: 0).behaviour.status
        }
        #expect(answers == [503, 200, 503, 200])
        #expect(sink.records(at: "a", after: 0, limit: 10).map(\.answered) == [503, 503, 200])
    }

    @Test("records are paged by their sequence, and cleared by sink")
    func paging() {
        var sink = WebhookSink()
        for name in ["a", "b", "a", "a"] {
            _ = sink.receive(at: name, headers: [], body: [], now: 0)
        }
        #expect(sink.records(at: "a", after: 1, limit: 1).map(\.sequence) == [3])
        sink.clear("a")
        #expect(sink.counts.map(\.sink) == ["b"])
    }

    @Test("memory is bounded: the oldest records go")
    func bounded() {
        var sink = WebhookSink()
        let body = [UInt8](repeating: 0x20, count: ArrivedWebhook.bodyBound + 1)
        for _ in 0..<1500 { _ = sink.receive(at: "a", headers: [], body: body, now: 0) }
        let kept = sink.records.reduce(0) { $0 + $1.body.count }
        #expect(kept <= WebhookSink.byteBound)
        #expect(sink.records.count + sink.dropped == 1500)
        #expect(sink.records.last?.sequence == 1500)
        #expect(sink.records.last?.bodyLength == ArrivedWebhook.bodyBound + 1)
    }

    @Test("a line tells what a notification says")
    func alertLine() {
        let body = """
            {"status":"firing","alerts":[{"status":"firing","labels":{"alertname":"X"},\
            "annotations":{"summary":"used\\n75 %"}},{"status":"resolved","labels":{}}]}
            """
        #expect(
            Self.line(body)
                == "00:01:01Z webhook oncall: firing X: used 75 %; resolved (no alertname)")
    }

    @Test("a line tells what an event says, and how long anything else is")
    func otherLines() {
        let event = #"{"type":"limit.blocked","data":{"used":12.5,"organization":"acme","x":[]}}"#
        #expect(
            Self.line(event)
                == "00:01:01Z webhook oncall: event limit.blocked organization=acme used=12.5")
        #expect(Self.line("\u{1B}[31m") == "00:01:01Z webhook oncall: 5 bytes")
    }

    @Test(
        "a sink's name is short and plain",
        arguments: zip(
            ["on-call_1.x", "", "a b", "a/b", String(repeating: "a", count: 65)],
            [true, false, false, false, false]))
    func names(name: String, isName: Bool) {
        #expect(WebhookSink.isName(name) == isName)
    }
}
