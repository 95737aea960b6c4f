// `notifications.global`: what receivers take where they say nothing.

import PositionedYAML

/// Alertmanager's section `global`, as far as its keys are served.
struct GlobalSettings: Sendable {
    /// `http_config`.
    private(set) var client = ClientSettings.standard
    /// `slack_api_url`.
    private(set) var slackURL: EndpointURL?
    /// `pagerduty_url`.
    private(set) var pagerDutyURL = EndpointURL.written(PagerDutySettings.standardURL)
    /// The keys that begin with `smtp_`.
    private(set) var mail = MailDefaults()

    /// No section: Alertmanager's defaults.
    init() {}

    init(decoding mapping: MappingDecoder) {
        var decoder = mapping
        decoder.refuse(RefusedKeys.global)
        if decoder.duration("resolve_timeout") != nil {
            decoder.warning(
                "resolve_timeout", "has no effect: the agent knows when its alerts end; remove it")
        }
        if let client = decoder.mapping("http_config") {
            self.client = ClientSettings(decoding: client)
        }
        slackURL = SecretField.address(&decoder, "slack_api_url", isSecret: true)
        if let url = decoder.string("pagerduty_url") { pagerDutyURL = Self.url(url, decoder) }
        mail = MailDefaults(decoding: &decoder)
        decoder.finish()
    }

    private static func url(_ text: Positioned<String>, _ decoder: MappingDecoder) -> EndpointURL {
        do {
            _ = try WebAddress(text.value)
        } catch {
            decoder.mistake("pagerduty_url", error.message)
        }
        return .written(text.value)
    }
}

/// The defaults of `email_configs`.
struct MailDefaults: Sendable {
    private(set) var from: Positioned<String>?
    private(set) var smarthost: Positioned<String>?
    private(set) var hello: Positioned<String>?
    private(set) var username: String?
    private(set) var password: Positioned<SecretReference>?
    private(set) var secret: Positioned<SecretReference>?
    private(set) var identity: String?
    private(set) var requiresTLS = true
    private(set) var tls: EndpointTLS?

    init() {}

    init(decoding decoder: inout MappingDecoder) {
        from = decoder.string("smtp_from")
        smarthost = decoder.string("smtp_smarthost")
        hello = decoder.string("smtp_hello")
        username = decoder.string("smtp_auth_username")?.value
        password = SecretField.read(&decoder, "smtp_auth_password")
        secret = SecretField.read(&decoder, "smtp_auth_secret")
        identity = decoder.string("smtp_auth_identity")?.value
        requiresTLS = decoder.boolean("smtp_require_tls")?.value ?? true
        tls = decoder.mapping("smtp_tls_config").map(ClientSettings.tls)
    }
}
