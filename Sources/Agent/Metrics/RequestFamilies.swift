// The families about what was asked of sources: budgets, waits, versions of pages.

import Credits
import Exposition

/// Builds the families of requests to sources.
struct RequestFamilies {
    private let sources: [SharedSource]
    private let readings: [String: RequestReadings]

    init(_ snapshot: AgentSnapshot, _ book: RequestBook, now: Timestamp) {
        sources = snapshot.sources
        readings = book.readings(at: now)
    }

    private func samples(
        _ value: (RequestReadings, [Label]) -> [MetricSample]
    ) -> [MetricSample] {
        sources.flatMap { shared in
            let source = shared.state
            return value(
                readings[source.id] ?? RequestReadings(),
                [Label("organization", source.organization), Label("source", source.id)])
        }
    }

    private func counts(_ value: (RequestReadings) -> Int64?) -> [MetricSample] {
        samples { readings, labels in value(readings).map { [.count(labels, $0)] } ?? [] }
    }

    func add(to builder: inout FamilyBuilder) {
        addRequests(to: &builder)
        addBudgets(to: &builder)
    }

    private func addRequests(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_source_requests_total", .counter,
            "Requests to a source by status; none when nothing answered.",
            samples { readings, labels in
                var requests = readings.requests
                requests["200", default: 0] += 0
                return requests.sorted { $0.key < $1.key }
                    .map { .count(labels + [Label("code", $0.key)], $0.value) }
            })
        builder.add(
            "ai_credits_source_not_modified_total", .counter,
            "Pages of a source that were the same as last time.", counts(\.notModified))
        builder.add(
            "ai_credits_source_received_bytes_total", .counter,
            "Bytes of the decoded answers of a source.", unit: "bytes", counts(\.receivedBytes))
        builder.add(
            "ai_credits_source_dropped_pages_total", .counter,
            "Kept pages dropped after a page of a source because the memory for them was full.",
            counts(\.droppedAnswers))
    }

    private func addBudgets(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_source_request_wait_seconds_total", .counter,
            "Time that requests to a source waited for budgets and for their host.",
            unit: "seconds",
            samples { readings, labels in
                [
                    MetricSample(
                        labels: labels,
                        value: .decimal(scaled: readings.waitedMilliseconds, places: 3))
                ]
            })
        builder.add(
            "ai_credits_source_polls_put_off_total", .counter,
            "Polls of a source put off because the day's budget was used up.", counts(\.putOff))
        builder.add(
            "ai_credits_source_circuit_open", .gauge,
            "1 while a source is left alone because it refused the credentials.",
            samples { readings, labels in [.flag(labels, readings.isCircuitOpen)] })
        builder.add(
            "ai_credits_source_budget_remaining_requests", .gauge,
            "Requests that the budgets of a source leave.",
            samples { readings, labels in
                [("day", readings.dayRemaining), ("minute", readings.minuteRemaining)]
                    .compactMap { window, count in
                        count.map { .count(labels + [Label("window", window)], Int64($0)) }
                    }
            })
        builder.add(
            "ai_credits_source_vendor_remaining_requests", .gauge,
            "Requests that the vendor of a source said to allow.", counts(\.vendorRemaining))
    }
}
