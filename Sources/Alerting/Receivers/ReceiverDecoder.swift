// Reads the integrations of a receiver: a block that works in Alertmanager works here, or the key
// that does not is refused by name.

import PositionedYAML

struct ReceiverDecoder {
    static let kinds = [
        "webhook", "slack", "pagerduty", "discord", "msteamsv2", "incidentio", "email",
    ]
    private static let standardTimeout: Int64 = 15_000
    private static let standardMailTimeout: Int64 = 30_000
    private static let longestTimeout: Int64 = 300_000
    private static let mostAlerts = 1_000_000

    let global: GlobalSettings
    let templates: TemplateFields

    /// All integrations that take alerts, kind by kind.
    func integrations(
        _ receiver: inout MappingDecoder, of name: String?
    ) -> [EndpointDefinition] {
        var found: [EndpointDefinition] = []
        for kind in Self.kinds {
            for (index, entry) in (receiver.mappings("\(kind)_configs") ?? []).enumerated() {
                var decoder = entry
                let identity = EndpointIdentity(
                    receiver: name ?? "", integration: kind, index: index)
                if let endpoint = endpoint(&decoder, identity) { found.append(endpoint) }
            }
        }
        return found
    }

    private func endpoint(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity
    ) -> EndpointDefinition? {
        switch identity.integration {
        case "slack": slack(&decoder, identity)
        case "pagerduty": pagerDuty(&decoder, identity)
        case "discord": discord(&decoder, identity)
        case "msteamsv2": teams(&decoder, identity)
        case "incidentio": incidentIO(&decoder, identity)
        case "email": email(&decoder, identity)
        default: EndpointDecoder.webhook(&decoder, identity, global.client)
        }
    }

    private func slack(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity
    ) -> EndpointDefinition? {
        decoder.refuse(RefusedKeys.slack)
        let isWritten = SecretField.isWritten(&decoder, "api_url")
        let own = SecretField.address(&decoder, "api_url", isSecret: true)
        if !isWritten, global.slackURL == nil {
            SecretField.missing(decoder, "api_url", or: "slack_api_url")
        }
        let settings = SlackSettings(decoding: &decoder, templates)
        return finish(
            &decoder, identity, url: isWritten ? own : global.slackURL, .slack(settings),
            sendsResolved: false)
    }

    private func pagerDuty(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity
    ) -> EndpointDefinition? {
        decoder.refuse(RefusedKeys.pagerDuty)
        let isWritten = decoder.node("url") != nil
        let own = SecretField.address(&decoder, "url")
        let settings = PagerDutySettings(decoding: &decoder, templates)
        return finish(
            &decoder, identity, url: isWritten ? own : global.pagerDutyURL,
            settings.map(IntegrationSettings.pagerDuty))
    }

    private func discord(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity
    ) -> EndpointDefinition? {
        let url = requiredAddress(&decoder, "webhook_url")
        let settings = DiscordSettings(decoding: &decoder, templates)
        return finish(&decoder, identity, url: url, .discord(settings))
    }

    private func teams(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity
    ) -> EndpointDefinition? {
        let url = requiredAddress(&decoder, "webhook_url")
        let settings = TeamsSettings(decoding: &decoder, templates)
        return finish(&decoder, identity, url: url, .teams(settings))
    }

    private func incidentIO(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity
    ) -> EndpointDefinition? {
        decoder.refuse(RefusedKeys.incidentIO)
        let url = requiredAddress(&decoder, "url")
        let token = SecretField.read(&decoder, "alert_source_token")
        let maxAlerts = decoder.integer("max_alerts", in: 0...Self.mostAlerts)?.value ?? 0
        return finish(
            &decoder, identity, url: url, .incidentIO, maxAlerts: maxAlerts,
            token: token.map { .header(type: "Bearer", credentials: $0) },
            tokenKey: "alert_source_token")
    }

    private func email(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity
    ) -> EndpointDefinition? {
        decoder.refuse(RefusedKeys.email)
        let reading = EmailReading(defaults: global.mail, templates: templates)
        let settings = reading.read(&decoder)
        var client = ClientSettings.standard
        client.tls = decoder.mapping("tls_config").map(ClientSettings.tls) ?? global.mail.tls
        let resolved = decoder.boolean("send_resolved")?.value ?? false
        let timeout = Self.timeout(&decoder, standard: Self.standardMailTimeout)
        decoder.finish()
        guard let settings else { return nil }
        return EndpointDefinition(
            identity: identity, position: decoder.position, url: .written(settings.address),
            signingSecrets: [], client: client, timeoutMilliseconds: timeout,
            sendResolved: resolved, maxAlerts: 0,
            settings: .email(settings))
    }

    private func requiredAddress(_ decoder: inout MappingDecoder, _ key: String) -> EndpointURL? {
        if !SecretField.isWritten(&decoder, key) { SecretField.missing(decoder, key) }
        return SecretField.address(&decoder, key, isSecret: true)
    }

    /// Reads what all kinds over HTTP share.
    private func finish(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity, url: EndpointURL?,
        _ settings: IntegrationSettings?, sendsResolved: Bool = true, maxAlerts: Int = 0,
        token: EndpointAuthorization? = nil, tokenKey: String = ""
    ) -> EndpointDefinition? {
        let resolved = decoder.boolean("send_resolved")?.value ?? sendsResolved
        let timeout = Self.timeout(&decoder, standard: Self.standardTimeout)
        let own = decoder.mapping("http_config").map(ClientSettings.init(decoding:))
        decoder.finish()
        if token != nil, own?.authorization != nil {
            decoder.mistake(
                tokenKey, "`http_config` sets credentials too; keep one of them")
        }
        guard let url, let settings else { return nil }
        var client = own ?? global.client
        if let token { client.authorization = token }
        let endpoint = EndpointDefinition(
            identity: identity, position: decoder.position, url: url, signingSecrets: [],
            client: client, timeoutMilliseconds: timeout, sendResolved: resolved,
            maxAlerts: maxAlerts,
            settings: settings)
        EndpointDecoder.warnAboutPlainHTTP(endpoint, decoder)
        return endpoint
    }

    /// The deadline of one attempt in milliseconds.
    static func timeout(_ decoder: inout MappingDecoder, standard: Int64) -> Int64 {
        guard let timeout = decoder.duration("timeout") else { return standard }
        guard (1...longestTimeout).contains(timeout.value.milliseconds) else {
            decoder.mistake("timeout", "expected from 1ms to 5m, found \(timeout.value)")
            return standard
        }
        return timeout.value.milliseconds
    }
}
