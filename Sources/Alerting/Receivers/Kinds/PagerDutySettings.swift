// `pagerduty_configs`: an event of the Events API v2.
//
// 1. The body that is kept holds no `routing_key`: it is a secret, and is added to each request.

import Crypto
import ExactJSON
import PositionedYAML

/// The settings of a PagerDuty integration.
///
/// - Source: alertmanager config/notifiers.go (PagerdutyConfig), notify/pagerduty/pagerduty.go;
///   PagerDuty/api-schema reference/events-v2/openapiv3.json
package struct PagerDutySettings: Sendable, Hashable {
    /// The most characters of a summary.
    static let maximumSummary = 1024
    /// The most bytes of an event.
    static let maximumEvent = 512_000
    /// Room for the routing key in an event.
    static let keyRoom = 256
    static let severities = ["critical", "error", "warning", "info"]
    /// Where events go.
    static let standardURL = "https://events.pagerduty.com/v2/enqueue"
    private static let standardDetails = [
        ("firing", #"{{ template "pagerduty.default.instances" .Alerts.Firing }}"#),
        ("resolved", #"{{ template "pagerduty.default.instances" .Alerts.Resolved }}"#),
        ("num_firing", "{{ .Alerts.Firing | len }}"),
        ("num_resolved", "{{ .Alerts.Resolved | len }}"),
    ]

    /// The integration key.
    package let routingKey: Positioned<SecretReference>
    let client: NotificationTemplate
    let clientURL: NotificationTemplate
    let description: NotificationTemplate
    let severity: NotificationTemplate
    let source: NotificationTemplate
    let group: NotificationTemplate
    let component: NotificationTemplate
    let eventClass: NotificationTemplate
    let details: [NamedTemplate]
    let images: [[NamedTemplate]]
    let links: [[NamedTemplate]]

    init?(decoding decoder: inout MappingDecoder, _ templates: TemplateFields) {
        let key = SecretField.read(&decoder, "routing_key", isRequired: true)
        client = templates.read(
            &decoder, "client", #"{{ template "pagerduty.default.client" . }}"#)
        clientURL = templates.read(
            &decoder, "client_url", #"{{ template "pagerduty.default.clientURL" . }}"#)
        description = templates.read(
            &decoder, "description", #"{{ template "pagerduty.default.description" . }}"#)
        severity = templates.read(
            &decoder, "severity",
            #"{{ with .CommonLabels.severity }}{{ . }}{{ else }}error{{ end }}"#)
        let source = templates.read(&decoder, "source")
        self.source = source.isEmpty ? client : source
        group = templates.read(&decoder, "group")
        component = templates.read(&decoder, "component")
        eventClass = templates.read(&decoder, "class")
        details = Self.details(&decoder, templates)
        images = Self.list(&decoder, "images", ["src", "alt", "href"], templates)
        links = Self.list(&decoder, "links", ["href", "text"], templates)
        guard let key else { return nil }
        routingKey = key
    }

    private static func details(
        _ decoder: inout MappingDecoder, _ templates: TemplateFields
    ) -> [NamedTemplate] {
        var details = templates.map(&decoder, "details")
        let field = decoder.field(of: "details")
        for (name, text) in standardDetails where !details.contains(where: { $0.name == name }) {
            let template = NotificationTemplate(
                builtIn: text, name: "\(field).\(name)", library: templates.library)
            details.append(NamedTemplate(name: name, template: template))
        }
        return details.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func list(
        _ decoder: inout MappingDecoder, _ key: String, _ keys: [String],
        _ templates: TemplateFields
    ) -> [[NamedTemplate]] {
        (decoder.mappings(key) ?? []).map { entry in
            var entry = entry
            let parts = keys.map {
                NamedTemplate(name: $0, template: templates.read(&entry, $0))
            }
            entry.finish()
            return parts
        }
    }

    func render(_ notification: GroupNotification) -> RenderedNotification {
        var desk = TemplateDesk(notification)
        var details: [(String, JSONValue)] = []
        for detail in self.details {
            details.append((detail.name, .string(desk.text(detail.template))))
        }
        let head = head(notification, &desk)
        let payload = payload(&desk)
        let tail = tail(&desk)
        var body = Self.body(head, payload, details, tail)
        if body.count > Self.maximumEvent - Self.keyRoom {
            let words =
                "Custom details have been removed because the original event exceeds the maximum "
                + "size of 512KB"
            desk.remark(
                .truncated, "custom_details were removed: the event had \(body.count) bytes")
            body = Self.body(head, payload, [("error", .string(words))], tail)
        }
        return RenderedNotification(
            contentType: "application/json", body: body, remarks: desk.remarks)
    }

    private static func body(
        _ head: [(String, JSONValue)], _ payload: [(String, JSONValue)],
        _ details: [(String, JSONValue)], _ tail: [(String, JSONValue)]
    ) -> [UInt8] {
        let payload = payload + [("custom_details", .object(JSONObject(details)))]
        let members = head + [("payload", .object(JSONObject(payload)))] + tail
        return JSONValue.object(JSONObject(members)).serialized()
    }

    private func head(
        _ notification: GroupNotification, _ desk: inout TemplateDesk
    ) -> [(String, JSONValue)] {
        [
            ("dedup_key", .string(Self.hash(notification.groupKey))),
            ("event_action", notification.isFiring ? "trigger" : "resolve"),
        ]
    }

    private func payload(_ desk: inout TemplateDesk) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = [
            ("summary", .string(desk.text(description, atMost: Self.maximumSummary))),
            ("source", .string(desk.text(source))),
        ]
        let written = desk.value(severity)
        // PagerDuty refuses an event with any other word.
        members.append(
            ("severity", .string(Self.severities.contains(written) ? written : "error")))
        members.add("class", desk.text(eventClass))
        members.add("component", desk.text(component))
        members.add("group", desk.text(group))
        return members
    }

    private func tail(_ desk: inout TemplateDesk) -> [(String, JSONValue)] {
        var members: [(String, JSONValue)] = []
        members.add("client", desk.text(client))
        members.add("client_url", desk.value(clientURL))
        let images = Self.json(self.images, requiring: "src", &desk)
        if !images.isEmpty { members.append(("images", .array(images))) }
        let links = Self.json(self.links, requiring: "href", &desk)
        if !links.isEmpty { members.append(("links", .array(links))) }
        return members
    }

    private static func json(
        _ entries: [[NamedTemplate]], requiring key: String, _ desk: inout TemplateDesk
    ) -> [JSONValue] {
        var found: [JSONValue] = []
        for entry in entries {
            var members: [(String, JSONValue)] = []
            for part in entry { members.append((part.name, .string(desk.value(part.template)))) }
            guard members.first(where: { $0.0 == key })?.1 != "" else { continue }
            found.append(.object(JSONObject(members)))
        }
        return found
    }

    /// Hexadecimal SHA-256: group keys can be longer than the 255 characters of a dedup key.
    static func hash(_ groupKey: String) -> String {
        SHA256.hash(data: Array(groupKey.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// An event with its routing key, ready to be sent.
    package static func keyed(_ body: [UInt8], routingKey: Secret) -> [UInt8] {
        let key = JSONValue.string(routingKey.exposed).serialized()
        return Array(#"{"routing_key":"#.utf8) + key + Array(",".utf8) + body.dropFirst()
    }
}
