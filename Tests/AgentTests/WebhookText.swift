// Webhook bodies in words, for comparisons.

import ExactJSON

/// Reads webhook bodies.
enum WebhookText {
    static func json(_ body: [UInt8]) -> JSONValue {
        (try? JSONReader.read(body)) ?? .null
    }

    /// The type of an event, or `STATUS NAME` of an alert group.
    static func announcement(_ body: [UInt8]) -> String {
        let json = json(body)
        if let type = json["type"]?.stringValue { return type }
        let name = json["groupLabels"]?["alertname"]?.stringValue ?? "?"
        return "\(json["status"]?.stringValue ?? "?") \(name)"
    }
}
