// What the tests of receivers share.

import ExactJSON
import PositionedYAML
import PromQL
import Testing

@testable import Alerting

/// The configuration of one receiver with these lines, below `receivers[0]`.
func receiver(
    _ lines: String, global: String = "", templates: [String: String] = [:]
) throws -> ReadNotifications {
    let names = templates.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
    var yaml = """
        notifications:
          route: {receiver: oncall}
          templates: [\(names)]
          receivers:
            - name: oncall

        """
    yaml += lines.split(separator: "\n", omittingEmptySubsequences: false)
        .map { "      \($0)\n" }.joined()
    if !global.isEmpty {
        yaml += "  global:\n"
        yaml += global.split(separator: "\n").map { "    \($0)\n" }.joined()
    }
    return try ReadNotifications(yaml) { pattern in
        templates[pattern.value].map { [(pattern.value, $0)] } ?? []
    }
}

/// The only endpoint of such a configuration, which has no error.
func endpoint(
    _ lines: String, global: String = "", templates: [String: String] = [:]
) throws -> EndpointDefinition {
    let read = try receiver(lines, global: global, templates: templates)
    let errors = read.mistakes.filter { !$0.contains("warning") }
    try #require(errors.isEmpty, "\(errors)")
    return try #require(read.configuration?.alertEndpoints.first)
}

/// An alert as the shipped rules raise it.
func usageAlert(
    organization: String = "acme", product: String? = nil, severity: String = "warning",
    endsAt: Int64? = nil, summary: String = "Nearly everything is used.",
    description: String = "acme has used 92.50 % & more. Credits left: 7500. Days: 12."
) -> NotifiableAlert {
    var labels = ["severity": severity]
    labels["product"] = product
    return alert(
        "AICreditsUsageAbove90Percent", organization: organization, startsAt: 1_700_000_000_000,
        endsAt: endsAt, labels: labels,
        annotations: [
            LabelPair(name: "summary", value: summary),
            LabelPair(name: "description", value: description),
            LabelPair(name: "runbook_url", value: "https://docs.example.com/usage"),
        ])
}

func notification(_ alerts: [NotifiableAlert] = [usageAlert()]) -> GroupNotification {
    GroupNotification(
        receiver: "oncall", groupKey: "{}:{organization=\"acme\"}",
        groupLabels: SeriesLabels([LabelPair(name: "organization", value: "acme")]),
        alerts: alerts, externalURL: "https://agent.example.com", reason: .firstNotification,
        now: 1_700_000_060_000)
}

func json(_ rendered: RenderedNotification) throws -> JSONValue {
    try JSONReader.read(rendered.body)
}

/// What a text of a receiver gives on a notification.
func expanded(
    _ text: String, _ notification: GroupNotification = notification(),
    library: TemplateLibrary = .standard, asHTML: Bool = false
) throws -> String {
    let template = try NotificationTemplate(name: "title", source: text, library: library)
    return try template.expand(notification.scene, asHTML: asHTML)
}
