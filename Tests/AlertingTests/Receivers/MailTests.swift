// Mails: headers, parts, encodings.

import Testing

@testable import Alerting

@Suite struct MailTests {
    private static let base =
        "to: 'On call <a@example.com>, b@example.com', "
        + "from: 'Ägent <agent@example.com>', smarthost: 'smtp.example.com:587'"

    private func mail(
        _ more: String = "", _ alerts: [NotifiableAlert] = [usageAlert()]
    ) throws -> String {
        let endpoint = try endpoint("email_configs: [{\(Self.base)\(more)}]")
        let rendered = endpoint.render(notification(alerts))
        #expect(rendered.contentType == "message/rfc822")
        return String(decoding: rendered.body, as: UTF8.self)
    }

    /// Source: RFC 5322 section 3.6, RFC 2046 section 5.1.4, RFC 3834 section 5.
    @Test func aMailHasHeadersAndTwoParts() throws {
        let mail = try mail(", text: 'plain {{ .Status }}', html: '<b>{{ .Status }}</b>'")
        let boundary = try #require(mail.firstMatch(of: /boundary="(=_[0-9a-f]{24})"/)?.1)
        let expected = """
            From: =?utf-8?q?=C3=84gent?= <agent@example.com>
            To: "On call" <a@example.com>,
             b@example.com
            Subject: [FIRING:1] acme: Nearly everything is used.
            Date: Tue, 14 Nov 2023 22:14:20 +0000
            Auto-Submitted: auto-generated
            Mime-Version: 1.0
            Content-Type: multipart/alternative;
             boundary="\(boundary)"

            --\(boundary)
            Content-Transfer-Encoding: quoted-printable
            Content-Type: text/plain; charset=UTF-8

            plain firing
            --\(boundary)
            Content-Transfer-Encoding: quoted-printable
            Content-Type: text/html; charset=UTF-8

            <b>firing</b>
            --\(boundary)--

            """
        #expect(mail == expected.replacing("\n", with: "\r\n"))
    }

    @Test func headersOfTheOperatorAreTakenOver() throws {
        let mail = try mail(
            ", headers: {subject: 'Grüße {{ .Status }}', x-team: credits, To: Undisclosed}")
        #expect(mail.contains("\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe_firing?=\r\n"))
        #expect(mail.contains("\r\nX-Team: credits\r\n"))
        #expect(mail.contains("\r\nTo: Undisclosed\r\n"))
        #expect(!mail.contains("a@example.com>,"))
    }

    @Test func anAlertCannotAddAHeader() throws {
        let evil = usageAlert(summary: "x\r\nBcc: c@example.com\r\n\r\nbody")
        let mail = try mail("", [evil])
        let head = try #require(mail.split(separator: "\r\n\r\n", maxSplits: 1).first)
        #expect(!head.contains("\nBcc"))
        #expect(head.contains("Subject: [FIRING:1] acme: x  Bcc: c@example.com    body"))
    }

    @Test func valuesAreEscapedInHTMLAlone() throws {
        let alert = usageAlert(summary: "<script>", description: "a < b")
        let mail = try mail(", text: '{{ .CommonAnnotations.description }}'", [alert])
        let parts = mail.split(separator: "text/html")
        #expect(parts.first?.contains("a < b") == true)
        #expect(parts.last?.contains("&lt;script&gt;") == true)
        #expect(parts.last?.contains("<script>") == false)
    }

    @Test func theIDOfTheNotificationIsThatOfTheMail() throws {
        guard case .email(let settings) = try endpoint("email_configs: [{\(Self.base)}]").settings
        else {
            Issue.record("no mail")
            return
        }
        let bytes = settings.identified(Array("From: x\r\n".utf8), id: "msg_1")
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == "Message-Id: <msg_1@example.com>\r\nFrom: x\r\n")
    }

    /// Source: RFC 2045 section 6.7 (rules 1 to 5).
    @Test(arguments: [
        ("a=b", "a=3Db"), ("ä", "=C3=A4"), ("a \nb\t\n", "a=20\r\nb=09\r\n"),
        ("a b\r\nc", "a b\r\nc"), ("\r", "=0D"), (".", "."),
        (
            String(repeating: "x", count: 80),
            String(repeating: "x", count: 75) + "=\r\n" + "xxxxx"
        ),
        (
            String(repeating: "x", count: 74) + "ä",
            String(repeating: "x", count: 74) + "=\r\n=C3=A4"
        ),
    ])
    func quotedPrintable(text: String, encoded: String) {
        #expect(String(decoding: MailText.quotedPrintable(text), as: UTF8.self) == encoded)
    }

    /// Source: RFC 2047 section 2 (75 characters a word), RFC 5322 section 2.1.1 (998 a line).
    @Test(arguments: [
        String(repeating: "ä", count: 200), String(repeating: "x", count: 2000),
        String(repeating: "😀 ", count: 300),
    ])
    func longHeadersAreFolded(text: String) {
        let header = MailText.header(text)
        for line in header.split(separator: "\r\n ") {
            #expect(line.utf8.count <= 75)
            #expect(line.hasPrefix("=?utf-8?q?") && line.hasSuffix("?="))
        }
    }
}
