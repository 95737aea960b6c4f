// Four products that report use in four styles, and the truth to compare with.
//
// 1. Time passes in steps of ten minutes; in each step every product uses something.
// 2. Totals are reset just before they grow, so nothing is used between a last look and a reset.

import Credits
import Ports
import Synchronization

/// The vendors of a simulation of styles.
final class StyleVendor: Sendable {
    private struct Event {
        let id: String
        let at: Timestamp
        let published: Timestamp
        let milliCredits: Int64
    }

    private struct State {
        var now = Timestamp(milliseconds: 0)
        var step: Int64 = 0
        var total: Int64 = 0
        var left: Int64 = 1_000_000
        var scraped: Int64 = 0
        var created = Timestamp(milliseconds: 0)
        var events: [Event] = []
        /// Thousandths of credits by product and day.
        var truth: [String: [CalendarDay: Int64]] = [:]
        var cutsExposition = false
    }

    private let state = Mutex(State())

    /// Lets one step pass; `isFirst` is what the sources see before counting begins.
    func advance(to now: Timestamp, isFirst: Bool = false) {
        state.withLock { state in
            let day = ZonedCalendar.utc.day(at: now)
            let isNewDay = day != ZonedCalendar.utc.day(at: state.now)
            state.now = now
            state.step += 1
            if isNewDay { state.total = 0 }
            if state.step % 36 == 1 {
                state.scraped = 0
                state.created = now
            }
            let used = 100 + state.step * 37 % 900
            state.total += used
            state.scraped += used
            state.left -= used
            let at = now.adding(milliseconds: -400_000)
            let late: Int64 = state.step % 5 == 0 ? 1_500_000 : 0
            state.events.append(
                Event(
                    id: "e\(state.step)", at: at, published: at.adding(milliseconds: late),
                    milliCredits: used))
            state.truth["event", default: [:]][ZonedCalendar.utc.day(at: at), default: 0] += used
            guard !isFirst else { return }
            for product in ["total", "left", "scraped"] {
                state.truth[product, default: [:]][day, default: 0] += used
            }
        }
    }

    /// Buys credits.
    func topUp() { state.withLock { $0.left += 500_000 } }

    /// Lets expositions break off before their end mark.
    func cutExpositions(_ cuts: Bool) { state.withLock { $0.cutsExposition = cuts } }

    /// Makes the daily total fall or rise without a reset.
    func shiftTotal(by amount: Int64) { state.withLock { $0.total += amount } }

    /// What was used, in credits by day; events until an instant.
    func truth(_ product: String) -> [String: Int64] {
        state.withLock { state in
            Dictionary(
                (state.truth[product] ?? [:]).map { ($0.key.description, $0.value * 1000) },
                uniquingKeysWith: { first, _ in first })
        }
    }

    func answer(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
        let url = request.url
        return state.withLock { state in
            if url.contains("/scrape") { return Self.exposition(state) }
            if url.contains("/total") {
                return Self.json(#"{"u":[{"c":\#(Self.credits(state.total))}]}"#)
            }
            if url.contains("/left") {
                return Self.json(#"{"d":{"left":"\#(Self.credits(state.left))"}}"#)
            }
            return Self.events(state, url)
        }
    }

    private static func exposition(_ state: State) -> TransportResponse {
        let seconds = credits(state.created.milliseconds)
        var text = """
            # TYPE used counter
            used_total{app="scraped"} \(credits(state.scraped))
            used_created{app="scraped"} \(seconds)
            # EOF

            """
        if state.cutsExposition { text = String(text.dropLast(6)) }
        return TransportResponse(
            status: 200,
            headers: [
                HTTPHeader("Content-Type", "application/openmetrics-text; version=1.0.0")
            ], body: Array(text.utf8))
    }

    /// Events of the time asked for, every third one twice.
    private static func events(_ state: State, _ url: String) -> TransportResponse {
        let bounds = url.split(separator: "?").last.map { query in
            query.split(separator: "&").compactMap { Int64($0.dropFirst(2)) }
        }
        guard let bounds, bounds.count == 2 else { return TransportResponse(status: 400) }
        let rows = state.events.filter {
            $0.published <= state.now && $0.at.milliseconds >= bounds[0]
                && $0.at.milliseconds < bounds[1]
        }.enumerated().flatMap { index, event in
            let row =
                #"{"id":"\#(event.id)","t":\#(event.at.milliseconds),"c":\#(credits(event.milliCredits))}"#
            return index % 3 == 0 ? [row, row] : [row]
        }
        return json(#"{"e":["# + rows.joined(separator: ",") + "]}")
    }

    private static func json(_ text: String) -> TransportResponse {
        TransportResponse(
            status: 200, headers: [HTTPHeader("Content-Type", "application/json")],
            body: Array(text.utf8))
    }

    /// Thousandths as a decimal.
    private static func credits(_ thousandths: Int64) -> String {
        "\(thousandths / 1000)." + String(String(thousandths % 1000 + 1000).dropFirst())
    }
}
