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
            "alertmanagers, which are not there yet",
            """
            organizations: [{id: acme, base_allocation: 100}]
            notifications:
              route: {receiver: oncall}
              receivers: [{name: oncall, webhook_configs: [{url: "https://hooks.example/a"}]}]
              alertmanagers: [{url: "http://alertmanager:9093"}]
            """,
            [
                "agent.yml:5:18: notifications.alertmanagers: not available in this version; leave the list empty"
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
