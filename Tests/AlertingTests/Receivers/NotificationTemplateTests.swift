// Alertmanager's template data, methods and functions, and our default texts.

import PromQL
import Testing

@testable import Alerting

@Suite struct NotificationTemplateTests {
    private static let pair = [
        usageAlert(product: "chat"), usageAlert(product: "search", endsAt: 1_700_000_030_000),
    ]

    /// Source: prometheus.io/docs/alerting/latest/notifications (data structures and functions).
    @Test(arguments: [
        (
            "{{ .Status }} {{ .Receiver }} {{ .ExternalURL }}",
            "firing oncall https://agent.example.com"
        ),
        ("{{ .Alerts | len }} {{ .Alerts.Firing | len }} {{ .Alerts.Resolved | len }}", "2 1 1"),
        ("{{ .GroupLabels }} {{ .GroupLabels.organization }}", "organization=acme acme"),
        ("{{ .CommonLabels.SortedPairs.Names | join \",\" }}", "alertname,organization,severity"),
        ("{{ .CommonLabels.Names | join \",\" }}", "alertname,organization,severity"),
        ("{{ .CommonLabels.missing }}|{{ index .CommonLabels \"severity\" }}", "|warning"),
        (
            "{{ with .CommonLabels.Remove .GroupLabels.Names }}{{ .Values | join \" \" }}{{ end }}",
            "AICreditsUsageAbove90Percent warning"
        ),
        (
            "{{ (.CommonLabels.Remove (stringSlice \"alertname\" \"severity\")).SortedPairs }}",
            "organization=acme"
        ),
        (
            "{{ range .CommonLabels.SortedPairs }}{{ .Name }}={{ .Value }};{{ end }}",
            "alertname=AICreditsUsageAbove90Percent;organization=acme;severity=warning;"
        ),
        ("{{ range $k, $v := .GroupLabels }}{{ $k }}:{{ $v }}{{ end }}", "organization:acme"),
        (
            "{{ range .Alerts }}{{ .Labels.product }} {{ .Status }};{{ end }}",
            "chat firing;search resolved;"
        ),
        (
            "{{ range .Alerts.Resolved }}{{ .EndsAt.Sub .StartsAt }} {{ .Annotations.summary }}{{ end }}",
            "30s Nearly everything is used."
        ),
        (
            "{{ (index .Alerts 1).Labels.product }} {{ (index .Alerts.Firing 0).EndsAt.IsZero }}",
            "search true"
        ),
        ("{{ len (slice .Alerts 1) }}", "1"),
        (
            "{{ (index .Alerts 0).Fingerprint | len }} {{ (index .Alerts 0).GeneratorURL }}",
            "16 http://localhost/AICreditsUsageAbove90Percent"
        ),
        ("{{ toUpper \"aB\" }}{{ toLower \"aB\" }}{{ title \"hELLO wORLD\" }}", "ABabHello World"),
        ("{{ trimSpace \"\\t a b\\n\" }}|{{ trimSpace \" \" }}|", "a b||"),
        ("{{ match \"a+\" \"caat\" }} {{ reReplaceAll \"a(.)\" \"$1$1\" \"xab\" }}", "true xbb"),
        ("{{ stringSlice \"a\" \"b\" | join \"-\" }} {{ stringSlice }}", "a-b []"),
        (
            "{{ date \"2006-01-02 15:04:05 MST\" (index .Alerts 0).StartsAt }}",
            "2023-11-14 22:13:20 UTC"
        ),
        (
            "{{ (index .Alerts 0).StartsAt | tz \"Europe/Berlin\" | date \"02 Jan 15:04 -0700\" }}",
            "14 Nov 23:13 +0100"
        ),
        (
            "{{ ((index .Alerts 0).StartsAt | tz \"Asia/Kolkata\").Format \"15:04Z07:00 MST\" }}",
            "03:43+05:30 +0530"
        ),
        (
            "{{ since (index .Alerts 0).StartsAt }} {{ since (index .Alerts 0).StartsAt | humanizeDuration }}",
            "1m0s 1m 0s"
        ),
        ("{{ humanizeDuration 3661 }} {{ .NotificationReason }}", "1h 1m 1s first notification"),
        ("{{ \"<b>\" | safeHtml }} {{ \"a&b\" }}", "<b> a&b"),
        ("plain { text }", "plain { text }"), ("", ""),
    ])
    func dataAndFunctions(text: String, output: String) throws {
        #expect(try expanded(text, notification(Self.pair)) == output)
    }

    @Test(arguments: [
        ("{{ .Nothing }}", "can't evaluate field Nothing in type *template.Data"),
        ("{{ index .Alerts 9 }}", "error calling index"),
        ("{{ tz \"Mars/Base\" (index .Alerts 0).StartsAt }}", "unknown time zone Mars/Base"),
        ("{{ match \"[\" \"a\" }}", "missing closing ]"),
        (
            "{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}",
            "exceeded maximum template depth"
        ),
        ("{{ join \",\" .Status }}", "expected []string; got string"),
    ])
    func failuresSayWhere(text: String, message: String) throws {
        let error = #expect(throws: TemplateExecutionError.self) { try expanded(text) }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix("template: title:1:") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("{{ if }}", "missing value for if"), ("{{ nope . }}", "function \"nope\" not defined"),
        ("{{ query \"up\" }}", "function \"query\" not defined"),
        ("{{ template \"nope\" . }}", "template \"nope\" not defined"),
        (
            "{{ range .Alerts }}{{ if true }}{{ template \"nope\" }}{{ end }}{{ end }}",
            "template \"nope\" not defined"
        ),
    ])
    func whatCannotWorkIsRefusedAtLoad(text: String, message: String) {
        let error = #expect(throws: GoTemplateError.self) {
            try NotificationTemplate(name: "title", source: text, library: .standard)
        }
        #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
    }

    @Test func inHTMLValuesAreEscapedUnlessSaidToBeSafe() throws {
        let text = "<p>{{ .CommonAnnotations.description }}{{ \"<i>\" | safeHtml }}</p>"
        #expect(
            try expanded(text, asHTML: true)
                == "<p>acme has used 92.50 % &amp; more. Credits left: 7500. Days: 12.<i></p>")
    }

    @Test func filesReplaceDefaultsAndErrorsNameTheFile() throws {
        var library = TemplateLibrary.standard
        try library.add(
            name: "mine.tmpl",
            text:
                "{{ define \"__subject\" }}mine{{ end }}\n{{ define \"bad\" }}\n{{ .X.Y }}{{ end }}"
        )
        #expect(
            try expanded("{{ template \"slack.default.title\" . }}", library: library) == "mine")
        let error = #expect(throws: TemplateExecutionError.self) {
            try expanded("{{ template \"bad\" . }}", library: library)
        }
        #expect(error?.message.hasPrefix("template: mine.tmpl:3:") == true)
        #expect(throws: GoTemplateError(message: "template: b.tmpl:1: unexpected EOF")) {
            try library.add(name: "b.tmpl", text: "{{ define \"x\" }}")
        }
    }

    @Test(arguments: DefaultTemplates.all.indices)
    func everyDefaultParses(index: Int) throws {
        var library = TemplateLibrary.standard
        try library.add(name: "default.tmpl", text: DefaultTemplates.all[index])
    }

    @Test(arguments: [
        "slack.default.text", "discord.default.message", "msteamsv2.default.text",
        "pagerduty.default.description", "email.default.text", "email.default.html",
    ])
    func defaultsNameOrganizationFiguresAndLinks(name: String) throws {
        let text = try expanded("{{ template \"\(name)\" . }}")
        for word in ["acme", "92.50 %", "7500", "12"] {
            #expect(text.contains(word), "\(word): \(text)")
        }
        #expect(name.hasPrefix("pagerduty") || text.contains("https://"), "\(text)")
    }

    @Test func everyDefaultExpandsForEveryMixOfAlerts() throws {
        let bare = alert("Bare", organization: "")
        for alerts in [Self.pair, [usageAlert(endsAt: 1)], [bare], [bare, usageAlert()]] {
            for name in TemplateLibrary.standard.names where name.contains(".default.") {
                let isList = name == "pagerduty.default.instances"
                let text = try expanded(
                    "{{ template \"\(name)\" \(isList ? ".Alerts.Firing" : ".") }}",
                    notification(alerts))
                #expect(!text.contains("<no value>"), "\(name): \(text)")
            }
        }
    }

    @Test(arguments: [
        ([usageAlert(product: "chat")], "[FIRING:1] acme / chat: Nearly everything is used."),
        ([usageAlert(endsAt: 1)], "[RESOLVED] acme: Nearly everything is used."),
        (Self.pair, "[FIRING:1] acme: Nearly everything is used."),
        ([usageAlert(summary: "One."), alert("B")], "[FIRING:2] acme: acme"),
    ])
    func theSubjectSaysWhatHappenedToWhom(alerts: [NotifiableAlert], subject: String) throws {
        #expect(try expanded("{{ template \"__subject\" . }}", notification(alerts)) == subject)
    }
}
