// What the tests of notifications share.

import ExactJSON
import PositionedYAML
import PromQL
import Testing

@testable import Alerting

/// The outcome of reading a text as the top level of agent.yml.
struct ReadNotifications {
    let configuration: NotificationConfiguration?
    let mistakes: [String]

    init(
        _ yaml: String,
        templateFiles: (Positioned<String>) -> [(name: String, text: String)] = { _ in [] }
    ) throws {
        let collector = MistakeCollector()
        let read = try YAMLReader.read(Array(yaml.utf8), file: "agent.yml")
        let node = try #require(read)
        var top = try #require(MappingDecoder(node, field: "", into: collector))
        configuration = NotificationConfiguration.decode(
            from: &top, into: collector, templateFiles: templateFiles)
        top.finish()
        mistakes = collector.list.map(\.description)
    }

    /// The configuration of a text without any mistake.
    static func valid(_ yaml: String) throws -> NotificationConfiguration {
        let read = try ReadNotifications(yaml)
        try #require(read.mistakes.isEmpty, "\(read.mistakes)")
        return try #require(read.configuration)
    }
}

/// One receiver `oncall` under a root route with these lines added.
func notifications(route: String, webhook: String = "") -> String {
    """
    notifications:
      route: {receiver: oncall, \(route)}
      receivers:
        - name: oncall
          webhook_configs: [{url: "https://oncall.example.com/hook", \(webhook)}]
    """
}

func alert(
    _ name: String, order: Int = 0, organization: String = "acme", startsAt: Int64 = 0,
    endsAt: Int64? = nil, labels: [String: String] = [:], annotations: [LabelPair] = []
) -> NotifiableAlert {
    var pairs = labels.map { LabelPair(name: $0.key, value: $0.value) }
    pairs.append(LabelPair(name: "alertname", value: name))
    pairs.append(LabelPair(name: "organization", value: organization))
    return NotifiableAlert(
        ruleIdentity: name, order: order, labels: pairs, annotations: annotations,
        startsAt: startsAt, endsAt: endsAt, generatorURL: "http://localhost/\(name)")
}

/// A draft as a short text: `reason: +A +B -C`, firing with plus, resolved with minus.
func summary(_ draft: NotificationDraft) throws -> String {
    let body = try JSONReader.read(draft.body)
    let alerts = body["alerts"]?.arrayValue ?? []
    let words = alerts.map { alert in
        let sign = alert["status"] == "firing" ? "+" : "-"
        return sign + (alert["labels"]?["alertname"]?.stringValue ?? "?")
    }
    let reason = body["notification_reason"]?.stringValue ?? "?"
    return "\(reason): \(words.joined(separator: " "))"
}

func summaries(_ drafts: [NotificationDraft]) throws -> [String] {
    try drafts.map(summary)
}
