// One short human line for a received webhook.

import Foundation

/// Reads just enough of a webhook's body to tell a person what it says.
package enum WebhookSummary {
    private struct Body: Decodable {
        struct Alert: Decodable {
            var status: String?
            var labels: [String: String]?
            var annotations: [String: String]?
        }
        var receiver: String?
        var status: String?
        var alerts: [Alert]?
        var type: String?
        var data: [String: Scalar]?
    }

    /// A member of an event's data, as text; nil for anything that has members of its own.
    private struct Scalar: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else if let number = try? container.decode(Decimal.self) {
                text = "\(number)"
            } else {
                text = nil
            }
        }
    }

    /// The line, such as
    /// `12:00:01Z webhook oncall: firing AICreditsLimitBlocked: acme is blocked`.
    package static func line(for webhook: ArrivedWebhook) -> String {
        let answer = webhook.answered.map { $0 == 200 ? "" : " (answered \($0))" } ?? " (hanging)"
        return "\(clock(webhook.arrivedAt)) webhook \(webhook.sink)\(answer): \(text(webhook))"
    }

    /// The time of the day in UTC, such as `12:00:01Z`.
    package static func clock(_ instant: Double) -> String {
        let second = Int(instant.rounded(.down)) % 86_400
        let parts = [second / 3600, second / 60 % 60, second % 60]
        return parts.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":") + "Z"
    }

    /// Whether a body is one whole JSON object or array in UTF-8.
    package static func isJSON(_ body: [UInt8], length: Int) -> Bool {
        guard body.count == length, !body.contains(0),
            let first = body.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }),
            first == 0x7B || first == 0x5B, String(validating: body, as: UTF8.self) != nil
        else { return false }
        return (try? JSONSerialization.jsonObject(with: Data(body))) != nil
    }

    private static func text(_ webhook: ArrivedWebhook) -> String {
        guard let body = try? JSONDecoder().decode(Body.self, from: Data(webhook.body)) else {
            return "\(webhook.bodyLength) bytes"
        }
        if let alerts = body.alerts {
            return printable(
                alerts.map(alert).joined(separator: "; ")
                    + (alerts.isEmpty ? "no alerts" : ""))
        }
        if let type = body.type {
            let data = (body.data ?? [:]).sorted { $0.key < $1.key }
                .compactMap { member in member.value.text.map { "\(member.key)=\($0)" } }
            return printable((["event " + type] + data).joined(separator: " "))
        }
        return "\(webhook.bodyLength) bytes"
    }

    private static func alert(_ alert: Body.Alert) -> String {
        let name = alert.labels?["alertname"] ?? "(no alertname)"
        let summary = alert.annotations?["summary"].map { ": \($0)" } ?? ""
        return "\(alert.status ?? "?") \(name)\(summary)"
    }

    /// The text without control characters, at most 500 characters.
    private static func printable(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(500) {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            result.append(isControl ? " " : scalar)
        }
        return String(result)
    }
}
