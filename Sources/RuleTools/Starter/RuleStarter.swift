// Writes a first rule file from a few answers, commented for the person who will edit it.

import PromQL

/// What the person wants to be told.
package struct RuleStarter: Sendable {
    /// Percentages of the base allocation; each gets an alert.
    package var thresholds: [Int]
    /// How many times the mean of the seven days before a day is a spike; nil for no alert.
    package var spikeFactor: Double?
    /// Whether to warn when the limit would be reached before the reset.
    package var warnsOfRunOut: Bool
    /// Whether to warn when a source is down or usage is stale.
    package var watchesSources: Bool
    /// Labels that every alert gets, for routing.
    package var labels: [(name: String, value: String)]
    /// Beginning of the alerts' links to instructions; nil for none.
    package var runbook: String?

    /// The answers' defaults.
    package init() {
        thresholds = [75, 90, 100]
        spikeFactor = 3
        warnsOfRunOut = true
        watchesSources = true
        labels = []
    }

    /// One alert of the file.
    private struct Alert {
        let name: String
        let remark: String
        let condition: String
        var holdFor = "0s"
        let severity: String
        let summary: String
        let description: String
    }

    /// The rule file.
    package var text: String {
        var lines = [
            "# Alerts of ai-credits-agent: a plain Prometheus rule file.",
            "#",
            "# Check it with `ai-credits-agent check`, see what it would have raised with",
            "# `ai-credits-agent rules backtest --since 30d`, and name it under `rule_files`.",
            "# A Prometheus that scrapes the agent can load it unchanged.", "",
            "groups:",
            "  - name: ai-credits",
            "    rules:",
        ]
        for alert in alerts { lines += self.lines(of: alert) }
        return lines.map { $0 + "\n" }.joined()
    }

    private func lines(of alert: Alert) -> [String] {
        var lines = [
            "      # \(alert.remark)", "      - alert: \(alert.name)",
            "        expr: \(alert.condition)",
        ]
        if alert.holdFor != "0s" { lines.append("        for: \(alert.holdFor)") }
        lines += ["        labels:", "          severity: \(alert.severity)"]
        lines += labels.map { "          \($0.name): \(Self.quoted($0.value))" }
        lines += [
            "        annotations:", "          summary: \(Self.quoted(alert.summary))",
            "          description: >-", "            \(alert.description)",
        ]
        if let runbook {
            lines.append("          runbook_url: \(Self.quoted(runbook + alert.name))")
        }
        return lines + [""]
    }

    private var alerts: [Alert] {
        var alerts = Set(thresholds).sorted().map(threshold)
        alerts.append(
            Alert(
                name: "AICreditsLimitBlocked", remark: "The limit blocks: nothing more is allowed.",
                condition: "max by (organization) (ai_credits_limit_blocked) == 1",
                severity: "critical", summary: "The credit limit blocks an organization.",
                description: "{{ $labels.organization }} has reached its limit; raise it with "
                    + "`ai-credits-agent limit set`, or wait for the reset."))
        if warnsOfRunOut { alerts.append(Self.runOut) }
        if let spikeFactor { alerts.append(Self.spike(spikeFactor)) }
        if watchesSources { alerts += Self.sources }
        return alerts
    }

    private func threshold(_ percent: Int) -> Alert {
        Alert(
            name: "AICreditsUsageAbove\(percent)Percent",
            remark: "At least \(percent) % of the month's base allocation; exactly counts.",
            condition: "max by (organization) (ai_credits_usage_percent) >= \(percent)",
            severity: percent < 90 ? "info" : "warning",
            summary: "An organization has used at least \(percent) % of its credits.",
            description: "{{ $labels.organization }} has used {{ printf \"%.2f\" $value }} % of "
                + "this month's base allocation.")
    }

    private static let runOut = Alert(
        name: "AICreditsRunOutBeforeReset",
        remark: "At this month's pace the limit is reached before the month ends.",
        condition: "max by (organization) (ai_credits_run_out_timestamp_seconds)\n"
            + "          < max by (organization) (ai_credits_period_reset_timestamp_seconds)",
        holdFor: "1h", severity: "warning",
        summary: "An organization runs out of credits before the reset.",
        description: "{{ $labels.organization }} reaches its limit at "
            + "{{ $value | humanizeTimestamp }} at the present pace.")

    private static func spike(_ factor: Double) -> Alert {
        let times = GoFloat.general(factor)
        let family = "ai_credits_daily_used_credits"
        let today =
            "max by (organization, product) (ai_credits_product_used_credits\n"
            + "            - (ai_credits_product_used_credits offset 1d))"
        return Alert(
            name: "AICreditsUsageSpike",
            remark: "The last day's use is more than \(times) times the mean of all days shown.",
            condition: "\(today)\n          > \(times) * avg by (organization, product) (\(family))"
                + " > 0",
            holdFor: "15m", severity: "info", summary: "A product uses far more than usual.",
            description: "{{ $labels.product }} of {{ $labels.organization }} has used "
                + "{{ printf \"%.0f\" $value }} credits within a day, more than \(times) times its mean."
        )
    }

    private static let sources = [
        Alert(
            name: "AICreditsSourceDown", remark: "The last polls of a source failed.",
            condition: "max by (organization, source) (ai_credits_source_up) == 0",
            holdFor: "10m", severity: "warning", summary: "A usage source cannot be read.",
            description: "Polls of {{ $labels.source }} of {{ $labels.organization }} have failed "
                + "for 10 minutes."),
        Alert(
            name: "AICreditsUsageStale", remark: "Usage is unknown: figures may be too low.",
            condition: "max by (organization) (ai_credits_usage_stale) == 1",
            holdFor: "5m", severity: "warning", summary: "The usage of an organization is unknown.",
            description: "No source of {{ $labels.organization }} was read for too long."),
    ]

    /// A text as YAML writes it for certain.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            + "'"
    }
}
