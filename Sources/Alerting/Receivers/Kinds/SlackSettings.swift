// `slack_configs`: a message with one attachment.

import ExactJSON
import PositionedYAML

/// The settings of a Slack incoming webhook.
///
/// - Source: alertmanager config/notifiers.go (SlackConfig), notify/slack/slack.go
package struct SlackSettings: Sendable, Hashable {
    /// The most characters of an attachment's title.
    ///
    /// - Source: docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
    static let maximumTitle = 1024
    /// The most characters of an attachment's footer.
    static let maximumFooter = 300
    /// The most characters of a message's text; Slack cuts longer ones itself.
    static let maximumText = 40_000

    let channel: NotificationTemplate
    let username: NotificationTemplate
    let iconEmoji: NotificationTemplate
    let iconURL: NotificationTemplate
    let linksNames: Bool
    let color: NotificationTemplate
    let title: NotificationTemplate
    let titleLink: NotificationTemplate
    let pretext: NotificationTemplate
    let text: NotificationTemplate
    let fallback: NotificationTemplate
    let callbackID: NotificationTemplate
    let imageURL: NotificationTemplate
    let thumbURL: NotificationTemplate
    let footer: NotificationTemplate
    let markdownIn: [String]
    let fields: [SlackField]
    let actions: [SlackAction]

    init(decoding decoder: inout MappingDecoder, _ templates: TemplateFields) {
        channel = templates.read(&decoder, "channel")
        username = templates.read(
            &decoder, "username", #"{{ template "slack.default.username" . }}"#)
        iconEmoji = templates.read(
            &decoder, "icon_emoji", #"{{ template "slack.default.iconemoji" . }}"#)
        iconURL = templates.read(
            &decoder, "icon_url", #"{{ template "slack.default.iconurl" . }}"#)
        linksNames = decoder.boolean("link_names")?.value ?? false
        color = templates.read(
            &decoder, "color", #"{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}"#)
        title = templates.read(&decoder, "title", #"{{ template "slack.default.title" . }}"#)
        titleLink = templates.read(
            &decoder, "title_link", #"{{ template "slack.default.titlelink" . }}"#)
        pretext = templates.read(&decoder, "pretext", #"{{ template "slack.default.pretext" . }}"#)
        text = templates.read(&decoder, "text", #"{{ template "slack.default.text" . }}"#)
        fallback = templates.read(
            &decoder, "fallback", #"{{ template "slack.default.fallback" . }}"#)
        callbackID = templates.read(
            &decoder, "callback_id", #"{{ template "slack.default.callbackid" . }}"#)
        imageURL = templates.read(&decoder, "image_url")
        thumbURL = templates.read(&decoder, "thumb_url")
        footer = templates.read(&decoder, "footer", #"{{ template "slack.default.footer" . }}"#)
        markdownIn =
            decoder.strings("mrkdwn_in")?.map(\.value) ?? ["fallback", "pretext", "text"]
        let isShort = decoder.boolean("short_fields")?.value ?? false
        fields = (decoder.mappings("fields") ?? []).compactMap { field in
            var field = field
            return SlackField(decoding: &field, templates, isShort: isShort)
        }
        actions = (decoder.mappings("actions") ?? []).compactMap { action in
            var action = action
            return SlackAction(decoding: &action, templates)
        }
    }

    func render(_ notification: GroupNotification) -> RenderedNotification {
        var desk = TemplateDesk(notification)
        var members: [(String, JSONValue)] = []
        members.add("channel", desk.value(channel))
        members.add("username", desk.text(username))
        members.add("icon_emoji", desk.value(iconEmoji))
        members.add("icon_url", desk.value(iconURL))
        if linksNames { members.append(("link_names", true)) }
        members.append(("attachments", [.object(JSONObject(attachment(&desk)))]))
        return RenderedNotification(
            contentType: "application/json",
            body: JSONValue.object(JSONObject(members)).serialized(), remarks: desk.remarks)
    }

    private func attachment(_ desk: inout TemplateDesk) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = []
        members.add("title", desk.text(title, atMost: Self.maximumTitle))
        members.add("title_link", desk.value(titleLink))
        members.add("pretext", desk.text(pretext, atMost: Self.maximumText))
        members.append(("text", .string(desk.text(text, atMost: Self.maximumText))))
        members.append(("fallback", .string(desk.text(fallback, atMost: Self.maximumText))))
        members.append(("callback_id", .string(desk.value(callbackID))))
        if !fields.isEmpty {
            members.append(("fields", .array(fields.map { $0.json(&desk) })))
        }
        if !actions.isEmpty {
            members.append(("actions", .array(actions.map { $0.json(&desk) })))
        }
        members.add("image_url", desk.value(imageURL))
        members.add("thumb_url", desk.value(thumbURL))
        members.append(("footer", .string(desk.text(footer, atMost: Self.maximumFooter))))
        members.add("color", desk.value(color))
        members.append(("mrkdwn_in", .array(markdownIn.map(JSONValue.string))))
        return members
    }
}

/// A field of a Slack attachment.
struct SlackField: Sendable, Hashable {
    let title: NotificationTemplate
    let value: NotificationTemplate
    let isShort: Bool

    init?(
        decoding decoder: inout MappingDecoder, _ templates: TemplateFields, isShort: Bool
    ) {
        let title = templates.require(&decoder, "title")
        let value = templates.require(&decoder, "value")
        self.isShort = decoder.boolean("short")?.value ?? isShort
        decoder.finish()
        guard let title, let value else { return nil }
        self.title = title
        self.value = value
    }

    func json(_ desk: inout TemplateDesk) -> JSONValue {
        [
            "title": .string(desk.text(title)), "value": .string(desk.text(value)),
            "short": .bool(isShort),
        ]
    }
}

/// A button of a Slack attachment.
struct SlackAction: Sendable, Hashable {
    /// Key and template in the order of the body.
    let parts: [NamedTemplate]
    /// The question before the button acts; empty: none.
    let confirmation: [NamedTemplate]

    init?(decoding decoder: inout MappingDecoder, _ templates: TemplateFields) {
        let type = templates.require(&decoder, "type")
        let text = templates.require(&decoder, "text")
        let url = templates.read(&decoder, "url")
        let style = templates.read(&decoder, "style")
        let name = templates.read(&decoder, "name")
        let value = templates.read(&decoder, "value")
        var question: [NamedTemplate] = []
        if var confirm = decoder.mapping("confirm") {
            let sentence = templates.require(&confirm, "text")
            question = ["title", "ok_text", "dismiss_text"].map { key in
                NamedTemplate(name: key, template: templates.read(&confirm, key))
            }
            confirm.finish()
            if let sentence {
                question.insert(NamedTemplate(name: "text", template: sentence), at: 0)
            }
        }
        decoder.finish()
        guard let type, let text else { return nil }
        if url.isEmpty, name.isEmpty {
            decoder.mistakes.add(
                "\(decoder.field): missing required key `url` (or `name`)", at: decoder.position)
            return nil
        }
        // A link needs no more; Alertmanager drops the rest as well.
        let isLink = !url.isEmpty
        var parts = [("type", type), ("text", text), ("url", url), ("style", style)]
        if !isLink { parts += [("name", name), ("value", value)] }
        self.parts = parts.map { NamedTemplate(name: $0.0, template: $0.1) }
        confirmation = isLink ? [] : question
    }

    func json(_ desk: inout TemplateDesk) -> JSONValue {
        var members: [(String, JSONValue)] = []
        for part in parts { members.add(part.name, desk.value(part.template)) }
        if !confirmation.isEmpty {
            var question: [(String, JSONValue)] = []
            for part in confirmation { question.add(part.name, desk.text(part.template)) }
            members.append(("confirm", .object(JSONObject(question))))
        }
        return .object(JSONObject(members))
    }
}

extension [(String, JSONValue)] {
    /// Adds a text unless it is empty.
    mutating func add(_ key: String, _ text: String) {
        if !text.isEmpty { append((key, .string(text))) }
    }
}
