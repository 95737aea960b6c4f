// Several traces on one timeline, shifted so that their last day is today.

/// The token totals of traces, all at once or as they were made.
package struct TraceReplay: Sendable {
    /// The traces, in the order of their products.
    package let traces: [TokenTrace]
    /// The day that the last request's day becomes.
    package let today: SimulatedDay
    /// How many seconds of the trace pass in one second; nil: all at once.
    package let speed: Double?

    private let firstInstant: Double
    private let lastDay: SimulatedDay

    /// A replay of traces; those without a request count as nothing.
    package init(traces: [TokenTrace], today: SimulatedDay, speed: Double?) {
        self.traces = traces.sorted { $0.product < $1.product }
        self.today = today
        self.speed = speed
        firstInstant = traces.compactMap { $0.entries.first?.instant }.min() ?? 0
        lastDay = Self.day(traces.compactMap { $0.entries.last?.instant }.max() ?? 0)
    }

    /// The totals at so many seconds after the start, by day and then product.
    package func totals(at elapsed: Double) -> [TokenTotal] {
        let now = speed.map { firstInstant + max(elapsed, 0) * $0 } ?? .infinity
        var totals: [TokenTotal] = []
        for trace in traces {
            for entry in trace.entries {
                guard entry.instant <= now else { break }
                let day = today.advanced(by: Self.day(entry.instant).number - lastDay.number)
                if let last = totals.last, last.day == day, last.product == trace.product {
                    totals[totals.count - 1].contextTokens += entry.contextTokens
                    totals[totals.count - 1].generatedTokens += entry.generatedTokens
                } else {
                    totals.append(
                        TokenTotal(
                            day: day, product: trace.product,
                            contextTokens: entry.contextTokens,
                            generatedTokens: entry.generatedTokens))
                }
            }
        }
        return totals.sorted { ($0.day, $0.product) < ($1.day, $1.product) }
    }

    private static func day(_ instant: Double) -> SimulatedDay {
        SimulatedDay(number: Int((instant / 86_400).rounded(.down)))
    }
}
