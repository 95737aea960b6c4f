// `msteamsv2_configs`: an Adaptive Card for a workflow.

import ExactJSON
import PositionedYAML

/// The settings of a Microsoft Teams workflow.
///
/// - Source: alertmanager config/notifiers.go (MSTeamsV2Config), notify/msteamsv2/msteamsv2.go;
///   limit: learn.microsoft.com/microsoftteams/limits-specifications-teams (28 KB a message)
package struct TeamsSettings: Sendable, Hashable {
    /// The most bytes of a message.
    static let maximumBytes = 28 * 1024
    /// The most characters of a heading, so that the text has room.
    static let maximumTitle = 1024

    let title: NotificationTemplate
    let text: NotificationTemplate

    init(decoding decoder: inout MappingDecoder, _ templates: TemplateFields) {
        title = templates.read(&decoder, "title", #"{{ template "msteamsv2.default.title" . }}"#)
        text = templates.read(&decoder, "text", #"{{ template "msteamsv2.default.text" . }}"#)
    }

    func render(_ notification: GroupNotification) -> RenderedNotification {
        var desk = TemplateDesk(notification)
        let title = desk.text(title, atMost: Self.maximumTitle)
        var text = desk.text(self.text)
        var body = Self.body(title, text, isFiring: notification.isFiring)
        if body.count > Self.maximumBytes {
            // A character takes at most six bytes as JSON, so this never cuts too much.
            let scalars = Array(text.unicodeScalars.prefix(Self.maximumBytes))
            var length = scalars.count
            repeat {
                text = String(String.UnicodeScalarView(scalars.prefix(length))) + "…"
                body = Self.body(title, text, isFiring: notification.isFiring)
                if body.count <= Self.maximumBytes { break }
                length -= min(length, max(1, (body.count - Self.maximumBytes) / 6))
            } while length > 0
            desk.remark(.truncated, "\(self.text.name) was cut to \(length) characters")
        }
        return RenderedNotification(
            contentType: "application/json", body: body, remarks: desk.remarks)
    }

    private static func body(_ title: String, _ text: String, isFiring: Bool) -> [UInt8] {
        let heading: JSONValue = [
            "type": "TextBlock", "text": .string(title), "weight": "Bolder", "size": "Medium",
            "wrap": true, "style": "heading", "color": isFiring ? "Attention" : "Good",
        ]
        let block: JSONValue = ["type": "TextBlock", "text": .string(text), "wrap": true]
        let card: JSONValue = [
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard", "version": "1.2", "body": [heading, block],
            "msteams": ["width": "full"],
        ]
        let message: JSONValue = [
            "type": "message",
            "attachments": [
                [
                    "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": .null,
                    "content": card,
                ]
            ],
        ]
        return message.serialized()
    }
}
