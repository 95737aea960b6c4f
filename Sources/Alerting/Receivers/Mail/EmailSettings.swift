// `email_configs`: a mail with a text and an HTML part.
//
// 1. The body that is kept holds no `Message-Id`: it is made from the notification's id and added
//    to each attempt, so that it is always the same.
// 2. Sender and recipients are what the operator wrote: alerts cannot choose them.

import Crypto
import PositionedYAML

/// The settings of a mail receiver.
///
/// - Source: alertmanager config/notifiers.go (EmailConfig), notify/email/email.go
package struct EmailSettings: Sendable, Hashable {
    /// The most characters of a subject; lines of mail have at most 998.
    static let maximumSubject = 998

    /// Host of the server, an IPv6 address without brackets.
    package let host: String
    /// Port of the server.
    package let port: Int
    /// Whether a connection without STARTTLS is refused; port 465 speaks TLS from the start.
    package let requiresTLS: Bool
    /// What the server is greeted with.
    package let hello: String
    /// The sender.
    package let from: MailAddress
    /// The recipients, at least one.
    package let recipients: [MailAddress]
    /// Who logs in; nil: nobody.
    package let username: String?
    /// The password, or the shared secret of CRAM-MD5.
    package let password: Positioned<SecretReference>?
    /// Whether `password` is the secret of CRAM-MD5.
    package let usesChallenge: Bool
    /// On whose behalf the user logs in; may be empty.
    package let identity: String
    let headers: [NamedTemplate]
    let text: NotificationTemplate
    let html: NotificationTemplate

    /// Whether TLS begins with the first byte.
    package var isEncryptedFromStart: Bool { port == 465 }

    /// The server's address as libcurl takes it.
    var address: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(isEncryptedFromStart ? "smtps" : "smtp")://\(name):\(port)"
    }

    func render(_ notification: GroupNotification) -> RenderedNotification {
        var desk = TemplateDesk(notification)
        var lines: [String] = []
        func add(_ name: String, _ value: String) { lines.append("\(name): \(value)\r\n") }
        for (name, standard) in [
            ("From", MailText.header(from)),
            ("To", recipients.map(MailText.header).joined(separator: ",\r\n ")),
        ] where !headers.contains(where: { $0.name == name }) { add(name, standard) }
        for header in headers {
            let value = desk.text(header.template, atMost: Self.maximumSubject)
            add(header.name, MailText.header(value))
        }
        let date = GoTime(milliseconds: notification.now)
        add("Date", date.format("Mon, 02 Jan 2006 15:04:05 -0700"))
        if !headers.contains(where: { $0.name == "Auto-Submitted" }) {
            add("Auto-Submitted", "auto-generated")
        }
        add("Mime-Version", "1.0")
        let parts = parts(&desk)
        let boundary = Self.boundary(parts)
        add("Content-Type", "multipart/alternative;\r\n boundary=\"\(boundary)\"")
        var body = Array(lines.joined().utf8) + [0x0D, 0x0A]
        for part in parts {
            body += Array("--\(boundary)\r\nContent-Transfer-Encoding: quoted-printable\r\n".utf8)
            body += Array("Content-Type: \(part.type); charset=UTF-8\r\n\r\n".utf8)
            body += part.bytes + [0x0D, 0x0A]
        }
        body += Array("--\(boundary)--\r\n".utf8)
        return RenderedNotification(
            contentType: "message/rfc822", body: body, remarks: desk.remarks)
    }

    /// The part that is preferred comes last.
    ///
    /// - Source: RFC 2046 section 5.1.4
    private func parts(_ desk: inout TemplateDesk) -> [(type: String, bytes: [UInt8])] {
        var parts: [(type: String, bytes: [UInt8])] = []
        if !text.isEmpty || html.isEmpty {
            parts.append(("text/plain", MailText.quotedPrintable(desk.text(text))))
        }
        if !html.isEmpty {
            let markup = desk.text(html, asHTML: true)
            parts.append(("text/html", MailText.quotedPrintable(markup)))
        }
        return parts
    }

    /// `=_` never stands in quoted-printable, so no part can hold the boundary.
    private static func boundary(_ parts: [(type: String, bytes: [UInt8])]) -> String {
        var hash = SHA256()
        for part in parts { hash.update(data: part.bytes) }
        let digits = hash.finalize().prefix(12).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        return "=_" + digits.joined()
    }

    /// A mail with its `Message-Id`, ready to be sent.
    ///
    /// - Parameter id: the notification's id, which all attempts share.
    package func identified(_ body: [UInt8], id: String) -> [UInt8] {
        Array("Message-Id: <\(id)@\(from.domain)>\r\n".utf8) + body
    }
}
