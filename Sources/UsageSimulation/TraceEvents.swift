// Recorded traces as single events, paged, with duplicates.
//
// 1. Times are shifted by one amount, so that the last request ends up just before the start of
//    the simulator; an event keeps its time and its identifier from then on.
// 2. An event is never given out with other figures.

/// One request of a trace.
package struct TraceEvent: Sendable, Equatable {
    /// What tells it from all others, such as `conversation-17`.
    package let id: String
    /// When it happened, in milliseconds since 1970.
    package let milliseconds: Int
    /// The product.
    package let product: String
    /// Tokens of the context.
    package let contextTokens: Int64
    /// Tokens of the answer.
    package let generatedTokens: Int64

    fileprivate var json: String {
        JSONText.object([
            ("id", JSONText.quoted(id)), ("timestamp", "\(milliseconds)"),
            ("product", JSONText.quoted(product)), ("context_tokens", "\(contextTokens)"),
            ("generated_tokens", "\(generatedTokens)"),
        ])
    }
}

/// What a request for events asks for.
package struct TraceEventQuery: Sendable, Equatable {
    /// The first millisecond.
    package var from = 0
    /// The first millisecond after the last.
    package var to = Int.max
    /// How many events a page has, duplicates not counted; 1 to 5000.
    package var pageSize = 500
    /// The first event of the page, from 0.
    package var offset = 0
    /// Whether the newest events come first.
    package var isNewestFirst = false
    /// Every so-many-th event is given twice, the second time at the beginning of the next page;
    /// 0: none.
    package var duplicates = 0

    /// Everything, 500 events a page.
    package init() {}

    /// Reads a query; nil when a number is none.
    package init?(_ query: [(name: String, value: String)]) {
        func number(_ name: String, _ range: ClosedRange<Int>, _ standard: Int) -> Int? {
            guard let text = query.first(where: { $0.name == name })?.value, !text.isEmpty else {
                return standard
            }
            return Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
        let most = 253_402_300_799_999
        guard let from = number("from", 0...most, 0), let to = number("to", 0...most, most),
            let size = number("page_size", 1...5000, 500),
            let offset = number("cursor", 0...10_000_000, 0),
            let duplicates = number("duplicates", 0...1_000_000, 0)
        else { return nil }
        self.from = from
        self.to = to
        pageSize = size
        self.offset = offset
        self.duplicates = duplicates
        isNewestFirst = query.contains { $0.name == "order" && $0.value == "newest" }
    }
}

/// All events of some traces.
package struct TraceEvents: Sendable {
    /// The events, oldest first.
    package let events: [TraceEvent]
    private let speed: Double?
    private let began: Double

    /// The events of traces.
    ///
    /// - Parameters:
    ///   - began: when the simulator started, in seconds since 1970.
    ///   - speed: how many seconds of the trace pass in one; nil: all is there at once.
    package init(traces: [TokenTrace], began: Double, speed: Double?) {
        let last = traces.compactMap { $0.entries.last?.instant }.max() ?? 0
        let shift = began.rounded(.down) - 1 - last
        events = traces.flatMap { trace in
            trace.entries.enumerated().map { index, entry in
                TraceEvent(
                    id: "\(trace.product)-\(index)",
                    milliseconds: Int(((entry.instant + shift) * 1000).rounded(.down)),
                    product: trace.product, contextTokens: entry.contextTokens,
                    generatedTokens: entry.generatedTokens)
            }
        }.sorted { ($0.milliseconds, $0.id) < ($1.milliseconds, $1.id) }
        self.began = began
        self.speed = speed
    }

    /// A page of events at an instant (seconds since 1970), as JSON.
    package func page(_ query: TraceEventQuery, now: Double) -> String {
        var known = events[...]
        if let speed, let first = events.first {
            let arrived = Double(first.milliseconds) + max(now - began, 0) * speed * 1000
            known = known.prefix { Double($0.milliseconds) <= arrived }
        }
        var asked = known.filter { $0.milliseconds >= query.from && $0.milliseconds < query.to }
        if query.isNewestFirst { asked.reverse() }
        let page = VendorPage(asked, from: query.offset, size: query.pageSize)
        var rows = page.items
        if query.duplicates > 0 {
            let before = VendorPage(
                asked, from: max(0, query.offset - query.pageSize),
                size: min(query.offset, query.pageSize))
            let first = max(0, query.offset - query.pageSize)
            let again = before.items.enumerated()
                .filter { (first + $0.offset) % query.duplicates == 0 }
            if query.offset > 0 { rows.insert(contentsOf: again.map(\.element), at: 0) }
        }
        return JSONText.object([
            ("events", JSONText.array(rows.map(\.json))),
            ("next", page.next.map { JSONText.quoted("\($0)") } ?? "null"),
            ("has_more", JSONText.flag(page.next != nil)), ("total", "\(asked.count)"),
        ])
    }
}
