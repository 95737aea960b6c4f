// Reads `webhook_configs` and `event_webhook_configs`.

import PositionedYAML

enum EndpointDecoder {
    private static let defaultTimeout: Int64 = 15_000
    private static let mostAlerts = 1_000_000
    private static let mostSigningSecrets = 8

    /// The entries of `event_webhook_configs` of a receiver.
    static func events(
        _ receiver: inout MappingDecoder, of name: String?, _ client: ClientSettings
    ) -> [EndpointDefinition] {
        var endpoints: [EndpointDefinition] = []
        for (index, entry) in (receiver.mappings("event_webhook_configs") ?? []).enumerated() {
            var decoder = entry
            let identity = EndpointIdentity(
                receiver: name ?? "", integration: "event_webhook", index: index)
            if let endpoint = webhook(&decoder, identity, client) { endpoints.append(endpoint) }
        }
        return endpoints
    }

    /// One entry of `webhook_configs` or `event_webhook_configs`.
    ///
    /// - Parameter standard: the client settings of an entry that has none.
    static func webhook(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity, _ standard: ClientSettings
    ) -> EndpointDefinition? {
        let takesAlerts = identity.integration == "webhook"
        decoder.refuse(RefusedKeys.webhook)
        if !takesAlerts { decoder.refuse(RefusedKeys.eventWebhook) }
        if !SecretField.isWritten(&decoder, "url") { SecretField.missing(decoder, "url") }
        let url = SecretField.address(&decoder, "url")
        let secrets = signingSecrets(&decoder)
        let timeout = ReceiverDecoder.timeout(&decoder, standard: defaultTimeout)
        let sendResolved = takesAlerts ? decoder.boolean("send_resolved")?.value ?? true : true
        let maxAlerts =
            takesAlerts ? decoder.integer("max_alerts", in: 0...mostAlerts)?.value ?? 0 : 0
        let client = decoder.mapping("http_config").map(ClientSettings.init(decoding:)) ?? standard
        decoder.finish()
        guard let url else { return nil }
        let endpoint = EndpointDefinition(
            identity: identity, position: decoder.position, url: url, signingSecrets: secrets,
            client: client, timeoutMilliseconds: timeout, sendResolved: sendResolved,
            maxAlerts: maxAlerts,
            settings: takesAlerts ? .webhook : .events)
        warnAboutPlainHTTP(endpoint, decoder)
        return endpoint
    }

    private static func signingSecrets(
        _ decoder: inout MappingDecoder
    ) -> [Positioned<SecretReference>] {
        let key = "signing_secret"
        guard let elements = decoder.node(key)?.elements else {
            return decoder.secret(key).map { [$0] } ?? []
        }
        if elements.isEmpty { decoder.mistake(key, "the list is empty; remove the key") }
        if elements.count > mostSigningSecrets {
            decoder.mistake(key, "at most \(mostSigningSecrets) secrets at a time")
        }
        let field = decoder.field(of: key)
        return elements.prefix(mostSigningSecrets).enumerated().compactMap { index, element in
            MappingDecoder.secret(
                of: element, field: "\(field)[\(index)]", into: decoder.mistakes)
        }
    }

    /// Secrets of an address that is itself a secret are checked where it is resolved.
    static func warnAboutPlainHTTP(
        _ endpoint: EndpointDefinition, _ decoder: MappingDecoder
    ) {
        guard case .written(let text) = endpoint.url, let address = try? WebAddress(text),
            !address.isEncrypted, !address.isLoopback
        else { return }
        if endpoint.client.hasCredentials || !endpoint.settings.secretReferences.isEmpty {
            decoder.warning("url", "credentials go over plain http; use https")
        }
        if !endpoint.signingSecrets.isEmpty {
            decoder.warning("url", "signed notifications go over plain http; use https")
        }
    }
}
