// One file for every mistake: notifications.

extension MistakeCase {
    static let notifications: [MistakeCase] = [
        MistakeCase(
            "a route to an unknown receiver",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              route: {receiver: oncal}
              receivers: [{name: oncall, webhook_configs: [{url: "https://hooks.example/a"}]}]
            """,
            [
                "agent.yml:3:21: notifications.route.receiver: receiver `oncal` is not defined in `notifications.receivers`; did you mean `oncall`?"
            ]),
        MistakeCase(
            "receivers without a route",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              receivers: [{name: oncall, webhook_configs: [{url: "https://hooks.example/a"}]}]
            """,
            [
                "agent.yml:3:3: notifications: missing required key `route`"
            ]),
        MistakeCase(
            "a webhook without URL",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              route: {receiver: oncall}
              receivers: [{name: oncall, webhook_configs: [{send_resolved: true}]}]
            """,
            [
                "agent.yml:4:48: notifications.receivers[0].webhook_configs[0]: missing required key `url` (or `url_file`)"
            ]),
        MistakeCase(
            "a webhook of another scheme",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              route: {receiver: oncall}
              receivers: [{name: oncall, webhook_configs: [{url: "mailto:a@b.example"}]}]
            """,
            [
                "agent.yml:4:54: notifications.receivers[0].webhook_configs[0].url: expected an absolute http:// or https:// URL"
            ]),
        MistakeCase(
            "a receiver named twice",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              route: {receiver: oncall}
              receivers:
                - {name: oncall, webhook_configs: [{url: "https://hooks.example/a"}]}
                - {name: oncall}
            """,
            [
                "agent.yml:6:14: notifications.receivers[1].name: receiver `oncall` is repeated; it is first named at agent.yml:5:14"
            ]),
        MistakeCase(
            "an Alertmanager in Prometheus' own words",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              alertmanagers:
                - {static_configs: [{targets: [a]}]}
                - {url: "http://a:9093?x=1"}
                - {url: "http://a:9093", timeout: 0s}
                - {url: "http://a:9093/"}
            """,
            [
                "agent.yml:4:7: notifications.alertmanagers[0]: missing required key `url`, such as http://alertmanager:9093",
                "agent.yml:4:8: notifications.alertmanagers[0]: `static_configs` is not available in this version; write the whole address as `url`",
                "agent.yml:5:13: notifications.alertmanagers[1].url: /api/v2/alerts is added to it; remove what follows the path",
                "agent.yml:6:39: notifications.alertmanagers[2].timeout: expected from 1ms to 5m, found 0s",
                "agent.yml:7:13: notifications.alertmanagers[3].url: this Alertmanager is listed twice",
            ]),
        MistakeCase(
            "a group interval below a second",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              route: {receiver: oncall, group_interval: 500ms}
              receivers: [{name: oncall, webhook_configs: [{url: "https://hooks.example/a"}]}]
            """,
            [
                "agent.yml:3:45: notifications.route.group_interval: at least 1s, found 500ms"
            ]),
        MistakeCase(
            "an unknown key of a route",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              route: {receiver: oncall, group_wat: 5s}
              receivers: [{name: oncall, webhook_configs: [{url: "https://hooks.example/a"}]}]
            """,
            [
                "agent.yml:3:29: field `group_wat` is not known in `notifications.route`; did you mean `group_wait`?"
            ]),
        MistakeCase(
            "a receiver kind that is not there",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              route: {receiver: oncall}
              receivers: [{name: oncall, jira_configs: [{project: a}]}]
            """,
            [
                "agent.yml:4:30: notifications.receivers[0]: `jira_configs` is not available in this version; use `webhook_configs`"
            ]),
    ]
}
