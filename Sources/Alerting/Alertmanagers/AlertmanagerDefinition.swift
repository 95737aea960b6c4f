// `notifications.alertmanagers` of agent.yml: where alerts go beside the receivers.

import PositionedYAML

/// One Alertmanager as configured; secrets are still references.
///
/// - Source: CONTRACT.md section 2
package struct AlertmanagerDefinition: Sendable, Hashable {
    /// The place in the list, from 0.
    package let index: Int
    /// Where it stands in the file.
    package let position: SourcePosition
    /// Its address, with the path before `/api/v2/alerts` if there is one.
    package let url: EndpointURL
    /// Credentials, certificates, proxy and headers.
    package let client: ClientSettings
    /// The deadline of one request, milliseconds, above 0.
    package let timeoutMilliseconds: Int64

    /// What it is called in metrics and in the log: its address, else its place.
    package var name: String {
        switch url {
        case .written(let text): AlertmanagerDefinition.base(text)
        case .secret: "alertmanagers[\(index)]"
        }
    }

    /// Every secret that must be resolved before it can be used.
    package var secretReferences: [Positioned<SecretReference>] {
        var references: [Positioned<SecretReference>] = []
        if case .secret(let reference) = url { references.append(reference) }
        return references + client.secretReferences
    }

    /// An address without the slashes at its end.
    package static func base(_ url: String) -> String {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        return base
    }
}

/// Reads `alertmanagers`.
enum AlertmanagerDecoder {
    private static let mostAlertmanagers = 32
    private static let standardTimeout: Int64 = 10_000
    private static let longestTimeout: Int64 = 300_000

    /// Prometheus' keys of an Alertmanager that are said with `url` here, or not served.
    private static let refused: [String: String] = [
        "static_configs": "write the whole address as `url`",
        "scheme": "write the whole address as `url`",
        "path_prefix": "write the whole address as `url`",
        "api_version": "it is always v2; remove it",
        "relabel_configs": "remove it", "alert_relabel_configs": "remove it",
        "basic_auth": "write it in `http_config`", "authorization": "write it in `http_config`",
        "tls_config": "write it in `http_config`", "proxy_url": "write it in `http_config`",
    ]

    static func list(_ section: inout MappingDecoder) -> [AlertmanagerDefinition] {
        var found: [AlertmanagerDefinition] = []
        for (index, mapping) in (section.mappings("alertmanagers") ?? []).enumerated() {
            guard index < mostAlertmanagers else {
                section.mistake("alertmanagers", "at most \(mostAlertmanagers) Alertmanagers")
                break
            }
            var decoder = mapping
            guard let definition = definition(&decoder, index) else { continue }
            guard !found.contains(where: { $0.name == definition.name }) else {
                decoder.mistake("url", "this Alertmanager is listed twice")
                continue
            }
            found.append(definition)
        }
        return found
    }

    private static func definition(
        _ decoder: inout MappingDecoder, _ index: Int
    ) -> AlertmanagerDefinition? {
        decoder.refuse(refused)
        let url = url(&decoder)
        let timeout = timeout(&decoder)
        let client = decoder.mapping("http_config").map(ClientSettings.init(decoding:)) ?? .standard
        decoder.finish()
        guard let url else { return nil }
        if case .written(let text) = url, client.hasCredentials,
            let address = try? WebAddress(text), !address.isEncrypted, !address.isLoopback
        {
            decoder.warning("url", "credentials go over plain http; use https")
        }
        return AlertmanagerDefinition(
            index: index, position: decoder.position, url: url,
            client: client, timeoutMilliseconds: timeout)
    }

    private static func url(_ decoder: inout MappingDecoder) -> EndpointURL? {
        guard let node = decoder.node("url") else {
            decoder.mistakes.add(
                "\(decoder.field): missing required key `url`, such as http://alertmanager:9093",
                at: decoder.position)
            return nil
        }
        guard let text = node.text else { return decoder.secret("url").map(EndpointURL.secret) }
        do {
            _ = try WebAddress(text)
        } catch {
            decoder.mistake("url", error.message)
            return nil
        }
        guard !text.contains("?"), !text.contains("#") else {
            decoder.mistake("url", "/api/v2/alerts is added to it; remove what follows the path")
            return nil
        }
        return .written(text)
    }

    private static func timeout(_ decoder: inout MappingDecoder) -> Int64 {
        guard let timeout = decoder.duration("timeout") else { return standardTimeout }
        guard (1...longestTimeout).contains(timeout.value.milliseconds) else {
            decoder.mistake("timeout", "expected from 1ms to 5m, found \(timeout.value)")
            return standardTimeout
        }
        return timeout.value.milliseconds
    }
}
