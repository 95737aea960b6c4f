// One request that arrived at the webhook sink.

/// A received webhook, as it was.
package struct ArrivedWebhook: Sendable {
    /// The most bytes of a body that are kept.
    package static let bodyBound = 65_536

    /// The sink's name, from the path.
    package let sink: String
    /// Counts the webhooks of all sinks, from 1.
    package let sequence: Int
    /// When it arrived, in seconds since 1970.
    package let arrivedAt: Double
    /// The headers in their order.
    package let headers: [(name: String, value: String)]
    /// The first bytes of the body, at most `bodyBound`.
    package let body: [UInt8]
    /// The body's whole length in bytes.
    package let bodyLength: Int
    /// The status it was answered with; nil: never answered.
    package let answered: Int?

    /// The first value of a header, by its lower-case name.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value
    }

    /// The record as JSON; the body as text and, when it is whole valid JSON, also as itself.
    package var json: String {
        let text = String(decoding: body, as: UTF8.self)
        let known = ["webhook-id", "webhook-timestamp", "webhook-signature"].map { name in
            (name: name, value: header(name).map(JSONText.quoted) ?? "null")
        }
        return JSONText.object(
            [
                ("sink", JSONText.quoted(sink)),
                ("sequence", "\(sequence)"),
                ("arrived_at", "\(Int64((arrivedAt * 1000).rounded()))"),
                ("answered", answered.map { "\($0)" } ?? "null"),
            ] + known + [
                (
                    "headers",
                    JSONText.array(
                        headers.map {
                            JSONText.array([JSONText.quoted($0.name), JSONText.quoted($0.value)])
                        })
                ),
                ("body_length", "\(bodyLength)"),
                ("body", JSONText.quoted(text)),
                ("json", WebhookSummary.isJSON(body, length: bodyLength) ? text : "null"),
            ])
    }
}
