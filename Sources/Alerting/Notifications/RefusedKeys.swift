// Alertmanager's keys that this agent does not serve: refused by name, so that nobody believes
// that they work.

import PositionedYAML

enum RefusedKeys {
    private static let integrations = [
        "discord_configs", "email_configs", "incidentio_configs", "jira_configs",
        "mattermost_configs", "msteams_configs", "msteamsv2_configs", "opsgenie_configs",
        "pagerduty_configs", "pushover_configs", "rocketchat_configs", "slack_configs",
        "sns_configs", "telegram_configs", "victorops_configs", "webex_configs",
        "wechat_configs",
    ]

    static let top = hints([
        (
            [
                "global", "templates", "inhibit_rules", "mute_time_intervals", "time_intervals",
                "tracing",
            ], "remove it"
        )
    ])
    static let receiver = hints([(integrations, "use `webhook_configs`")])
    static let route = hints([(["mute_time_intervals", "active_time_intervals"], "remove it")])
    static let webhook = hints([(["payload"], "remove it")])
    static let eventWebhook = hints([
        (["send_resolved", "max_alerts"], "events are never resolved; remove it")
    ])
    static let client = hints([
        (["bearer_token", "bearer_token_file"], "use `authorization`"),
        (
            [
                "oauth2", "enable_http2", "no_proxy", "proxy_from_environment",
                "proxy_connect_header", "http_headers",
            ], "remove it"
        ),
    ])
    static let authorization = hints([(["credentials_ref"], "use `credentials`")])
    static let basic = hints([
        (["username_file", "username_ref"], "use `username`"),
        (["password_ref"], "use `password`"),
    ])
    static let tls = hints([
        (["ca", "ca_ref"], "use `ca_file`"),
        (["cert", "cert_ref"], "use `cert_file`"),
        (["key", "key_ref"], "use `key_file`"),
        (["server_name", "min_version", "max_version"], "remove it"),
    ])

    /// What to do instead, by key.
    private static func hints(_ groups: [(keys: [String], hint: String)]) -> [String: String] {
        var hints: [String: String] = [:]
        for group in groups {
            for key in group.keys { hints[key] = group.hint }
        }
        return hints
    }
}

extension MappingDecoder {
    /// Reports every written key that is listed, and takes it as asked for.
    mutating func refuse(_ refused: [String: String]) {
        for key in keys {
            guard let hint = refused[key.value], contains(key.value) else { continue }
            let name = field.isEmpty ? "" : "\(field): "
            mistakes.add(
                "\(name)`\(key.value)` is not available in this version; \(hint)",
                at: key.position)
        }
    }
}
