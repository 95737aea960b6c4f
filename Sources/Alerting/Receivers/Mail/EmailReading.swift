// Reads `email_configs`, with `notifications.global` where it says nothing.

import PositionedYAML
import PromQL

struct EmailReading {
    /// What is written by us alone.
    private static let ownHeaders = [
        "Content-Type", "Content-Transfer-Encoding", "Mime-Version", "Date", "Message-Id",
    ]

    let defaults: MailDefaults
    let templates: TemplateFields

    func read(_ decoder: inout MappingDecoder) -> EmailSettings? {
        let recipients = addresses(&decoder, "to", decoder.string("to"))
        let from = addresses(&decoder, "from", decoder.string("from") ?? defaults.from)
        let server = server(&decoder)
        let hello = hello(&decoder)
        let username = decoder.string("auth_username")?.value ?? defaults.username
        let identity = decoder.string("auth_identity")?.value ?? defaults.identity ?? ""
        let (password, usesChallenge) = password(&decoder, username: username)
        let requiresTLS = decoder.boolean("require_tls")?.value ?? defaults.requiresTLS
        let headers = headers(&decoder)
        let html = templates.read(
            &decoder, "html", #"{{ template "email.default.html" . }}"#)
        let text = templates.read(
            &decoder, "text", #"{{ template "email.default.text" . }}"#)
        guard let recipients, let from, let server else { return nil }
        guard from.count == 1 else {
            decoder.mistake("from", "expected exactly one address")
            return nil
        }
        let isEncrypted = requiresTLS || server.port == 465
        if password != nil, !isEncrypted, !Self.isLoopback(server.host) {
            decoder.warning("require_tls", "the password goes over a connection without TLS")
        }
        return EmailSettings(
            host: server.host, port: server.port, requiresTLS: requiresTLS, hello: hello,
            from: from[0], recipients: recipients, username: username, password: password,
            usesChallenge: usesChallenge, identity: identity, headers: headers, text: text,
            html: html)
    }

    private func addresses(
        _ decoder: inout MappingDecoder, _ key: String, _ text: Positioned<String>?
    ) -> [MailAddress]? {
        guard let text else {
            let other = key == "from" ? ", or `smtp_from` in `notifications.global`" : ""
            decoder.mistakes.add(
                "\(decoder.field): missing required key `\(key)`\(other)", at: decoder.position)
            return nil
        }
        let field = decoder.field(of: key)
        guard !text.value.contains("{{") else {
            decoder.mistakes.add(
                "\(field): an address is no template: alerts must not choose where they go",
                at: text.position)
            return nil
        }
        guard let addresses = MailAddress.list(text.value) else {
            decoder.mistakes.add(
                "\(field): expected mail addresses such as alice@example.com, found "
                    + GoText.quoted(text.value), at: text.position)
            return nil
        }
        return addresses
    }

    private func server(_ decoder: inout MappingDecoder) -> (host: String, port: Int)? {
        guard let text = decoder.string("smarthost") ?? defaults.smarthost else {
            decoder.mistakes.add(
                "\(decoder.field): missing required key `smarthost`, or `smtp_smarthost` in "
                    + "`notifications.global`", at: decoder.position)
            return nil
        }
        // An authority is checked like that of any address.
        guard let address = try? WebAddress("http://\(text.value)"), let port = address.port,
            !text.value.contains(where: { "/?#".contains($0) })
        else {
            decoder.mistakes.add(
                "\(decoder.field(of: "smarthost")): expected host and port such as "
                    + "smtp.example.com:587, found \(GoText.quoted(text.value))",
                at: text.position)
            return nil
        }
        return (address.host, port)
    }

    private func hello(_ decoder: inout MappingDecoder) -> String {
        guard let text = decoder.string("hello") ?? defaults.hello else { return "localhost" }
        // It becomes the path of libcurl's address.
        let isName = text.value.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "-._[]:".utf8.contains(byte)
        }
        guard isName, !text.value.isEmpty, text.value.utf8.count <= 255 else {
            decoder.mistakes.add(
                "\(decoder.field(of: "hello")): expected a host name", at: text.position)
            return "localhost"
        }
        return text.value
    }

    private func password(
        _ decoder: inout MappingDecoder, username: String?
    ) -> (Positioned<SecretReference>?, usesChallenge: Bool) {
        let password = SecretField.read(&decoder, "auth_password")
        let secret = SecretField.read(&decoder, "auth_secret")
        let reference = password ?? secret ?? defaults.password ?? defaults.secret
        if username != nil, reference == nil {
            decoder.mistakes.add(
                "\(decoder.field): `auth_username` needs `auth_password` (or `auth_secret`)",
                at: decoder.position)
        }
        let isSecret = password == nil && (secret != nil || defaults.password == nil)
        return (username == nil ? nil : reference, reference != nil && isSecret)
    }

    private func headers(_ decoder: inout MappingDecoder) -> [NamedTemplate] {
        var found: [NamedTemplate] = []
        for header in templates.map(&decoder, "headers") {
            let name = Self.canonical(header.name)
            if !Self.isHeaderName(name) {
                decoder.mistake("headers", "\(GoText.quoted(header.name)) is no header name")
            } else if Self.ownHeaders.contains(name) {
                decoder.mistake("headers", "`\(name)` is written by the agent; remove it")
            } else if found.contains(where: { $0.name == name }) {
                decoder.mistake("headers", "`\(name)` is written twice")
            } else {
                found.append(NamedTemplate(name: name, template: header.template))
            }
        }
        if !found.contains(where: { $0.name == "Subject" }) {
            let subject = NotificationTemplate(
                builtIn: #"{{ template "email.default.subject" . }}"#,
                name: decoder.field(of: "headers.Subject"), library: templates.library)
            found.append(NamedTemplate(name: "Subject", template: subject))
        }
        return found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// `subject` as `Subject`, `x-team` as `X-Team`.
    private static func canonical(_ name: String) -> String {
        name.split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
            .joined(separator: "-")
    }

    private static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 76
            && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    }

    private static func isLoopback(_ host: String) -> Bool {
        let name = host.contains(":") ? "[\(host)]" : host
        return (try? WebAddress("http://\(name)"))?.isLoopback ?? false
    }
}
