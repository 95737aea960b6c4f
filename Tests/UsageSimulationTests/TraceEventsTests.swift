// Pages of single events.

import Testing
import UsageSimulation

@Suite("Pages of events")
struct TraceEventsTests {
    private static func events(speed: Double? = nil) throws -> TraceEvents {
        let rows = (0..<10).map { "2023-11-16 10:00:0\($0).5000000,\($0),1\n" }.joined()
        let trace = try TokenTrace(
            product: "chat", csv: "TIMESTAMP,ContextTokens,GeneratedTokens\n" + rows)
        return TraceEvents(traces: [trace], began: 1_795_435_200, speed: speed)
    }

    /// The identifiers on a page, in order.
    private static func identifiers(_ page: String) -> [String] {
        page.split(separator: "\"id\":\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    @Test("pages hold every event once, in either order", arguments: [false, true])
    func pages(_ isNewestFirst: Bool) throws {
        let events = try Self.events()
        var query = TraceEventQuery()
        query.pageSize = 4
        query.isNewestFirst = isNewestFirst
        let found = [0, 4, 8].flatMap { offset in
            query.offset = offset
            return Self.identifiers(events.page(query, now: 1_795_435_200))
        }
        let oldest = (0..<10).map { "chat-\($0)" }
        #expect(found == (isNewestFirst ? oldest.reversed() : oldest))
    }

    @Test("duplicates come again at the beginning of the next page")
    func duplicates() throws {
        let events = try Self.events()
        var query = TraceEventQuery()
        query.pageSize = 4
        query.duplicates = 3
        query.offset = 4
        let page = Self.identifiers(events.page(query, now: 1_795_435_200))
        #expect(page == ["chat-0", "chat-3", "chat-4", "chat-5", "chat-6", "chat-7"])
    }

    @Test("the last event lies just before the start, and bounds are kept to the millisecond")
    func bounds() throws {
        let events = try Self.events()
        let last = try #require(events.events.last)
        #expect(last.milliseconds == 1_795_435_199_000)
        var query = TraceEventQuery()
        query.to = last.milliseconds
        #expect(Self.identifiers(events.page(query, now: 1_795_435_200)).count == 9)
        query.from = last.milliseconds
        query.to = last.milliseconds + 1
        #expect(Self.identifiers(events.page(query, now: 1_795_435_200)) == ["chat-9"])
    }

    @Test("with a speed events arrive as time passes")
    func speed() throws {
        let events = try Self.events(speed: 2)
        let query = TraceEventQuery()
        let counts = [0.0, 1, 2, 100].map { after in
            Self.identifiers(events.page(query, now: 1_795_435_200 + after)).count
        }
        #expect(counts == [1, 3, 5, 10])
    }

    @Test(
        "numbers that are none are refused",
        arguments: [("page_size", "0"), ("cursor", "x"), ("from", "-1"), ("duplicates", "1e3")])
    func refusals(_ name: String, _ value: String) {
        #expect(TraceEventQuery([(name: name, value: value)]) == nil)
    }
}
