// One attempt to deliver: the row's frozen bytes with this attempt's time and signatures.

import Alerting
import Credits
import Crypto
import Ports
import PositionedYAML

/// Builds webhook requests.
package enum WebhookRequest {
    /// The most bytes of a receiver's answer that are read.
    private static let maximumAnswerBytes = 16 * 1024

    /// The request of one attempt.
    ///
    /// - Source: Standard Webhooks 1.0.0; the headers ride along with Alertmanager's body.
    package static func make(
        id: String, body: [UInt8], contentType: String, to endpoint: NotificationEndpoint,
        now: Timestamp
    ) -> TransportRequest {
        let body = endpoint.completed(body, id: id)
        if let envelope = endpoint.envelope { return mail(envelope, body, to: endpoint) }
        var headers = [
            HTTPHeader("Content-Type", contentType),
            HTTPHeader("webhook-id", id),
            HTTPHeader("webhook-timestamp", String(now.seconds)),
        ]
        if !endpoint.signingKeys.isEmpty {
            let content = StandardWebhooks.signedContent(
                id: id, timestampSeconds: now.seconds, body: body)
            let signatures = endpoint.signingKeys.map { key in
                Array(HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: key)))
            }
            headers.append(
                HTTPHeader("webhook-signature", StandardWebhooks.signatureHeader(signatures)))
        }
        headers += endpoint.client.headers
        var request = TransportRequest(
            method: "POST", url: endpoint.url.exposed, headers: headers, body: body,
            basicCredentials: endpoint.client.basicCredentials,
            maximumBodyBytes: maximumAnswerBytes,
            connectTimeoutMilliseconds: min(5000, endpoint.timeoutMilliseconds),
            timeoutMilliseconds: endpoint.timeoutMilliseconds, addressPolicy: .trusted,
            connection: endpoint.client.connection)
        // The status decides, however much a receiver has to say.
        request.cutsLongBody = true
        return request
    }

    private static func mail(
        _ envelope: MailEnvelope, _ body: [UInt8], to endpoint: NotificationEndpoint
    ) -> TransportRequest {
        TransportRequest(
            method: "POST", url: endpoint.url.exposed, body: body,
            maximumBodyBytes: maximumAnswerBytes,
            connectTimeoutMilliseconds: min(10_000, endpoint.timeoutMilliseconds),
            timeoutMilliseconds: endpoint.timeoutMilliseconds, addressPolicy: .trusted,
            connection: endpoint.client.connection, mail: envelope)
    }
}
