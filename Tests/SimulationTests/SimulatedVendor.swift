// A usage API and a webhook receiver, as functions of the simulated time.
//
// 1. What the vendor states depends on the time alone, so a test can compute it for itself.
// 2. The receiver keeps every body that it accepted, in order.

import Credits
import ExactJSON
import Foundation
import Ports
import SimulatedPorts
import Synchronization

/// A webhook that the receiver accepted.
struct ArrivedWebhook: Sendable {
    let path: String
    let id: String
    let body: [UInt8]
    let json: JSONValue
}

/// The world outside the agent.
final class SimulatedVendor: Sendable {
    /// Daily use of the products, in credits, before any restatement.
    static let daily: [(product: String, source: String, credits: Int64)] = [
        ("assistant", "chat", 2600), ("summaries", "chat", 400), ("images", "pictures", 1400),
    ]

    private struct State {
        var arrived: [ArrivedWebhook] = []
        var refused: [String: [UInt8]] = [:]
        var isReceiverDown = false
        var failingSources: Set<String> = []
    }

    private let state = Mutex(State())
    private let clock: VirtualClock
    private let calendar: ZonedCalendar
    private let restated: (day: CalendarDay, from: Timestamp)

    /// - Parameter restated: a day whose figures are lowered by 30 % from an instant on.
    init(
        clock: VirtualClock, calendar: ZonedCalendar,
        restated: (day: CalendarDay, from: Timestamp)
    ) {
        self.clock = clock
        self.calendar = calendar
        self.restated = restated
    }

    var arrived: [ArrivedWebhook] { state.withLock { $0.arrived } }
    /// Bodies by id that were refused at least once.
    var refused: [String: [UInt8]] { state.withLock { $0.refused } }

    func setReceiverDown(_ isDown: Bool) {
        state.withLock { $0.isReceiverDown = isDown }
    }

    func setFailing(_ sources: Set<String>) {
        state.withLock { $0.failingSources = sources }
    }

    /// What the vendor states now for a product's day.
    func stated(_ credits: Int64, on day: CalendarDay) -> CreditAmount {
        let now = clock.now()
        let start = calendar.start(of: day)
        let end = calendar.start(of: day.adding(days: 1))
        let elapsed = min(now.milliseconds, end.milliseconds) - start.milliseconds
        guard elapsed > 0 else { return .zero }
        let whole = credits * 1_000_000
        let length = end.milliseconds - start.milliseconds
        var micro = whole / length * elapsed + whole % length * elapsed / length
        if day == restated.day, now >= restated.from { micro = micro / 10 * 7 }
        return CreditAmount(microCredits: micro)
    }

    func answer(_ request: TransportRequest) throws(TransportError) -> TransportResponse {
        if request.url.hasPrefix("https://hooks.example/") { return receive(request) }
        let source = request.url.contains("/chat?") ? "chat" : "pictures"
        if state.withLock({ $0.failingSources.contains(source) }) {
            return TransportResponse(status: 500)
        }
        guard let from = day("from", in: request.url), let to = day("to", in: request.url) else {
            return TransportResponse(status: 400)
        }
        var rows: [JSONValue] = []
        var day = from
        while day <= to {
            for entry in Self.daily where entry.source == source {
                rows.append([
                    "date": .string(day.description), "product": .string(entry.product),
                    "credits": .string(stated(entry.credits, on: day).description),
                ])
            }
            day = day.adding(days: 1)
        }
        return TransportResponse(
            status: 200, headers: [HTTPHeader("Content-Type", "application/json")],
            body: JSONValue.object(["usage": .array(rows)]).serialized())
    }

    private func day(_ name: String, in url: String) -> CalendarDay? {
        guard let range = url.range(of: "\(name)=") else { return nil }
        return CalendarDay(iso: String(url[range.upperBound...].prefix(10)))
    }

    private func receive(_ request: TransportRequest) -> TransportResponse {
        let body = request.body ?? []
        let id = request.headers.first { $0.name == "webhook-id" }?.value ?? ""
        return state.withLock { state in
            if state.isReceiverDown {
                state.refused[id] = body
                return TransportResponse(status: 503)
            }
            let json = (try? JSONReader.read(body)) ?? .null
            let path = String(request.url.dropFirst("https://hooks.example/".count))
            state.arrived.append(ArrivedWebhook(path: path, id: id, body: body, json: json))
            return TransportResponse(status: 204)
        }
    }
}
