// What the answers of each kind mean.

import Testing

@testable import Alerting

@Suite struct ReceiverAnswerTests {
    struct Case: Sendable {
        let kind: String
        let status: Int
        var type = "text/plain"
        let body: String
        let outcome: AttemptOutcome
        var wait: Int?
        var detail = ""
    }

    private static let json = "application/json; charset=utf-8"

    /// Sources: docs.slack.dev (incoming webhooks, errors), discord.com/developers/docs/topics/
    /// rate-limits, developer.pagerduty.com (Events API v2 responses), RFC 5321 section 4.2.
    @Test(arguments: [
        Case(kind: "webhook", status: 200, body: "anything", outcome: .sent),
        Case(kind: "slack", status: 200, body: "ok", outcome: .sent),
        Case(kind: "slack", status: 200, body: "ok\n", outcome: .sent),
        Case(
            kind: "slack", status: 200, body: "no_text", outcome: .retry(.clientError),
            detail: "no_text"),
        Case(kind: "slack", status: 200, body: "", outcome: .retry(.clientError)),
        Case(kind: "slack", status: 200, type: json, body: #"{"ok":true}"#, outcome: .sent),
        Case(
            kind: "slack", status: 200, type: json,
            body: #"{"ok":false,"error":"channel_not_found"}"#, outcome: .retry(.clientError),
            detail: "channel_not_found"),
        Case(
            kind: "slack", status: 200, type: json, body: "<html>",
            outcome: .retry(.clientError), detail: "<html>"),
        Case(
            kind: "slack", status: 404, body: "no_team", outcome: .retry(.clientError),
            detail: "no_team"),
        Case(
            kind: "slack", status: 410, body: "channel_is_archived", outcome: .disableReceiver,
            detail: "channel_is_archived"),
        Case(kind: "discord", status: 204, body: "", outcome: .sent),
        Case(
            kind: "discord", status: 429, type: json,
            body: #"{"message":"limited","retry_after":0.65,"global":false}"#,
            outcome: .retry(.rateLimited), wait: 1, detail: "limited"),
        Case(
            kind: "discord", status: 429, type: json, body: #"{"retry_after":-1e400}"#,
            outcome: .retry(.rateLimited)),
        Case(kind: "msteamsv2", status: 202, body: "", outcome: .sent),
        Case(kind: "msteamsv2", status: 200, body: "1", outcome: .sent),
        Case(
            kind: "msteamsv2", status: 200,
            body: "Microsoft Teams endpoint returned HTTP error 429 with ContextId x",
            outcome: .retry(.rateLimited),
            detail: "Microsoft Teams endpoint returned HTTP error 429 with ContextId x"),
        Case(kind: "pagerduty", status: 202, body: #"{"status":"success"}"#, outcome: .sent),
        Case(
            kind: "pagerduty", status: 400, type: json,
            body:
                #"{"status":"invalid event","message":"Event object is invalid","errors":["a","b"]}"#,
            outcome: .retry(.clientError), detail: "Event object is invalid: a: b"),
        Case(kind: "pagerduty", status: 429, body: "", outcome: .retry(.rateLimited)),
        Case(
            kind: "incidentio", status: 422, type: json, body: #"{"error":"bad"}"#,
            outcome: .retry(.clientError), detail: "bad"),
        Case(kind: "email", status: 250, body: "250 2.0.0 Ok", outcome: .sent),
        Case(
            kind: "email", status: 410, body: "410 x", outcome: .retry(.serverError),
            detail: "410 x"),
        Case(
            kind: "email", status: 451, body: "451 later", outcome: .retry(.serverError),
            detail: "451 later"),
        Case(
            kind: "email", status: 535, body: "535 no", outcome: .retry(.authError),
            detail: "535 no"),
        Case(
            kind: "email", status: 550, body: "550 unknown", outcome: .retry(.clientError),
            detail: "550 unknown"),
    ])
    func answers(_ example: Case) {
        let answer = ReceiverAnswer(
            status: example.status, contentType: example.type, body: Array(example.body.utf8))
        let verdict = answer.verdict(for: example.kind)
        #expect(verdict.outcome == example.outcome)
        #expect(verdict.retryAfterSeconds == example.wait)
        #expect(verdict.detail == example.detail)
    }
}
