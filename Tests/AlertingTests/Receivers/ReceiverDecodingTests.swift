// Receiver blocks as people have them in alertmanager.yml.

import PositionedYAML
import Testing

@testable import Alerting

@Suite struct ReceiverDecodingTests {
    /// Blocks with the keys of Alertmanager's documentation.
    ///
    /// Source: prometheus.io/docs/alerting/latest/configuration (receiver integrations).
    private static let pasted = [
        """
        slack_configs:
          - send_resolved: true
            api_url: {env: SLACK}
            channel: '#credits'
            icon_emoji: ':bell:'
            icon_url: https://example.com/bell.png
            link_names: true
            username: credits
            color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}'
            fallback: '{{ template "slack.default.fallback" . }}'
            callback_id: c1
            pretext: look
            text: '{{ range .Alerts }}{{ .Annotations.summary }}{{ end }}'
            title: '{{ template "slack.default.title" . }}'
            title_link: https://example.com
            image_url: https://example.com/a.png
            thumb_url: https://example.com/b.png
            footer: f
            short_fields: true
            mrkdwn_in: [text]
            fields: [{title: Severity, value: '{{ .CommonLabels.severity }}', short: false}]
            actions:
              - {type: button, text: Runbook, url: 'https://example.com/r', style: primary}
              - {type: button, text: Ack, name: ack, value: yes-please,
                 confirm: {title: Sure?, text: Really?, ok_text: Yes, dismiss_text: No}}
            http_config: {proxy_url: 'http://proxy.example.com:3128'}
            timeout: 5s
        """,
        """
        pagerduty_configs:
          - routing_key_file: /run/key
            send_resolved: false
            url: https://events.eu.pagerduty.com/v2/enqueue
            client: agent
            client_url: https://example.com
            description: '{{ .CommonAnnotations.summary }}'
            severity: '{{ .CommonLabels.severity }}'
            details: {team: '{{ .GroupLabels.team }}'}
            images: [{src: 'https://example.com/a.png', alt: a, href: 'https://example.com'}]
            links: [{href: 'https://example.com', text: t}]
            source: s
            class: c
            component: p
            group: g
        """,
        """
        discord_configs:
          - webhook_url_file: /run/discord
            title: t
            message: m
            content: c
            username: u
            avatar_url: https://example.com/a.png
            send_resolved: true
        """,
        """
        msteamsv2_configs:
          - {webhook_url: {env: TEAMS}, title: t, text: x, send_resolved: false}
        """,
        """
        incidentio_configs:
          - {url: {env: INCIDENT}, alert_source_token_file: /run/token, max_alerts: 3, timeout: 9s}
        """,
        """
        email_configs:
          - to: 'On call <oncall@example.com>, second@example.com'
            from: agent@example.com
            smarthost: smtp.example.com:587
            hello: agent.example.com
            auth_username: agent
            auth_password: {env: MAIL}
            auth_identity: other
            require_tls: true
            tls_config: {ca_file: ca.pem}
            headers: {subject: '{{ .Status }}', X-Team: credits}
            html: '<b>{{ .Status }}</b>'
            text: '{{ .Status }}'
            send_resolved: true
        """,
    ]

    @Test(arguments: pasted)
    func pastedBlocksAreTaken(lines: String) throws {
        let read = try receiver(lines)
        #expect(read.mistakes.isEmpty, "\(read.mistakes)")
        #expect(read.configuration?.alertEndpoints.count == 1)
    }

    @Test func defaultsAreThoseOfAlertmanager() throws {
        for (lines, integration, resolved) in [
            ("slack_configs: [{api_url: {env: A}}]", "slack", false),
            ("pagerduty_configs: [{routing_key: {env: A}}]", "pagerduty", true),
            ("discord_configs: [{webhook_url: {env: A}}]", "discord", true),
            ("msteamsv2_configs: [{webhook_url: {env: A}}]", "msteamsv2", true),
            ("incidentio_configs: [{url: {env: A}}]", "incidentio", true),
            (
                "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'c:25'}]",
                "email", false
            ),
        ] {
            let endpoint = try endpoint(lines)
            #expect(endpoint.integration == integration)
            #expect(endpoint.sendResolved == resolved)
            #expect(endpoint.timeoutMilliseconds == (integration == "email" ? 30_000 : 15_000))
        }
        let pager = try endpoint("pagerduty_configs: [{routing_key: {env: A}}]")
        #expect(pager.url == .written("https://events.pagerduty.com/v2/enqueue"))
    }

    @Test func theGlobalSectionIsUsed() throws {
        let global = """
            slack_api_url_file: /run/slack
            pagerduty_url: https://pager.example.com/v2
            smtp_from: agent@example.com
            smtp_smarthost: '[::1]:465'
            smtp_auth_username: agent
            smtp_auth_secret: {env: MAIL}
            smtp_require_tls: false
            http_config: {proxy_url: 'http://proxy:1'}
            """
        let slack = try endpoint("slack_configs: [{channel: c}]", global: global)
        #expect(slack.secretReferences.map(\.value) == [.file("/run/slack")])
        #expect(slack.client.proxy == "http://proxy:1")
        let pager = try endpoint("pagerduty_configs: [{routing_key: {env: A}}]", global: global)
        #expect(pager.url == .written("https://pager.example.com/v2"))
        let mail = try endpoint("email_configs: [{to: a@example.com}]", global: global)
        #expect(mail.url == .written("smtps://[::1]:465"))
        #expect(mail.secretReferences.map(\.value) == [.environment("MAIL")])
        guard case .email(let settings) = mail.settings else { return }
        #expect(settings.usesChallenge)
        #expect(!settings.requiresTLS)
        #expect(settings.hello == "localhost")
    }

    @Test(arguments: [
        (
            "slack_configs: [{channel: c}]",
            "missing required key `api_url` (or `api_url_file`, or `slack_api_url` in `notifications.global`)"
        ),
        (
            "slack_configs: [{api_url: {env: A}, api_url_file: b}]",
            "api_url_file: `api_url` is set too; keep one of them"
        ),
        (
            "slack_configs: [{api_url: 'https://x.example.com/{{ .Status }}'}]",
            "an address is no template: alerts must not choose where they go"
        ),
        ("slack_configs: [{api_url: {env: A}, title: '{{ .Status'}]", "unclosed action"),
        (
            "slack_configs: [{api_url: {env: A}, app_token: {env: B}}]",
            "`app_token` is not available in this version; use `api_url`"
        ),
        (
            "slack_configs: [{api_url: {env: A}, update_message: true}]",
            "`update_message` is not available in this version"
        ),
        ("slack_configs: [{api_url: {env: A}, chanel: c}]", "did you mean `channel`?"),
        (
            "slack_configs: [{api_url: {env: A}, actions: [{type: b, text: t}]}]",
            "missing required key `url` (or `name`)"
        ),
        (
            "slack_configs: [{api_url: {env: A}, fields: [{title: t}]}]",
            "missing required key `value`"
        ),
        ("slack_configs: [{api_url: {env: A}, timeout: 6m}]", "expected from 1ms to 5m"),
        (
            "pagerduty_configs: [{client: c}]",
            "missing required key `routing_key` (or `routing_key_file`)"
        ),
        (
            "pagerduty_configs: [{service_key: {env: A}, routing_key: {env: B}}]",
            "`service_key` is not available in this version; Events API v1 is not served"
        ),
        (
            "pagerduty_configs: [{routing_key: '{{ .GroupLabels.key }}'}]",
            "routing_key: a secret is no template"
        ),
        (
            "discord_configs: [{title: t}]",
            "missing required key `webhook_url` (or `webhook_url_file`)"
        ),
        (
            "msteams_configs: [{webhook_url: {env: A}}]",
            "Microsoft has ended it; use `msteamsv2_configs`"
        ),
        (
            "incidentio_configs: [{url: {env: A}, alert_source_token: {env: B}, "
                + "http_config: {authorization: {credentials: {env: C}}}}]",
            "alert_source_token: `http_config` sets credentials too; keep one of them"
        ),
        (
            "email_configs: [{to: a@example.com, from: b@example.com}]",
            "missing required key `smarthost`, or `smtp_smarthost` in `notifications.global`"
        ),
        (
            "email_configs: [{to: nobody, from: b@example.com, smarthost: 'c:25'}]",
            "to: expected mail addresses such as alice@example.com, found \"nobody\""
        ),
        (
            "email_configs: [{to: '{{ .GroupLabels.to }}', from: b@example.com, smarthost: 'c:25'}]",
            "to: an address is no template: alerts must not choose where they go"
        ),
        (
            "email_configs: [{to: a@example.com, from: 'b@example.com, c@example.com', smarthost: 'c:25'}]",
            "from: expected exactly one address"
        ),
        (
            "email_configs: [{to: a@example.com, from: b@example.com, smarthost: smtp.example.com}]",
            "smarthost: expected host and port such as smtp.example.com:587"
        ),
        (
            "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'c:25/x'}]",
            "smarthost: expected host and port"
        ),
        (
            "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'c:25', hello: 'a b'}]",
            "hello: expected a host name"
        ),
        (
            "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'c:25', auth_username: u}]",
            "`auth_username` needs `auth_password` (or `auth_secret`)"
        ),
        (
            "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'c:25', "
                + "headers: {Date: x}}]", "`Date` is written by the agent; remove it"
        ),
        (
            "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'c:25', "
                + "headers: {x-a: x, X-A: y}}]", "`X-A` is written twice"
        ),
        (
            "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'c:25', "
                + "threading: {enabled: true}}]", "`threading` is not available in this version"
        ),
    ])
    func mistakesAreNamedWithTheirPlace(lines: String, message: String) throws {
        let read = try receiver(lines)
        let errors = read.mistakes.filter { !$0.contains("warning") }
        #expect(errors.count == 1, "\(read.mistakes)")
        #expect(errors.first?.contains(message) == true, "\(read.mistakes)")
        #expect(errors.first?.hasPrefix("agent.yml:6:") == true, "\(read.mistakes)")
    }

    @Test(arguments: [
        ("resolve_timeout: 5m", "warning", "has no effect"),
        ("opsgenie_api_key: x", "notifications.global", "`opsgenie_api_key` is not available"),
        ("slack_app_token: x", "notifications.global", "use `slack_api_url`"),
        ("smtp_smarthos: x", "notifications.global", "did you mean `smtp_smarthost`?"),
        ("pagerduty_url: x", "notifications.global", "expected an absolute http:// or https://"),
    ])
    func keysOfTheGlobalSectionAreServedOrNamed(
        line: String, place: String, message: String
    ) throws {
        let read = try receiver("webhook_configs: [{url: 'https://a'}]", global: line)
        #expect(read.mistakes.count == 1, "\(read.mistakes)")
        #expect(read.mistakes.first?.contains(place) == true, "\(read.mistakes)")
        #expect(read.mistakes.first?.contains(message) == true, "\(read.mistakes)")
    }

    @Test(arguments: [
        ("slack_configs: [{api_url: 'https://hooks.example.com/T0/B0/abc'}]", "T0/B0"),
        ("discord_configs: [{webhook_url: 'https://discord.example.com/api/1/abc'}]", "api/1"),
        ("pagerduty_configs: [{routing_key: 0123456789abcdef}]", "0123456"),
    ])
    func writtenSecretsAreWarnedAboutAndNeverShown(lines: String, secret: String) throws {
        let read = try receiver(lines)
        #expect(read.mistakes.count == 1, "\(read.mistakes)")
        #expect(read.mistakes.first?.contains("secret is written literally") == true)
        #expect(!"\(read.mistakes)".contains(secret))
        let endpoint = try #require(read.configuration?.alertEndpoints.first)
        #expect(!"\(endpoint)".contains(secret))
        #expect(endpoint.secretReferences.count == 1)
    }

    @Test func aPasswordWithoutTLSIsWarnedAbout() throws {
        let lines =
            "email_configs: [{to: a@example.com, from: b@example.com, smarthost: 'HOST', "
            + "auth_username: u, auth_password: {env: P}, require_tls: false}]"
        for (host, count) in [("c:25", 1), ("localhost:25", 0), ("c:465", 0), ("[::1]:25", 0)] {
            let read = try receiver(lines.replacing("HOST", with: host))
            #expect(read.mistakes.count == count, "\(host): \(read.mistakes)")
        }
    }

    @Test func templateFilesThatDoNotParseAreNamed() throws {
        let read = try receiver(
            "webhook_configs: [{url: 'https://a'}]",
            templates: ["a.tmpl": "{{ define \"a\" }}{{ end }}", "b.tmpl": "{{ nope }}"])
        #expect(read.mistakes.count == 1, "\(read.mistakes)")
        #expect(
            read.mistakes.first?.hasPrefix("agent.yml:3:25: templates: template: b.tmpl:1:") == true
        )
    }

    @Test(
        arguments: [
            ("alice@example.com", ["alice@example.com"]),
            (" On call <a@example.com> ,b@example.com", ["a@example.com", "b@example.com"]),
            ("\"Call, on\" <a@example.com>", ["a@example.com"]),
            ("", nil), ("a@b@c", nil), ("a b@example.com", nil), ("a@", nil), ("@b", nil),
            ("a@example.com,", nil), ("<a@example.com", nil),
            ("a@example.com>\r\nRCPT TO:<b>", nil),
            ("x <a@example.com\r\n>", nil), ("ä@example.com", nil), (".a@example.com", nil),
        ] as [(String, [String]?)])
    func addressesAreReadStrictly(text: String, addresses: [String]?) {
        #expect(MailAddress.list(text)?.map(\.address) == addresses)
    }
}
