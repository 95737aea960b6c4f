// An Alertmanager with its secrets read, and the request that it is sent.

import AgentConfiguration
import Alerting
import PositionedYAML
import Ports

/// Where alerts go, ready to be used.
package struct AlertmanagerEndpoint: Sendable {
    /// The most bytes of an answer that are read.
    private static let maximumAnswerBytes = 64 * 1024

    /// What it is called in metrics and in the log; holds no secret.
    package let name: String
    private let url: Secret
    private let authorization: Secret?
    private let basicCredentials: BasicCredentials?
    private let timeoutMilliseconds: Int
    private let connection: ConnectionOptions

    /// An Alertmanager of a definition, its secrets read.
    ///
    /// - Throws: `FileAccessError` that names the secret which is missing or malformed.
    package init(
        _ definition: AlertmanagerDefinition, _ resolver: SecretResolver
    ) throws(FileAccessError) {
        name = definition.name
        let base: Secret
        switch definition.url {
        case .written(let text): base = Secret(text)
        case .secret(let reference): base = try resolver.resolve(reference.value)
        }
        do throws(WebAddressError) {
            _ = try WebAddress(base.exposed)
        } catch {
            throw FileAccessError("the URL that its secret holds cannot be used: \(error)")
        }
        url = Secret(AlertmanagerDefinition.base(base.exposed) + "/api/v2/alerts")
        (authorization, basicCredentials) = try NotificationEndpoint.credentials(
            definition.authorization, resolver)
        timeoutMilliseconds = Int(clamping: definition.timeoutMilliseconds)
        connection = ConnectionOptions(
            certificateAuthorityFile: definition.tls?.authorityFile.map(resolver.path),
            clientCertificateFile: definition.tls?.certificateFile.map(resolver.path),
            clientKeyFile: definition.tls?.keyFile.map(resolver.path),
            proxyURL: definition.proxy,
            skipsCertificateVerification: definition.tls?.skipsVerification ?? false)
    }

    /// The request that tells of alerts.
    func request(_ alerts: [AlertmanagerAlert]) -> TransportRequest {
        var headers = [HTTPHeader("Content-Type", "application/json")]
        if let authorization {
            headers.append(HTTPHeader("Authorization", authorization.exposed))
        }
        return TransportRequest(
            method: "POST", url: url.exposed, headers: headers,
            body: AlertmanagerAlert.body(alerts), basicCredentials: basicCredentials,
            maximumBodyBytes: Self.maximumAnswerBytes,
            connectTimeoutMilliseconds: min(5000, timeoutMilliseconds),
            timeoutMilliseconds: timeoutMilliseconds, addressPolicy: .trusted,
            connection: connection)
    }
}
