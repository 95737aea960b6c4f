// The texts of notifications where the configuration says nothing, under Alertmanager's names, so
// that a template file can replace each of them.

enum DefaultTemplates {
    /// Every text with definitions.
    static let all = [common, list, chat, pager, mail]

    /// Who speaks, where it is found, and one line that says what happened to whom.
    private static let common = #"""
        {{ define "__alertmanager" }}AI credits agent{{ end }}
        {{ define "__alertmanagerURL" }}{{ .ExternalURL }}{{ end }}
        {{ define "__whom" }}{{ with .organization }}{{ . }}{{ with $.product }} / {{ . }}\#
        {{ end }}: {{ end }}{{ end }}
        {{ define "__what" }}{{ with .CommonAnnotations.summary }}{{ . }}{{ else }}\#
        {{ with .GroupLabels.SortedPairs.Values }}{{ . | join " " }}{{ else }}\#
        {{ len .Alerts }} alert{{ if gt (len .Alerts) 1 }}s{{ end }}{{ end }}{{ end }}\#
        {{ end }}
        {{ define "__subject" }}[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:\#
        {{ .Alerts.Firing | len }}{{ end }}] {{ template "__whom" .CommonLabels }}\#
        {{ template "__what" . }}{{ end }}
        {{ define "__description" }}{{ end }}
        """#

    /// Every alert with its description: percentage, credits left and days until the reset stand
    /// in the descriptions of the shipped alerts.
    private static let list = #"""
        {{ define "__text_alert" }}{{ template "__whom" .Labels }}\#
        {{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}
        {{ with .Annotations.description }}{{ . }}
        {{ end }}{{ .Labels.alertname }}{{ with .Labels.severity }}, {{ . }}\#
        {{ end }}, since {{ date "2006-01-02 15:04:05 MST" .StartsAt }}\#
        {{ if eq .Status "resolved" }}, ended {{ date "2006-01-02 15:04:05 MST" .EndsAt }}\#
        {{ end }}
        {{ with .Annotations.runbook_url }}Runbook: {{ . }}
        {{ end }}{{ with .GeneratorURL }}Source: {{ . }}
        {{ end }}{{ end }}
        {{ define "__text_alert_list" }}{{ range $index, $alert := . }}{{ if $index }}
        {{ end }}{{ template "__text_alert" $alert }}{{ end }}{{ end }}
        {{ define "__text_alerts" }}{{ if gt (len .Alerts.Firing) 0 }}Firing:
        {{ template "__text_alert_list" .Alerts.Firing }}{{ end }}\#
        {{ if gt (len .Alerts.Resolved) 0 }}{{ if gt (len .Alerts.Firing) 0 }}
        {{ end }}Resolved:
        {{ template "__text_alert_list" .Alerts.Resolved }}{{ end }}{{ end }}
        """#

    /// Slack wants `&`, `<` and `>` escaped, and has its own links.
    ///
    /// - Source: docs.slack.dev/messaging/formatting-message-text
    private static let chat = #"""
        {{ define "__slack_text" }}\#
        {{ . | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}\#
        {{ end }}
        {{ define "__slack_whom" }}{{ with .organization }}*{{ template "__slack_text" . }}*\#
        {{ with $.product }} / {{ template "__slack_text" . }}{{ end }}: {{ end }}{{ end }}
        {{ define "__slack_alerts" }}{{ range . }}{{ template "__slack_whom" .Labels }}\#
        {{ with .Annotations.description }}{{ template "__slack_text" . }}{{ else }}\#
        {{ with .Annotations.summary }}{{ template "__slack_text" . }}{{ else }}\#
        {{ template "__slack_text" .Labels.alertname }}{{ end }}{{ end }}\#
        {{ with .Annotations.runbook_url }} <{{ . }}|Runbook>{{ end }}
        {{ end }}{{ end }}
        {{ define "slack.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "slack.default.username" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "slack.default.fallback" }}{{ template "slack.default.title" . }} | \#
        {{ template "slack.default.titlelink" . }}{{ end }}
        {{ define "slack.default.callbackid" }}{{ end }}
        {{ define "slack.default.pretext" }}{{ end }}
        {{ define "slack.default.titlelink" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "slack.default.iconemoji" }}{{ end }}
        {{ define "slack.default.iconurl" }}{{ end }}
        {{ define "slack.default.text" }}{{ template "__slack_alerts" .Alerts.Firing }}\#
        {{ if gt (len .Alerts.Resolved) 0 }}{{ if gt (len .Alerts.Firing) 0 }}Resolved:
        {{ end }}{{ template "__slack_alerts" .Alerts.Resolved }}{{ end }}{{ end }}
        {{ define "slack.default.footer" }}{{ end }}
        {{ define "discord.default.content" }}{{ end }}
        {{ define "discord.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "discord.default.message" }}{{ template "__text_alerts" . }}
        {{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "msteamsv2.default.title" }}{{ template "__subject" . }}{{ end }}
        {{ define "__teams_alerts" }}{{ range . }}{{ with .Labels.organization }}**{{ . }}**\#
        {{ end }}{{ with .Labels.product }} / {{ . }}{{ end }} \#
        {{ with .Annotations.summary }}{{ . }}{{ else }}{{ .Labels.alertname }}{{ end }}

        {{ with .Annotations.description }}{{ . }}

        {{ end }}{{ with .Annotations.runbook_url }}[Runbook]({{ . }}){{ end }}\#
        {{ with .GeneratorURL }} [Source]({{ . }}){{ end }}

        {{ end }}{{ end }}
        {{ define "msteamsv2.default.text" }}{{ template "__teams_alerts" .Alerts.Firing }}\#
        {{ if gt (len .Alerts.Resolved) 0 }}Resolved:

        {{ template "__teams_alerts" .Alerts.Resolved }}{{ end }}[\#
        {{ template "__alertmanager" . }}]({{ template "__alertmanagerURL" . }}){{ end }}
        """#

    private static let pager = #"""
        {{ define "pagerduty.default.description" }}{{ template "__subject" . }}\#
        {{ with .CommonAnnotations.description }} {{ . }}{{ end }}{{ end }}
        {{ define "pagerduty.default.client" }}{{ template "__alertmanager" . }}{{ end }}
        {{ define "pagerduty.default.clientURL" }}{{ template "__alertmanagerURL" . }}{{ end }}
        {{ define "pagerduty.default.instances" }}{{ template "__text_alert_list" . }}{{ end }}
        """#

    private static let mail = #"""
        {{ define "email.default.subject" }}{{ template "__subject" . }}{{ end }}
        {{ define "email.default.text" }}{{ template "__text_alerts" . }}
        {{ template "__alertmanager" . }}: {{ template "__alertmanagerURL" . }}
        {{ end }}
        {{ define "__email_alert" }}<h3 style="margin:16px 0 4px">\#
        {{ template "__whom" .Labels }}{{ with .Annotations.summary }}{{ . }}{{ else }}\#
        {{ .Labels.alertname }}{{ end }}</h3>
        {{ with .Annotations.description }}<p style="margin:4px 0">{{ . }}</p>
        {{ end }}<p style="margin:4px 0;color:#555">{{ .Labels.alertname }}\#
        {{ with .Labels.severity }}, {{ . }}{{ end }}, since \#
        {{ date "2006-01-02 15:04:05 MST" .StartsAt }}{{ if eq .Status "resolved" }}, ended \#
        {{ date "2006-01-02 15:04:05 MST" .EndsAt }}{{ end }}\#
        {{ with .Annotations.runbook_url }} &middot; <a href="{{ . }}">Runbook</a>{{ end }}\#
        {{ with .GeneratorURL }} &middot; <a href="{{ . }}">Source</a>{{ end }}</p>
        {{ end }}
        {{ define "email.default.html" }}<!DOCTYPE html>
        <html lang="en">
        <head><meta charset="UTF-8"><title>{{ template "__subject" . }}</title></head>
        <body style="font-family:sans-serif;font-size:14px;line-height:1.5;color:#222">
        <h2 style="margin:0 0 8px">{{ template "__subject" . }}</h2>
        {{ range .Alerts.Firing }}{{ template "__email_alert" . }}{{ end }}\#
        {{ if gt (len .Alerts.Resolved) 0 }}<h2 style="margin:24px 0 8px">Resolved</h2>
        {{ range .Alerts.Resolved }}{{ template "__email_alert" . }}{{ end }}\#
        {{ end }}<p style="margin-top:24px"><a href="{{ template "__alertmanagerURL" . }}">\#
        {{ template "__alertmanager" . }}</a></p>
        </body>
        </html>
        {{ end }}
        """#
}
