// The bodies of each kind, whole, and how they keep within the vendors' limits.

import ExactJSON
import PositionedYAML
import Testing

@testable import Alerting

@Suite struct ReceiverBodyTests {
    private let long = String(repeating: "ä", count: 50_000)

    private func render(
        _ lines: String, _ alerts: [NotifiableAlert] = [usageAlert()]
    ) throws -> RenderedNotification {
        try endpoint(lines).render(notification(alerts))
    }

    /// Shape: docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments.
    @Test func slackGetsOneAttachment() throws {
        let rendered = try render(
            """
            slack_configs:
              - api_url: {env: A}
                channel: '#credits'
                link_names: true
                fields: [{title: S, value: '{{ .CommonLabels.severity }}', short: true}]
                actions:
                  - {type: button, text: Go, url: 'https://example.com', name: dropped}
                  - {type: button, text: Ack, name: ack, confirm: {text: Really?}}
            """)
        #expect(rendered.contentType == "application/json")
        #expect(rendered.remarks.isEmpty)
        let expected: JSONValue = [
            "channel": "#credits", "username": "AI credits agent", "link_names": true,
            "attachments": [
                [
                    "title": "[FIRING:1] acme: Nearly everything is used.",
                    "title_link": "https://agent.example.com",
                    "text": """
                    *acme*: acme has used 92.50 % &amp; more. Credits left: 7500. Days: 12. \
                    <https://docs.example.com/usage|Runbook>

                    """,
                    "fallback":
                        "[FIRING:1] acme: Nearly everything is used. | https://agent.example.com",
                    "callback_id": "",
                    "fields": [["title": "S", "value": "warning", "short": true]],
                    "actions": [
                        ["type": "button", "text": "Go", "url": "https://example.com"],
                        [
                            "type": "button", "text": "Ack", "name": "ack",
                            "confirm": ["text": "Really?"],
                        ],
                    ],
                    "footer": "", "color": "danger",
                    "mrkdwn_in": ["fallback", "pretext", "text"],
                ]
            ],
        ]
        let text = String(decoding: rendered.body, as: UTF8.self)
        #expect(text == expected.text())
    }

    @Test func slackIsGreenWhenAllIsOver() throws {
        let rendered = try render("slack_configs: [{api_url: {env: A}}]", [usageAlert(endsAt: 1)])
        let attachment = try #require(try json(rendered)["attachments"]?.arrayValue?.first)
        #expect(attachment["color"] == "good")
        #expect(attachment["title"] == "[RESOLVED] acme: Nearly everything is used.")
    }

    /// Schema: PagerDuty/api-schema reference/events-v2/openapiv3.json; the routing key is added
    /// to each request.
    @Test func pagerDutyGetsAnEvent() throws {
        let rendered = try render(
            """
            pagerduty_configs:
              - routing_key: {env: A}
                details: {team: '{{ .GroupLabels.organization }}', num_firing: many}
                class: usage
                links: [{href: 'https://example.com', text: t}, {href: '', text: dropped}]
                images: [{src: 'https://example.com/a.png', alt: a}]
            """)
        let firing = """
            acme: Nearly everything is used.
            acme has used 92.50 % & more. Credits left: 7500. Days: 12.
            AICreditsUsageAbove90Percent, warning, since 2023-11-14 22:13:20 UTC
            Runbook: https://docs.example.com/usage
            Source: http://localhost/AICreditsUsageAbove90Percent

            """
        let expected: JSONValue = [
            "dedup_key": "7e6b1d1ee1d5bf8e7c2a4b4b5b6f6c1d", "event_action": "trigger",
            "payload": [
                "summary": """
                [FIRING:1] acme: Nearly everything is used. acme has used 92.50 % & more. \
                Credits left: 7500. Days: 12.
                """,
                "source": "AI credits agent", "severity": "warning", "class": "usage",
                "custom_details": [
                    "firing": .string(firing), "num_firing": "many", "num_resolved": "0",
                    "resolved": "", "team": "acme",
                ],
            ],
            "client": "AI credits agent", "client_url": "https://agent.example.com",
            "images": [["src": "https://example.com/a.png", "alt": "a", "href": ""]],
            "links": [["href": "https://example.com", "text": "t"]],
        ]
        let value = try json(rendered)
        let key = try #require(value["dedup_key"]?.stringValue)
        #expect(key == PagerDutySettings.hash(notification().groupKey))
        let text = expected.text().replacing("7e6b1d1ee1d5bf8e7c2a4b4b5b6f6c1d", with: key)
        #expect(String(decoding: rendered.body, as: UTF8.self) == text)
    }

    @Test func pagerDutyKeysAndResolvesAGroup() throws {
        #expect(
            PagerDutySettings.hash("abc")
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        let resolved = try render(
            "pagerduty_configs: [{routing_key: {env: A}}]", [usageAlert(endsAt: 1)])
        #expect(try json(resolved)["event_action"] == "resolve")
        let keyed = PagerDutySettings.keyed(resolved.body, routingKey: Secret("k\"1"))
        let value = try JSONReader.read(keyed)
        #expect(value["routing_key"] == "k\"1")
        #expect(value["dedup_key"] == .string(PagerDutySettings.hash(notification().groupKey)))
        #expect(!String(decoding: resolved.body, as: UTF8.self).contains("routing_key"))
    }

    @Test(arguments: [
        ("critical", "critical"), ("error", "error"), ("info", "info"), ("page", "error"),
        ("", "error"),
    ])
    func pagerDutyGetsASeverityThatItKnows(label: String, severity: String) throws {
        let rendered = try render(
            "pagerduty_configs: [{routing_key: {env: A}}]", [usageAlert(severity: label)])
        #expect(try json(rendered)["payload"]?["severity"] == .string(severity))
    }

    /// Shape: discord.com/developers/docs/resources/webhook#execute-webhook.
    @Test func discordGetsOneEmbed() throws {
        let rendered = try render(
            """
            discord_configs:
              - {webhook_url: {env: A}, message: m, content: '{{ .Status }}', username: u}
            """)
        let expected: JSONValue = [
            "content": "firing",
            "embeds": [
                [
                    "title": "[FIRING:1] acme: Nearly everything is used.", "description": "m",
                    "color": 10_038_562,
                ]
            ],
            "username": "u",
        ]
        let text = String(decoding: rendered.body, as: UTF8.self)
        #expect(text == expected.text())
    }

    /// Shape: learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/
    /// connectors-using (Adaptive Cards in workflows).
    @Test func teamsGetsAnAdaptiveCard() throws {
        let rendered = try render(
            "msteamsv2_configs: [{webhook_url: {env: A}, text: x}]", [usageAlert(endsAt: 1)])
        let expected = """
            {"type":"message","attachments":[{"contentType":\
            "application/vnd.microsoft.card.adaptive","contentUrl":null,"content":{"$schema":\
            "http://adaptivecards.io/schemas/adaptive-card.json","type":"AdaptiveCard",\
            "version":"1.2","body":[{"type":"TextBlock","text":\
            "[RESOLVED] acme: Nearly everything is used.","weight":"Bolder","size":"Medium",\
            "wrap":true,"style":"heading","color":"Good"},{"type":"TextBlock","text":"x",\
            "wrap":true}],"msteams":{"width":"full"}}}]}
            """
        #expect(String(decoding: rendered.body, as: UTF8.self) == expected)
    }

    /// Shape: alertmanager notify/incidentio/incidentio.go; limit 512 KB.
    @Test func incidentIOGetsTheWebhooksShapeAsVersion1() throws {
        let value = try json(render("incidentio_configs: [{url: {env: A}}]"))
        #expect(value["version"] == "1")
        #expect(value["groupKey"] == .string(notification().groupKey))
        #expect(value["alerts"]?.arrayValue?.count == 1)
        #expect(value["truncatedAlerts"] == 0)
        let big = String(repeating: "x", count: 10_000)
        let many = (0..<100).map { usageAlert(product: "p\($0)", description: big) }
        let rendered = try render("incidentio_configs: [{url: {env: A}}]", many)
        #expect(rendered.body.count <= 512 * 1024)
        let cut = try json(rendered)
        let listed = try #require(cut["alerts"]?.arrayValue?.count)
        #expect(listed > 10)
        #expect(cut["truncatedAlerts"] == .integer(100 - listed))
        #expect(rendered.remarks.map(\.kind) == [.truncated])
    }

    /// Limits: Slack title 1,024; PagerDuty summary 1,024; Discord title 256, description 4,096,
    /// content 2,000 characters.
    @Test func textsAreCutToTheVendorsLimits() throws {
        let alerts = [usageAlert(summary: long, description: long)]
        let text = "'{{ .CommonAnnotations.summary }}'"
        let slack = try render(
            "slack_configs: [{api_url: {env: A}, title: \(text), text: \(text)}]", alerts)
        let attachment = try #require(try json(slack)["attachments"]?.arrayValue?.first)
        #expect(attachment["title"]?.stringValue?.unicodeScalars.count == 1024)
        #expect(attachment["title"]?.stringValue?.hasSuffix("ä…") == true)
        #expect(attachment["text"]?.stringValue?.unicodeScalars.count == 40_000)
        #expect(slack.remarks.contains { $0.detail.hasSuffix("title was cut to 1024 characters") })
        let pager = try render("pagerduty_configs: [{routing_key: {env: A}}]", alerts)
        #expect(
            try json(pager)["payload"]?["summary"]?.stringValue?.unicodeScalars.count == 1024)
        let discord = try render(
            "discord_configs: [{webhook_url: {env: A}, content: \(text)}]", alerts)
        let value = try json(discord)
        let embed = try #require(value["embeds"]?.arrayValue?.first)
        #expect(embed["title"]?.stringValue?.unicodeScalars.count == 256)
        #expect(embed["description"]?.stringValue?.unicodeScalars.count == 4096)
        #expect(value["content"]?.stringValue?.unicodeScalars.count == 2000)
        #expect(discord.remarks.count == 3)
    }

    /// Limits: an event of PagerDuty 512,000 bytes, a message of Teams 28 KB.
    @Test func wholeBodiesAreCutToTheVendorsLimits() throws {
        let alerts = (0..<6).map { usageAlert(product: "p\($0)", description: long) }
        let pager = try render("pagerduty_configs: [{routing_key: {env: A}}]", alerts)
        #expect(pager.body.count < 512_000)
        let details = try json(pager)["payload"]?["custom_details"]
        #expect(details?["error"]?.stringValue?.contains("have been removed") == true)
        let url = "msteamsv2_configs: [{webhook_url: {env: A}"
        for text in [
            "",
            ", text: \"{{ range .Alerts }}\\u0001\\u0001{{ .Annotations.description }}{{ end }}\"",
        ] {
            let teams = try render("\(url)\(text)}]", alerts)
            #expect(teams.body.count <= 28 * 1024)
            #expect(teams.body.count > 20 * 1024)
            #expect(teams.remarks.map(\.kind) == [.truncated])
        }
    }

    @Test func aTemplateThatFailsIsSentWithItsError() throws {
        let rendered = try render(
            """
            slack_configs:
              - {api_url: {env: A}, title: '{{ index .Alerts 7 }}', icon_url: '{{ .No }}'}
            """)
        let value = try json(rendered)
        let attachment = try #require(value["attachments"]?.arrayValue?.first)
        let title = try #require(attachment["title"]?.stringValue)
        #expect(title.hasPrefix("<error expanding template: template: notifications.receivers[0]"))
        #expect(title.contains("slack_configs[0].title:1:"))
        #expect(attachment["text"]?.stringValue?.contains("92.50 %") == true)
        #expect(value["icon_url"] == nil)
        #expect(rendered.remarks.map(\.kind) == [.templateFailed, .templateFailed])
    }

    @Test(arguments: [
        "slack_configs: [{api_url: {env: A}}]", "pagerduty_configs: [{routing_key: {env: A}}]",
        "discord_configs: [{webhook_url: {env: A}}]",
        "msteamsv2_configs: [{webhook_url: {env: A}}]", "incidentio_configs: [{url: {env: A}}]",
        "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'c:25'}]",
    ])
    func theSameNotificationAlwaysGivesTheSameBytes(lines: String) throws {
        let alerts = [usageAlert(product: "a"), usageAlert(product: "b", endsAt: 2)]
        let first = try render(lines, alerts)
        #expect(try render(lines, alerts) == first)
        #expect(first.remarks.isEmpty)
    }
}
