// What a receiver's answer means, where the status alone does not say it.

import ExactJSON

/// An answer as the kinds of receivers read it.
package struct ReceiverAnswer: Sendable {
    /// The HTTP status, or the reply code of a mail server.
    package let status: Int
    /// The header `Content-Type`.
    package let contentType: String
    /// The body, or the last line of a mail server.
    package let body: [UInt8]

    /// An answer.
    package init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// Judges the answer.
    ///
    /// - Parameter integration: the kind, as `EndpointIdentity` names it.
    package func verdict(for integration: String) -> ReceiverVerdict {
        switch integration {
        case "slack": slack
        case "discord": discord
        case "msteamsv2": teams
        case "pagerduty", "incidentio": withErrors
        case "email": mail
        default: plain
        }
    }

    private var plain: ReceiverVerdict {
        ReceiverVerdict(outcome: AttemptOutcome.classify(status: status))
    }

    /// Slack refuses with 200 as well: `ok` as text, or `{"ok": true}`, is what counts.
    ///
    /// - Source: docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
    private var slack: ReceiverVerdict {
        guard (200...299).contains(status) else { return described(plain, text) }
        guard contentType.lowercased().hasPrefix("application/json") else {
            if text == "ok" { return plain }
            return ReceiverVerdict(outcome: .retry(.clientError), detail: text)
        }
        if json?["ok"] == true { return plain }
        return ReceiverVerdict(
            outcome: .retry(.clientError), detail: json?["error"]?.stringValue ?? text)
    }

    /// - Source: discord.com/developers/docs/topics/rate-limits (`retry_after`, seconds)
    private var discord: ReceiverVerdict {
        var verdict = described(plain, json?["message"]?.stringValue ?? "")
        if status == 429, let wait = json?["retry_after"]?.numberLexeme.flatMap(Double.init),
            wait > 0, wait < 1e9
        {
            verdict.retryAfterSeconds = Int(wait.rounded(.up))
        }
        return verdict
    }

    /// Connectors of old report a refusal of Teams in the body of a 200.
    ///
    /// - Source: learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/
    ///   connectors-using#rate-limiting-for-connectors
    private var teams: ReceiverVerdict {
        guard (200...299).contains(status), text.contains("returned HTTP error") else {
            return described(plain, "")
        }
        let isLimited = text.contains("HTTP error 429")
        return ReceiverVerdict(
            outcome: .retry(isLimited ? .rateLimited : .serverError), detail: text)
    }

    /// PagerDuty and incident.io say what is wrong with an event.
    private var withErrors: ReceiverVerdict {
        guard !(200...299).contains(status) else { return plain }
        var words = [json?["message"]?.stringValue, json?["error"]?.stringValue].compactMap(\.self)
        words += (json?["errors"]?.arrayValue ?? []).compactMap(\.stringValue)
        return described(plain, words.joined(separator: ": "))
    }

    /// - Source: RFC 5321 section 4.2.1 (2yz done, 4yz later, 5yz no), RFC 4954 section 6 (AUTH)
    private var mail: ReceiverVerdict {
        let outcome: AttemptOutcome =
            switch status {
            case 200...299: .sent
            case 530, 534, 535, 538: .retry(.authError)
            case 400...499: .retry(.serverError)
            case 500...599: .retry(.clientError)
            default: .retry(.other)
            }
        return ReceiverVerdict(outcome: outcome, detail: outcome == .sent ? "" : text)
    }

    private func described(_ verdict: ReceiverVerdict, _ detail: String) -> ReceiverVerdict {
        var verdict = verdict
        if verdict.outcome != .sent { verdict.detail = detail }
        return verdict
    }

    private var json: JSONValue? {
        try? JSONReader.read(body)
    }

    /// The body without white space around it.
    private var text: String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0D).contains($0) }
        var rest = body[...].drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(decoding: rest, as: UTF8.self)
    }
}

/// What becomes of a notification after an answer.
package struct ReceiverVerdict: Sendable, Hashable {
    /// What becomes of it.
    package let outcome: AttemptOutcome
    /// How long the body asks to wait, seconds.
    package var retryAfterSeconds: Int?
    /// The receiver's words, unchecked; may be empty.
    package var detail = ""
}
