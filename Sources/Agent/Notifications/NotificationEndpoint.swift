// Where notifications go, with secrets resolved.

import AgentConfiguration
import Alerting
import PositionedYAML
import Ports

/// An endpoint ready to be sent to.
package struct NotificationEndpoint: Sendable {
    /// What identifies it.
    package let identity: EndpointIdentity
    /// Where to post.
    package let url: Secret
    /// Keys of Standard Webhooks signatures, newest first.
    package let signingKeys: [[UInt8]]
    /// A header that authenticates us, if any.
    package let authorization: Secret?
    /// User and password, if any.
    package let basicCredentials: BasicCredentials?
    /// Milliseconds that one attempt may take.
    package let timeoutMilliseconds: Int
    /// Certificates and proxy.
    package let connection: ConnectionOptions

    /// An endpoint of a definition, its secrets read.
    ///
    /// - Throws: `FileAccessError` that names the secret which is missing or malformed.
    package init(
        _ definition: EndpointDefinition, _ resolver: SecretResolver
    ) throws(FileAccessError) {
        identity = definition.identity
        switch definition.url {
        case .written(let text): url = Secret(text)
        case .secret(let reference): url = try resolver.resolve(reference.value)
        }
        do throws(WebAddressError) {
            _ = try WebAddress(url.exposed)
        } catch {
            throw FileAccessError("the URL that its secret holds cannot be used: \(error)")
        }
        signingKeys = try Self.signingKeys(definition, resolver)
        (authorization, basicCredentials) = try Self.credentials(definition, resolver)
        timeoutMilliseconds = Int(clamping: definition.timeoutMilliseconds)
        connection = ConnectionOptions(
            certificateAuthorityFile: definition.tls?.authorityFile.map(resolver.path),
            clientCertificateFile: definition.tls?.certificateFile.map(resolver.path),
            clientKeyFile: definition.tls?.keyFile.map(resolver.path),
            proxyURL: definition.proxy,
            skipsCertificateVerification: definition.tls?.skipsVerification ?? false)
    }

    private static func signingKeys(
        _ definition: EndpointDefinition, _ resolver: SecretResolver
    ) throws(FileAccessError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        for reference in definition.signingSecrets {
            let secret = try resolver.resolve(reference.value)
            do {
                keys.append(try StandardWebhooks.key(fromSecret: secret.exposed))
            } catch {
                throw FileAccessError("the signing secret is malformed: \(error)")
            }
        }
        return keys
    }

    private static func credentials(
        _ definition: EndpointDefinition, _ resolver: SecretResolver
    ) throws(FileAccessError) -> (Secret?, BasicCredentials?) {
        switch definition.authorization {
        case nil: return (nil, nil)
        case .header(let type, let credentials):
            let secret = try resolver.resolve(credentials.value)
            return (Secret("\(type) \(secret.exposed)"), nil)
        case .basic(let username, let password):
            var text = ""
            if let password { text = try resolver.resolve(password.value).exposed }
            return (nil, BasicCredentials(user: username, password: text))
        }
    }
}

/// The endpoints of a configuration.
package struct EndpointDirectory: Sendable {
    private let endpoints: [EndpointIdentity: NotificationEndpoint]

    /// A directory of endpoints.
    package init(_ endpoints: [NotificationEndpoint]) {
        self.endpoints = Dictionary(
            endpoints.map { ($0.identity, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The endpoint of a key.
    package subscript(key: EndpointIdentity) -> NotificationEndpoint? {
        endpoints[key]
    }

    /// The endpoints of a receiver, by kind and index.
    package func endpoints(of receiver: String) -> [NotificationEndpoint] {
        endpoints.values
            .filter { $0.identity.receiver == receiver }
            .sorted { $0.identity < $1.identity }
    }

    /// The longest that an attempt at any endpoint may take, in milliseconds.
    package var longestTimeoutMilliseconds: Int {
        endpoints.values.map(\.timeoutMilliseconds).max() ?? 0
    }

    /// Names of all receivers, sorted.
    package var receivers: [String] {
        Set(endpoints.keys.map(\.receiver)).sorted()
    }
}
