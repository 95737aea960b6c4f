// Reads `webhook_configs` and `event_webhook_configs`.

import PositionedYAML

enum EndpointDecoder {
    private static let defaultTimeout: Int64 = 15_000
    private static let longestTimeout: Int64 = 300_000
    private static let mostAlerts = 1_000_000
    private static let mostSigningSecrets = 8

    /// The entries of `webhook_configs` or `event_webhook_configs` of a receiver.
    static func list(
        _ receiver: inout MappingDecoder, _ key: String, of name: String?
    ) -> [EndpointDefinition] {
        let integration = key == "webhook_configs" ? "webhook" : "event_webhook"
        var endpoints: [EndpointDefinition] = []
        for (index, decoder) in (receiver.mappings(key) ?? []).enumerated() {
            var decoder = decoder
            let identity = EndpointIdentity(
                receiver: name ?? "", integration: integration, index: index)
            if let endpoint = endpoint(&decoder, identity) { endpoints.append(endpoint) }
        }
        return endpoints
    }

    private static func endpoint(
        _ decoder: inout MappingDecoder, _ identity: EndpointIdentity
    ) -> EndpointDefinition? {
        let takesAlerts = identity.integration == "webhook"
        decoder.refuse(RefusedKeys.webhook)
        if !takesAlerts { decoder.refuse(RefusedKeys.eventWebhook) }
        let url = url(&decoder)
        let secrets = signingSecrets(&decoder)
        let timeout = timeout(&decoder)
        let sendResolved = takesAlerts ? decoder.boolean("send_resolved")?.value ?? true : true
        let maxAlerts =
            takesAlerts ? decoder.integer("max_alerts", in: 0...mostAlerts)?.value ?? 0 : 0
        let client = decoder.mapping("http_config").map(ClientSettings.init(decoding:))
        decoder.finish()
        guard let url else { return nil }
        let endpoint = EndpointDefinition(
            identity: identity, position: decoder.position, url: url, signingSecrets: secrets,
            authorization: client?.authorization, tls: client?.tls, proxy: client?.proxy,
            timeoutMilliseconds: timeout, sendResolved: sendResolved, maxAlerts: maxAlerts)
        warnAboutPlainHTTP(endpoint, decoder)
        return endpoint
    }

    private static func url(_ decoder: inout MappingDecoder) -> EndpointURL? {
        let file = decoder.string("url_file")
        let node = decoder.node("url")
        switch (node, file) {
        case (nil, nil):
            decoder.mistakes.add(
                "\(decoder.field): missing required key `url` (or `url_file`)",
                at: decoder.position)
            return nil
        case (.some, .some):
            decoder.mistake("url_file", "`url` is set too; keep one of them")
            return nil
        case (nil, let file?):
            return reference(toFile: file, decoder, "url_file").map(EndpointURL.secret)
        case (let node?, nil):
            guard let text = node.text else { return decoder.secret("url").map(EndpointURL.secret) }
            do {
                _ = try WebAddress(text)
                return .written(text)
            } catch {
                decoder.mistake("url", error.message)
                return nil
            }
        }
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

    private static func timeout(_ decoder: inout MappingDecoder) -> Int64 {
        guard let timeout = decoder.duration("timeout") else { return defaultTimeout }
        guard (1...longestTimeout).contains(timeout.value.milliseconds) else {
            decoder.mistake("timeout", "expected from 1ms to 5m, found \(timeout.value)")
            return defaultTimeout
        }
        return timeout.value.milliseconds
    }

    /// Secrets of an address that is itself a secret are checked where it is resolved.
    private static func warnAboutPlainHTTP(
        _ endpoint: EndpointDefinition, _ decoder: MappingDecoder
    ) {
        guard case .written(let text) = endpoint.url, let address = try? WebAddress(text),
            !address.isEncrypted, !address.isLoopback
        else { return }
        if endpoint.authorization != nil {
            decoder.warning("url", "credentials go over plain http; use https")
        }
        if !endpoint.signingSecrets.isEmpty {
            decoder.warning("url", "signed notifications go over plain http; use https")
        }
    }

    /// A file that holds a secret.
    static func reference(
        toFile path: Positioned<String>, _ decoder: MappingDecoder, _ key: String
    ) -> Positioned<SecretReference>? {
        guard !path.value.isEmpty else {
            decoder.mistake(key, "expected the path of a file")
            return nil
        }
        return path.map { .file($0) }
    }
}
