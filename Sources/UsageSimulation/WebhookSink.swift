// What the webhook sinks received, and how they answer.
//
// 1. At most `recordBound` records and `byteBound` bytes of bodies are kept; the oldest go first.
// 2. A behaviour holds for its number of webhooks, or until it is replaced.

/// How a sink answers.
package struct SinkBehaviour: Sendable, Equatable {
    /// The status of the answer.
    package var status = 200
    /// Whether it never answers.
    package var hangs = false
    /// Whether the answer's body has no end.
    package var isEndless = false
    /// Where it redirects to.
    package var redirect: String?
    /// Seconds of `Retry-After`.
    package var retryAfter: Int?
    /// For how many more webhooks; nil: until replaced.
    package var times: Int?
    /// Of a hundred webhooks so many are answered like this, in no order; the others with 200.
    package var percent = 100

    /// An answer of 200 that holds until replaced.
    package init() {}
}

/// All sinks of one simulator.
package struct WebhookSink: Sendable {
    /// The most records kept.
    package static let recordBound = 10_000
    /// The most bytes of bodies kept: 64 MiB.
    package static let byteBound = 67_108_864
    /// The most sinks that may have a behaviour.
    package static let nameBound = 1000

    /// The records, oldest first.
    package private(set) var records: [ArrivedWebhook] = []
    /// How many records were dropped for the bounds.
    package private(set) var dropped = 0
    private var bytes = 0
    private var sequence = 0
    private var behaviours: [String: SinkBehaviour] = [:]
    /// From this state on, a hundred webhooks already keep to their percentage.
    private var chance = SplitMix64(state: 97)

    /// Sinks that received nothing yet.
    package init() {}

    /// Whether a name may be a sink's: 1 to 64 letters, digits, dots, dashes and underscores.
    package static func isName(_ name: some StringProtocol) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    /// Sets how a sink answers; nil: with 200. False when too many sinks have a behaviour.
    package mutating func behave(_ behaviour: SinkBehaviour?, at sink: String) -> Bool {
        guard let behaviour, behaviour.times != 0 else {
            behaviours[sink] = nil
            return true
        }
        guard behaviours[sink] != nil || behaviours.count < Self.nameBound else { return false }
        behaviours[sink] = behaviour
        return true
    }

    /// Keeps an arrived webhook and says how to answer it.
    package mutating func receive(
        at sink: String, headers: [(name: String, value: String)], body: [UInt8], now: Double
    ) -> (webhook: ArrivedWebhook, behaviour: SinkBehaviour) {
        let behaviour = next(at: sink)
        sequence += 1
        let webhook = ArrivedWebhook(
            sink: sink, sequence: sequence, arrivedAt: now, headers: headers,
            body: Array(body.prefix(ArrivedWebhook.bodyBound)), bodyLength: body.count,
            answered: behaviour.hangs ? nil : behaviour.status)
        records.append(webhook)
        bytes += webhook.body.count
        trim()
        return (webhook, behaviour)
    }

    /// The records of one sink after a sequence number, at most so many.
    package func records(at sink: String, after: Int, limit: Int) -> [ArrivedWebhook] {
        Array(records.lazy.filter { $0.sink == sink && $0.sequence > after }.prefix(limit))
    }

    /// The sinks that hold records, in order of their names, with how many.
    package var counts: [(sink: String, count: Int)] {
        var counts: [String: Int] = [:]
        for record in records { counts[record.sink, default: 0] += 1 }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Forgets a sink's records and behaviour.
    package mutating func clear(_ sink: String) {
        records.removeAll { $0.sink == sink }
        bytes = records.reduce(0) { $0 + $1.body.count }
        behaviours[sink] = nil
    }

    private mutating func next(at sink: String) -> SinkBehaviour {
        guard let behaviour = behaviours[sink] else { return SinkBehaviour() }
        guard behaviour.percent >= 100 || Int(chance.next() % 100) < behaviour.percent else {
            return SinkBehaviour()
        }
        if let times = behaviour.times {
            behaviours[sink]?.times = times - 1
            if times <= 1 { behaviours[sink] = nil }
        }
        return behaviour
    }

    /// Drops a tenth at once, so that dropping stays cheap.
    private mutating func trim() {
        guard records.count > Self.recordBound || bytes > Self.byteBound else { return }
        let count = max(records.count / 10, 1)
        for record in records.prefix(count) { bytes -= record.body.count }
        records.removeFirst(count)
        dropped += count
    }
}
