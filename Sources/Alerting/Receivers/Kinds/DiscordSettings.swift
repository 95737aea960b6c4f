// `discord_configs`: a message with one embed.

import ExactJSON
import PositionedYAML

/// The settings of a Discord webhook.
///
/// - Source: alertmanager config/notifiers.go (DiscordConfig), notify/discord/discord.go; limits:
///   discord.com/developers/docs/resources/message#embed-object-embed-limits
package struct DiscordSettings: Sendable, Hashable {
    static let maximumTitle = 256
    static let maximumDescription = 4096
    static let maximumContent = 2000
    static let maximumUsername = 80
    private static let red = 0x992D22
    private static let green = 0x2ECC71

    let content: NotificationTemplate
    let title: NotificationTemplate
    let message: NotificationTemplate
    let username: String
    let avatarURL: String

    init(decoding decoder: inout MappingDecoder, _ templates: TemplateFields) {
        content = templates.read(
            &decoder, "content", #"{{ template "discord.default.content" . }}"#)
        title = templates.read(&decoder, "title", #"{{ template "discord.default.title" . }}"#)
        message = templates.read(
            &decoder, "message", #"{{ template "discord.default.message" . }}"#)
        username = decoder.string("username")?.value ?? ""
        avatarURL = decoder.string("avatar_url")?.value ?? ""
        if username.unicodeScalars.count > Self.maximumUsername {
            decoder.mistake("username", "at most \(Self.maximumUsername) characters")
        }
    }

    func render(_ notification: GroupNotification) -> RenderedNotification {
        var desk = TemplateDesk(notification)
        let embed: JSONValue = [
            "title": .string(desk.text(title, atMost: Self.maximumTitle)),
            "description": .string(desk.text(message, atMost: Self.maximumDescription)),
            "color": .integer(notification.isFiring ? Self.red : Self.green),
        ]
        var members: [(String, JSONValue)] = [
            ("content", .string(desk.text(content, atMost: Self.maximumContent))),
            ("embeds", [embed]),
        ]
        members.add("username", username)
        members.add("avatar_url", avatarURL)
        return RenderedNotification(
            contentType: "application/json",
            body: JSONValue.object(JSONObject(members)).serialized(), remarks: desk.remarks)
    }
}
