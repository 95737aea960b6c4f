// Single uses: section 2.3 of the reference on sources, rule by rule.

import Credits
import ExactJSON
import Testing

@testable import UsageSources

@Suite("Events")
struct EventReductionTests {
    /// A source of events that is polled again and again.
    struct Script {
        var cursor = EventCursor(overlapMilliseconds: 3_600_000, settleMilliseconds: 60_000)
        var disabled: Set<String> = []
        var state: String?

        /// The span that a poll would ask for.
        func span(_ now: String) throws -> EventSpan {
            try cursor.span(
                state: state, source: "meter",
                first: StyleFixture.instant("2026-11-01T00:00:00Z"),
                now: StyleFixture.instant(now))
        }

        /// Polls; every event is `identity, time, credits`.
        mutating func poll(
            _ now: String, _ events: [(String, String, String)]
        ) throws -> StyleOutcome {
            let samples = try events.map { identity, at, credits in
                let instant = try StyleFixture.instant(at)
                return EventSample(
                    identity: identity, at: instant, day: ZonedCalendar.utc.day(at: instant),
                    product: "chat",
                    quantities: [.init(unit: "credits", amount: try ExactDecimal(credits))])
            }
            let outcome = try EventReduction.reduce(
                samples, span(now), EventRules(cursor: cursor), state: state,
                StyleFixture.context(at: now, rates: ["credits": .one], disabled: disabled))
            state = outcome.stateText
            return outcome
        }
    }

    @Test("the first poll begins at the window, the next ones before the end of the last")
    func spans() throws {
        var script = Script()
        let first = try script.span("2026-11-10T10:00:00Z")
        #expect(first.start.description == "2026-11-01T00:00:00Z")
        #expect(first.end.description == "2026-11-10T09:59:00Z")
        _ = try script.poll("2026-11-10T10:00:00Z", [])
        let second = try script.span("2026-11-10T10:05:00Z")
        #expect(second.start.description == "2026-11-10T08:59:00Z")
        #expect(second.end.description == "2026-11-10T10:04:00Z")
    }

    @Test("events of the overlap count once")
    func overlap() throws {
        var script = Script()
        let one = ("a", "2026-11-10T09:30:00Z", "1.5")
        let two = ("b", "2026-11-10T09:40:00Z", "2")
        #expect(try script.poll("2026-11-10T10:00:00Z", [one]).summary == ["2026-11-10 chat 1.5"])
        let again = try script.poll("2026-11-10T10:05:00Z", [one, two])
        #expect(again.summary == ["2026-11-10 chat 3.5"])
        #expect(again.kinds == [.repeated, .late])
        let replayed = try script.poll("2026-11-10T10:05:00Z", [one, two])
        #expect(replayed.readings == again.readings)
        #expect(!replayed.isNews)
    }

    @Test("an event twice in one poll counts once")
    func twice() throws {
        var script = Script()
        let event = ("a", "2026-11-10T09:30:00Z", "1")
        #expect(
            try script.poll("2026-11-10T10:00:00Z", [event, event]).summary
                == ["2026-11-10 chat 1"])
    }

    @Test("events that are not settled are left to the next poll")
    func settling() throws {
        var script = Script()
        let young = ("a", "2026-11-10T09:59:30Z", "1")
        let first = try script.poll("2026-11-10T10:00:00Z", [young])
        #expect(first.summary == [])
        #expect(first.kinds == [.unsettled])
        #expect(try script.poll("2026-11-10T10:01:00Z", [young]).summary == ["2026-11-10 chat 1"])
    }

    @Test("a late event lands on its own day")
    func late() throws {
        var script = Script()
        _ = try script.poll("2026-11-11T00:10:00Z", [("a", "2026-11-10T23:50:00Z", "1")])
        let outcome = try script.poll(
            "2026-11-11T00:15:00Z",
            [("b", "2026-11-10T23:55:00Z", "2"), ("c", "2026-11-11T00:12:00Z", "4")])
        #expect(outcome.summary == ["2026-11-10 chat 3", "2026-11-11 chat 4"])
        #expect(outcome.kinds == [.late])
    }

    @Test("events older than asked for were counted before, though their identity is forgotten")
    func olderThanAsked() throws {
        var script = Script()
        let old = ("a", "2026-11-10T05:00:00Z", "1")
        _ = try script.poll("2026-11-10T10:00:00Z", [old])
        #expect(try script.poll("2026-11-10T12:00:00Z", [old]).summary == ["2026-11-10 chat 1"])
        let state = try #require(script.state)
        #expect(!state.contains(#"["a","#), "identities are dropped after the overlap")
        #expect(try script.poll("2026-11-10T14:00:00Z", [old]).summary == ["2026-11-10 chat 1"])
    }

    @Test("a clock set back moves neither cursor nor sums")
    func clockSetBack() throws {
        var script = Script()
        let event = ("a", "2026-11-10T09:30:00Z", "1")
        _ = try script.poll("2026-11-10T10:00:00Z", [event])
        #expect(try script.poll("2026-11-10T09:00:00Z", []).summary == ["2026-11-10 chat 1"])
        #expect(try script.poll("2026-11-10T10:05:00Z", [event]).summary == ["2026-11-10 chat 1"])
    }

    @Test("events of a disabled product are passed over, not made up for later")
    func disabledProduct() throws {
        var script = Script()
        let event = ("a", "2026-11-10T09:30:00Z", "1")
        script.disabled = ["chat"]
        _ = try script.poll("2026-11-10T10:00:00Z", [event])
        script.disabled = []
        #expect(try script.poll("2026-11-10T10:05:00Z", [event]).summary == [])
    }

    // MARK: From rows

    private static let row = #"{"id":"ID","at":"2026-11-20T09:00:00Z","p":"chat","c":CREDITS}"#

    private static func page(_ rows: (id: String, credits: String)...) -> String {
        let texts = rows.map {
            row.replacing("ID", with: $0.id).replacing("CREDITS", with: $0.credits)
        }
        return #"{"e":["# + texts.joined(separator: ",") + "]}"
    }

    private static func source(_ events: String) throws -> SourceDefinition {
        try SourceFixture.definition(
            SourceFixture.request, "style: events", events,
            "map: {rows: $.e, day: {path: $.at, type: rfc3339}, product: $.p, credits: $.c}"
                .replacing("rows: $.e", with: #"rows: "$.e[*]""#))
    }

    @Test("whole days: an identity counts once, its last row counts")
    func folding() throws {
        var script = PollScript(try Self.source("events: {identity: $.id}"))
        let result = try script.result(Self.page(("a", "1"), ("b", "2"), ("a", "1"), ("b", "5")))
        #expect(result.summary == ["2026-11-20 chat 6"])
        #expect(result.observations == nil)
        #expect(result.rowCount == 2)
    }

    @Test("whole days without identities: equal rows are different events")
    func foldingWithoutIdentity() throws {
        var script = PollScript(
            try SourceFixture.definition(
                SourceFixture.request, "style: events",
                #"map: {rows: "$.e[*]", day: {path: $.at, type: rfc3339}, product: $.p, credits: $.c}"#
            ))
        let result = try script.result(Self.page(("a", "1"), ("a", "1")))
        #expect(result.summary == ["2026-11-20 chat 2"])
    }

    @Test("a cursor asks for the exact time and hands over events")
    func cursorRequest() throws {
        let source = try SourceFixture.definition(
            #"request: {url: "https://api.example.com/e?a={window.start:rfc3339}&b={window.end:unix}"}"#,
            "style: events", "events: {cursor: time, overlap: 10m, settle: 30s}",
            #"map: {rows: "$.e[*]", day: {path: $.at, type: rfc3339}, product: $.p, credits: $.c}"#)
        let now = PollScript.now
        let span = try #require(try source.span(state: nil, organization: .utc, now: now))
        var machine = PollMachine(
            definition: source, authentication: .none, organizationCalendar: .utc, now: now,
            asked: span)
        let url = try #require(machine.start().request?.url)
        #expect(url.hasSuffix("a=2026-11-01T00%3A00%3A00Z&b=\(now.seconds - 30)"), "\(url)")
        let step = machine.handle(
            .json(Self.page(("a", "1"), ("a", "1"), ("b", "1"))), elapsedMilliseconds: 1, random: 0)
        let observations = try #require(step.result?.observations)
        guard case .events(let events, let asked, _) = observations.content else {
            Issue.record("expected events")
            return
        }
        #expect(asked == span)
        #expect(Set(events.map(\.identity)).count == 3, "equal rows are told apart by their number")
    }

    @Test("a long absence is caught up in requests of at most max_span, each event once")
    func longSpan() throws {
        let source = try SourceFixture.definition(
            #"request: {url: "https://api.example.com/e?a={window.start:unix}&b={window.end:unix}"}"#,
            "style: events", "window: {max_span: 10d}", "events: {cursor: time, settle: 0s}",
            #"map: {rows: "$.e[*]", day: {path: $.at, type: rfc3339}, product: $.p, credits: $.c}"#)
        let now = PollScript.now
        let span = try #require(try source.span(state: nil, organization: .utc, now: now))
        var machine = PollMachine(
            definition: source, authentication: .none, organizationCalendar: .utc, now: now,
            asked: span)
        var step = machine.start()
        var asked: [String] = []
        let edge = #"{"at": "2026-11-11T00:00:00Z", "p": "chat", "c": 1}"#
        let other = #"{"at": "2026-11-22T00:00:00Z", "p": "chat", "c": 1}"#
        for body in ["[\(edge)]", "[\(edge)]", "[\(other)]"] {
            asked.append(step.request?.url.split(separator: "?").last.map(String.init) ?? "")
            step = machine.handle(.json("{\"e\": \(body)}"), elapsedMilliseconds: 1, random: 0)
        }
        let bounds = [
            span.start.seconds, span.start.seconds + 864_000,
            span.start.seconds + 1_728_000, span.end.seconds,
        ]
        #expect(asked == (0..<3).map { "a=\(bounds[$0])&b=\(bounds[$0 + 1])" })
        let result = try #require(step.result)
        guard case .events(let events, let whole, _)? = result.observations?.content else {
            Issue.record("expected events")
            return
        }
        #expect(whole == span)
        #expect(events.map(\.at.description) == ["2026-11-11T00:00:00Z", "2026-11-22T00:00:00Z"])
        #expect(result.finishedThrough.description == "2026-11-22")
    }

    @Test("a fingerprint does not depend on the order of members")
    func fingerprint() throws {
        #expect(
            EventIdentity.fingerprint(["a": 1, "b": ["c": "x", "d": 2]])
                == EventIdentity.fingerprint(["b": ["d": 2, "c": "x"], "a": 1]))
        #expect(EventIdentity.fingerprint(["a": 1]) != EventIdentity.fingerprint(["a": "1"]))
    }
}
