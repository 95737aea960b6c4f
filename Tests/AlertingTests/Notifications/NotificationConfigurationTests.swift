// `notifications` of agent.yml: defaults, the routing tree, and what is refused.

import PositionedYAML
import PromQL
import Testing

@testable import Alerting

@Suite struct NotificationConfigurationTests {
    @Test(arguments: ["other: 1", "notifications:", "notifications: {}"])
    func absentOrEmptyRoutesNothing(yaml: String) throws {
        let read = try ReadNotifications(yaml)
        let configuration = try #require(read.configuration)
        #expect(configuration.route == nil)
        #expect(configuration.receivers.isEmpty)
        #expect(read.mistakes.isEmpty == !yaml.hasPrefix("other"))
    }

    @Test func theContractsExampleIsValid() throws {
        let configuration = try ReadNotifications.valid(
            """
            notifications:
              route: {receiver: oncall, group_by: [organization, alertname], group_wait: 2s,
                group_interval: 1m, repeat_interval: 4h}
              receivers:
                - name: oncall
                  webhook_configs:
                    - {url: "https://oncall.example.com/hook",
                       signing_secret: {env: HOOK_SECRET}, send_resolved: true}
              alertmanagers: []
            """)
        let route = try #require(configuration.route)
        #expect(route.groupBy == .labels(["alertname", "organization"]))
        #expect(route.groupWait == 2000)
        #expect(route.groupInterval == 60_000)
        #expect(route.repeatInterval == 14_400_000)
        #expect(route.key == "{}")
        #expect(configuration.alertEndpoints.map(\.identity.receiver) == ["oncall"])
        #expect(configuration.secretReferences.map(\.value) == [.environment("HOOK_SECRET")])
        #expect(configuration.secretReferences.first?.position.line == 8)
        #expect(configuration.receiver(named: "oncall")?.integrations.count == 1)
        #expect(configuration.receiver(named: "other") == nil)
    }

    @Test func timesHaveTheContractsDefaults() throws {
        let route = try #require(try ReadNotifications.valid(notifications(route: "")).route)
        #expect(route.groupWait == 0)
        #expect(route.groupInterval == 60_000)
        #expect(route.repeatInterval == 14_400_000)
        #expect(route.groupBy == .labels([]))
        #expect(!route.continues)
    }

    @Test func routesInheritWhatTheyDoNotSay() throws {
        let configuration = try ReadNotifications.valid(
            notifications(
                route: """
                    group_by: [b, a], group_wait: 3s, group_interval: 7s, repeat_interval: 9m,
                    routes: [{matchers: ['severity="critical"'], group_by: ['...'], continue: true,
                    routes: [{matchers: [team=x, 'area=~"y|z"'], group_wait: 0s}]}, {}]
                    """))
        let routes = try #require(configuration.route).flattened
        #expect(routes.map(\.number) == [0, 1, 2, 3])
        #expect(routes.map(\.receiver) == ["oncall", "oncall", "oncall", "oncall"])
        #expect(routes.map(\.groupWait) == [3000, 3000, 0, 3000])
        #expect(routes.map(\.groupInterval) == [7000, 7000, 7000, 7000])
        #expect(routes.map(\.repeatInterval) == [540_000, 540_000, 540_000, 540_000])
        #expect(routes[0].groupBy == .labels(["a", "b"]))
        #expect(routes[1].groupBy == .everyLabel)
        #expect(routes[2].groupBy == .everyLabel)
        #expect(routes.map(\.continues) == [false, true, false, false])
        #expect(
            routes.map(\.key) == [
                "{}", "{}/{severity=\"critical\"}",
                "{}/{severity=\"critical\"}/{area=~\"y|z\",team=\"x\"}", "{}/{}",
            ])
    }

    @Test func eventsAloneNeedNoRoute() throws {
        let configuration = try ReadNotifications.valid(
            """
            notifications:
              receivers:
                - {name: books, event_webhook_configs: [{url_file: /run/url, timeout: 3s}]}
            """)
        #expect(configuration.route == nil)
        #expect(configuration.alertEndpoints.isEmpty)
        #expect(
            configuration.eventEndpoints.map(\.identity) == [
                EndpointIdentity(receiver: "books", integration: "event_webhook", index: 0)
            ])
        #expect(configuration.eventEndpoints.first?.timeoutMilliseconds == 3000)
        #expect(configuration.secretReferences.map(\.value) == [.file("/run/url")])
    }

    @Test(arguments: [
        ("group_interval: 999ms", "notifications.route.group_interval: at least 1s, found 999ms"),
        (
            "repeat_interval: 0s", "notifications.route.repeat_interval: must be longer than 0s"
        ),
        (
            "matchers: [a=b]",
            "notifications.route.matchers: the root route matches every alert; move it to `routes`"
        ),
        (
            "match: {a: b}",
            "notifications.route.match: the root route matches every alert; move it to `routes`"
        ),
        (
            "continue: true",
            "notifications.route.continue: the root route has nothing after it; remove it"
        ),
        (
            "group_by: ['...', a]",
            "notifications.route.group_by: `...` means every label; write it alone"
        ),
        ("group_by: [a, b, a]", "notifications.route.group_by: label `a` is repeated"),
        ("group_by: ['']", "notifications.route.group_by: a label name is empty"),
        (
            "mute_time_intervals: [night]",
            "notifications.route: `mute_time_intervals` is not available in this version; remove it"
        ),
        (
            "active_time_intervals: [day]",
            "notifications.route: `active_time_intervals` is not available in this version; "
                + "remove it"
        ),
        (
            "group_wiat: 1s",
            "field `group_wiat` is not known in `notifications.route`; "
                + "did you mean `group_wait`?"
        ),
        (
            "routes: [{receiver: oncal}]",
            "notifications.route.routes[0].receiver: receiver `oncal` is not defined in "
                + "`notifications.receivers`; did you mean `oncall`?"
        ),
        (
            "routes: [{match: {severity: critical}}]",
            "notifications.route.routes[0]: `match` is not available in this version; "
                + "write matchers: ['severity=\"critical\"']"
        ),
        (
            "routes: [{match_re: {severity: c.*}}]",
            "notifications.route.routes[0]: `match_re` is not available in this version; "
                + "write matchers: ['severity=~\"c.*\"']"
        ),
        (
            "routes: [{matchers: [severity]}]",
            "notifications.route.routes[0].matchers[0]: expected =, !=, =~ or !~ after severity"
        ),
    ])
    func routeMistakesAreNamed(lines: String, message: String) throws {
        let read = try ReadNotifications(notifications(route: lines))
        #expect(read.mistakes.count == 1, "\(read.mistakes)")
        #expect(read.mistakes.first?.hasSuffix(": " + message) == true, "\(read.mistakes)")
        #expect(read.mistakes.first?.hasPrefix("agent.yml:2:") == true)
    }

    @Test(arguments: [
        ("inhibit_rules: []", "`inhibit_rules` is not available in this version; remove it"),
        ("time_intervals: []", "`time_intervals` is not available in this version; remove it"),
        ("tracing: {}", "`tracing` is not available in this version; remove it"),
        ("rout: {receiver: a}", "is not known in `notifications`; did you mean `route`?"),
    ])
    func sectionsThatAreNotServedAreRefused(line: String, message: String) throws {
        let read = try ReadNotifications("notifications:\n  \(line)")
        #expect(read.mistakes.count == 1, "\(read.mistakes)")
        #expect(read.mistakes.first?.hasSuffix(message) == true, "\(read.mistakes)")
    }

    @Test(arguments: [
        "jira_configs", "telegram_configs", "victorops_configs", "opsgenie_configs",
    ])
    func otherIntegrationsAreRefusedByName(key: String) throws {
        let read = try ReadNotifications(
            "notifications:\n  receivers:\n    - {name: a, \(key): [{channel: x}]}")
        #expect(
            read.mistakes.map { String($0.drop { $0 != " " }.dropFirst()) } == [
                "notifications.receivers[0]: `\(key)` is not available in this version; "
                    + "use `webhook_configs`"
            ])
    }

    @Test func alertmanagersKeysAreNotSuggestedForMisspeltOnes() throws {
        let read = try ReadNotifications(
            "notifications: {receivers: [{name: a, webhok_configs: []}]}")
        #expect(read.mistakes.count == 1)
        #expect(read.mistakes.first?.hasSuffix("did you mean `webhook_configs`?") == true)
    }

    @Test func receiversHaveUniqueNames() throws {
        let read = try ReadNotifications(
            "notifications:\n  receivers:\n    - {name: a}\n    - {name: b}\n    - {name: a}\n")
        #expect(
            read.mistakes == [
                "agent.yml:5:14: notifications.receivers[2].name: receiver `a` is repeated; "
                    + "it is first named at agent.yml:3:14"
            ])
    }

    @Test func alertsNeedARouteWithAReceiver() throws {
        let noRoute = try ReadNotifications(
            "notifications: {receivers: [{name: a, webhook_configs: [{url: 'http://localhost'}]}]}")
        #expect(noRoute.configuration == nil)
        #expect(
            noRoute.mistakes.map { $0.hasSuffix("missing required key `route`") } == [true])
        let noReceiver = try ReadNotifications(
            "notifications: {route: {group_wait: 1s, routes: []}, receivers: [{name: a}]}")
        #expect(noReceiver.configuration == nil)
        #expect(
            noReceiver.mistakes.map { $0.hasSuffix("missing required key `receiver`") } == [true])
    }
}
