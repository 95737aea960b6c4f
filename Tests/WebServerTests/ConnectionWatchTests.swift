// The times of a connection, event by event.

import Testing

@testable import WebServer

@Suite("The watch over a connection")
struct ConnectionWatchTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let events: [(Int64, ConnectionEvent)]
        /// When it is cut, and why.
        let cut: (at: Int64, reason: ConnectionCut)

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "a connection on which nothing is asked", events: [], cut: (60_000, .idle)),
        Case(
            name: "a header block that does not end",
            events: [(0, .bytes), (3000, .bytes), (4900, .bytes)], cut: (5000, .slowHead)),
        Case(
            name: "a header block in time, then an answer, then nothing more",
            events: [
                (0, .bytes), (4999, .head), (4999, .end), (5100, .answerBegins),
                (5200, .answerEnds(isLast: false)),
            ], cut: (65_200, .idle)),
        Case(
            name: "a body that does not come", events: [(0, .bytes), (0, .head)],
            cut: (5001, .slowBody)),
        Case(
            name: "a body of 100 bytes a second",
            events: [(0, .bytes), (0, .head)]
                + (1...60).map { ($0 * 100, .body(10)) as (Int64, ConnectionEvent) },
            cut: (5551, .slowBody)),
        Case(
            name: "a body fast enough that takes too long as a whole",
            events: [(0, .bytes), (0, .head), (1, .body(1_000_000))], cut: (15_000, .slowBody)),
        Case(
            name: "a route that does not answer",
            events: [(0, .bytes), (10, .head), (20, .end)], cut: (15_020, .slowRoute)),
        Case(
            name: "a route that may take longer",
            events: [(0, .bytes), (10, .head), (10, .route(150_000)), (20, .end)],
            cut: (150_020, .slowRoute)),
        Case(
            name: "a longer route does not help the body",
            events: [(0, .bytes), (10, .head), (10, .route(150_000))], cut: (5011, .slowBody)),
        Case(
            name: "an answer that nobody reads",
            events: [(0, .bytes), (0, .head), (0, .end), (100, .answerBegins)],
            cut: (30_100, .slowReader)),
        Case(
            name: "the second of two answers that nobody reads",
            events: [
                (0, .bytes), (0, .head), (0, .end), (0, .head), (0, .end), (0, .answerBegins),
                (0, .answerBegins), (100, .answerEnds(isLast: false)),
            ], cut: (30_100, .slowReader)),
        Case(
            name: "a peer that does not close",
            events: [
                (0, .bytes), (0, .head), (0, .end), (1, .answerBegins),
                (2, .answerEnds(isLast: true)),
            ], cut: (5002, .slowClose)),
        Case(
            name: "what is sent ahead has its time once its turn has come",
            events: [
                (0, .bytes), (0, .head), (0, .end), (0, .bytes), (0, .head),
                (14_000, .answerBegins), (14_000, .answerEnds(isLast: false)),
            ], cut: (19_001, .slowBody)),
        Case(
            name: "a route's longer time ends with its answer",
            events: [
                (0, .bytes), (0, .head), (0, .route(150_000)), (0, .end), (0, .answerBegins),
                (0, .answerEnds(isLast: false)), (1, .bytes), (1, .head), (1, .end),
            ], cut: (15_001, .slowRoute)),
        Case(
            name: "a body that ends after its answer leaves the next request its time",
            events: [
                (0, .bytes), (0, .head), (1, .answerBegins), (1, .answerEnds(isLast: false)),
                (2, .bytes), (2, .end), (16_000, .bytes), (16_000, .head), (16_000, .end),
            ], cut: (31_000, .slowRoute)),
        Case(
            name: "a body that does not end after its answer",
            events: [
                (0, .bytes), (0, .head), (1, .answerBegins), (1, .answerEnds(isLast: false)),
            ], cut: (5002, .slowBody)),
        Case(
            name: "requests answered at once, then nothing more",
            events: [
                (0, .bytes), (1, .promptAnswersBegin), (1, .promptAnswersEnd), (7000, .bytes),
                (7000, .promptAnswersBegin), (7002, .promptAnswersEnd),
            ], cut: (67_002, .idle)),
        Case(
            name: "answers given at once that nobody reads",
            events: [
                (0, .bytes), (1, .promptAnswersBegin), (2, .bytes), (2, .promptAnswersBegin),
                (9, .promptAnswersEnd),
            ], cut: (30_009, .slowReader)),
        Case(
            name: "a header block that does not end after an answer given at once",
            events: [
                (0, .bytes), (1, .promptAnswersBegin), (1, .promptAnswersEnd), (100, .bytes),
            ], cut: (5100, .slowHead)),
        Case(
            name: "a route that does not answer behind answers given at once",
            events: [
                (0, .bytes), (0, .promptAnswersBegin), (0, .head), (0, .end),
                (50, .promptAnswersEnd),
            ], cut: (15_050, .slowRoute)),
    ]

    @Test("a connection is cut at its time and for its reason", arguments: cases)
    func cut(_ example: Case) {
        var watch = ConnectionWatch(ConnectionLimits(), at: 0)
        var now: Int64 = 0
        for (at, event) in example.events {
            // Looking at the deadline alone, as the timer does.
            let deadline = watch.deadline
            if deadline <= at {
                #expect(example.cut.at == deadline)
                #expect(watch.cut(at: deadline) == example.cut.reason)
                return
            }
            now = at
            watch.handle(event, at: now)
            #expect(watch.cut(at: now) == nil)
        }
        #expect(watch.deadline == example.cut.at)
        #expect(watch.cut(at: example.cut.at - 1) == nil)
        #expect(watch.cut(at: example.cut.at) == example.cut.reason)
    }

    @Test("a peer beyond this machine has so many connections, and no more")
    func census() {
        let census = ConnectionCensus()
        for _ in 0..<256 { #expect(census.admit("192.0.2.1", limit: 256)) }
        #expect(!census.admit("192.0.2.1", limit: 256))
        #expect(census.admit("192.0.2.2", limit: 256))
        census.leave("192.0.2.1")
        #expect(census.admit("192.0.2.1", limit: 256))
    }
}
