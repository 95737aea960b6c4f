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
    /// Milliseconds that one attempt may take.
    package let timeoutMilliseconds: Int
    /// Credentials, certificates, proxy and headers.
    let client: EndpointClient
    /// What the kind knows beyond that.
    package let settings: IntegrationSettings
    /// The key that a kind adds to each request, or the password of a mail server.
    private let key: Secret?

    /// An endpoint of a definition, its secrets read.
    ///
    /// - Throws: `FileAccessError` that names the secret which is missing or malformed.
    package init(
        _ definition: EndpointDefinition, _ resolver: SecretResolver
    ) throws(FileAccessError) {
        identity = definition.identity
        url = try EndpointClient.address(definition.url, resolver)
        settings = definition.settings
        switch definition.settings {
        case .email(let mail):
            key = try mail.password.map { reference throws(FileAccessError) in
                try resolver.resolve(reference.value)
            }
        case .pagerDuty(let pager): key = try resolver.resolve(pager.routingKey.value)
        default: key = nil
        }
        signingKeys = try Self.signingKeys(definition, resolver)
        timeoutMilliseconds = Int(clamping: definition.timeoutMilliseconds)
        client = try EndpointClient(definition.client, resolver)
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
}

extension NotificationEndpoint {
    /// The bytes of an attempt: those that were kept, with what the kind adds to each request.
    func completed(_ body: [UInt8], id: String) -> [UInt8] {
        switch settings {
        case .pagerDuty: key.map { PagerDutySettings.keyed(body, routingKey: $0) } ?? body
        case .email(let mail): mail.identified(body, id: id)
        default: body
        }
    }

    /// Who sends to whom, for a mail.
    var envelope: MailEnvelope? {
        guard case .email(let mail) = settings else { return nil }
        return MailEnvelope(
            sender: mail.from.address, recipients: mail.recipients.map(\.address),
            hello: mail.hello, requiresTLS: mail.requiresTLS,
            login: mail.username.map { user in
                MailLogin(
                    user: user, password: key?.exposed ?? "", identity: mail.identity,
                    usesChallenge: mail.usesChallenge)
            })
    }

    /// What an answer means.
    package func verdict(on response: TransportResponse) -> ReceiverVerdict {
        let answer = ReceiverAnswer(
            status: response.status, contentType: response.header("Content-Type") ?? "",
            body: response.body)
        var verdict = answer.verdict(for: identity.integration)
        verdict.retryAfterSeconds = response.retryAfterSeconds ?? verdict.retryAfterSeconds
        verdict.detail = shown(verdict.detail)
        return verdict
    }

    /// A receiver's words, cut and without anything that is secret.
    private func shown(_ words: String) -> String {
        var text = words
        for secret in [url, key].compactMap({ $0 }) + client.secrets where !secret.exposed.isEmpty {
            text = text.replacing(secret.exposed, with: "<secret>")
        }
        return String(
            text.unicodeScalars.prefix(200).map { scalar in
                scalar.value < 0x20 || scalar.value == 0x7F ? " " : Character(scalar)
            })
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

    /// The endpoints of events, by receiver and index.
    package var eventEndpoints: [EndpointIdentity] {
        endpoints.keys.filter { $0.integration == "event_webhook" }.sorted()
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
