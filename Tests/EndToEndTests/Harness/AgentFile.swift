// Texts of agent.yml.

import Crypto
import Foundation

/// Pieces of configurations.
enum AgentFile {
    static let signingSecret = "whsec_ZW5kLXRvLWVuZC1zaWduaW5nLXNlY3JldC0wMDAx"

    /// The hash of a token, as `api_tokens` has it.
    static func sha256(of token: String) -> String {
        SHA256.hash(data: Array(token.utf8)).map { byte in
            String(format: "%02x", byte)
        }.joined()
    }

    static func organization(_ id: String, base: String, _ more: String = "") -> String {
        "  - {id: \(id), time_zone: \(SafeZone.identifier), base_allocation: \(base)\(more)}\n"
    }

    /// A source of the cursor API; small pages, so that there are several.
    static func source(
        _ id: String, of organization: String, at url: String, every: String = "100ms",
        deadline: String = "3s", more: String = ""
    ) -> String {
        """
          - id: \(id)
            organization: \(organization)
            every: \(every)
            poll_deadline: \(deadline)
        \(more)    request:
              url: "\(url)?from={window.start:date}&to={window.end:date}&page_size=2"
              auth: {bearer: {env: USAGE_TOKEN}}
            paginate: {kind: cursor, next: "$.next_cursor", more: "$.has_more", into: query.cursor}
            map: {rows: "$.usage[*]", day: "$.date", product: "$.product", credits: "$.credits"}

        """
    }

    static func notifications(_ simulator: Simulator) -> String {
        """
        notifications:
          route:
            {receiver: oncall, group_by: [alertname, organization], group_interval: 1s}
          receivers:
            - name: oncall
              webhook_configs:
                - {url: "\(simulator.url)/sink/oncall", signing_secret: {env: HOOK_SECRET}}
              event_webhook_configs:
                - {url: "\(simulator.url)/sink/events", signing_secret: {env: HOOK_SECRET}}

        """
    }

    static func text(
        organizations: String, sources: String = "", ledger: String = "ledger.db",
        notifications: String = "", more: String = "", hasRules: Bool = true
    ) -> String {
        let rules = hasRules ? "rule_files: [\"\(Programs.alertRules.path())\"]\n" : ""
        return """
            ledger: {url: "\(ledger.contains("://") ? ledger : "sqlite:" + ledger)"}
            organizations:
            \(organizations)\(sources.isEmpty ? "" : "sources:\n\(sources)")\(rules)\
            evaluation_interval: 1s
            \(notifications)\(more)
            """
    }
}
