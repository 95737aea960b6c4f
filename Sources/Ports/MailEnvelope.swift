// What a mail server is told beside the mail itself.

/// Who sends a mail to whom, and how.
package struct MailEnvelope: Sendable, Hashable {
    /// The sender's address, without angle brackets.
    package let sender: String
    /// The recipients' addresses, without angle brackets; at least one.
    package let recipients: [String]
    /// The name that the server is greeted with.
    package let hello: String
    /// Whether a server without STARTTLS is refused; false: TLS is not used but over `smtps`.
    package let requiresTLS: Bool
    /// Who logs in; nil: nobody.
    package let login: MailLogin?

    /// An envelope.
    package init(
        sender: String, recipients: [String], hello: String, requiresTLS: Bool, login: MailLogin?
    ) {
        self.sender = sender
        self.recipients = recipients
        self.hello = hello
        self.requiresTLS = requiresTLS
        self.login = login
    }
}

/// Credentials for a mail server; never logged.
package struct MailLogin: Sendable, Hashable {
    /// The user's name.
    package let user: String
    /// The password, or the shared secret of CRAM-MD5.
    package let password: String
    /// On whose behalf the user logs in; may be empty.
    package let identity: String
    /// Whether the password is the secret of CRAM-MD5; else PLAIN or LOGIN is used.
    package let usesChallenge: Bool

    /// Credentials of a user.
    package init(user: String, password: String, identity: String, usesChallenge: Bool) {
        self.user = user
        self.password = password
        self.identity = identity
        self.usesChallenge = usesChallenge
    }
}
