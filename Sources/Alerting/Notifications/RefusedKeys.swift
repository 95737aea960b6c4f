// Alertmanager's keys that this agent does not serve: refused by name, so that nobody believes
// that they work.

import PositionedYAML

enum RefusedKeys {
    private static let integrations = [
        "jira_configs", "mattermost_configs", "opsgenie_configs", "pushover_configs",
        "rocketchat_configs", "sns_configs", "telegram_configs", "victorops_configs",
        "webex_configs", "wechat_configs",
    ]

    static let top = hints([
        (
            [
                "inhibit_rules", "mute_time_intervals", "time_intervals", "tracing",
            ], "remove it"
        )
    ])
    static let receiver = hints([
        (integrations, "use `webhook_configs`"),
        (["msteams_configs"], "Microsoft has ended it; use `msteamsv2_configs`"),
    ])
    static let global = hints([
        (
            [
                "jira_api_url", "mattermost_webhook_url", "mattermost_webhook_url_file",
                "opsgenie_api_key", "opsgenie_api_key_file", "opsgenie_api_url",
                "rocketchat_api_url", "rocketchat_token", "rocketchat_token_file",
                "rocketchat_token_id", "rocketchat_token_id_file", "telegram_api_url",
                "telegram_bot_token", "telegram_bot_token_file", "victorops_api_key",
                "victorops_api_key_file", "victorops_api_url", "webex_api_url",
                "wechat_api_corp_id", "wechat_api_secret", "wechat_api_secret_file",
                "wechat_api_url",
            ], "there are no receivers of that kind; remove it"
        ),
        (["smtp_force_implicit_tls"], "port 465 means TLS from the first byte; remove it"),
        (slackApp, slackAppHint.replacing("`api_url`", with: "`slack_api_url`")),
    ])
    private static let slackApp = [
        "slack_app_token", "slack_app_token_file", "slack_app_url", "app_token", "app_token_file",
        "app_url",
    ]
    private static let slackAppHint =
        "use `api_url` with the address of chat.postMessage and the token in "
        + "`http_config.authorization`"
    static let slack = hints([
        (slackApp, slackAppHint),
        (
            ["edit_messages", "update_message"],
            "every notification is a message of its own; remove it"
        ),
        (["message_text", "blocks"], "use `text`"),
    ])
    static let pagerDuty = hints([
        (["service_key", "service_key_file"], "Events API v1 is not served; use `routing_key`"),
        (["url_file"], "use `url`"),
    ])
    static let incidentIO = hints([(["metadata"], "remove it")])
    static let email = hints([
        (["threading"], "mail clients sort by subject; remove it"),
        (
            ["force_implicit_tls", "implicit_tls"],
            "port 465 means TLS from the first byte; remove it"
        ),
    ])
    static let route = hints([(["mute_time_intervals", "active_time_intervals"], "remove it")])
    static let webhook = hints([(["payload"], "remove it")])
    static let eventWebhook = hints([
        (["send_resolved", "max_alerts"], "events are never resolved; remove it")
    ])
    static let client = hints([
        (["bearer_token", "bearer_token_file"], "use `authorization`"),
        (
            [
                "oauth2", "enable_http2", "proxy_from_environment", "proxy_connect_header",
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
