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
    private let timeoutMilliseconds: Int
    private let client: EndpointClient

    /// An Alertmanager of a definition, its secrets read.
    ///
    /// - Throws: `FileAccessError` that names the secret which is missing or malformed.
    package init(
        _ definition: AlertmanagerDefinition, _ resolver: SecretResolver
    ) throws(FileAccessError) {
        name = definition.name
        let base = try EndpointClient.address(definition.url, resolver)
        url = Secret(AlertmanagerDefinition.base(base.exposed) + "/api/v2/alerts")
        timeoutMilliseconds = Int(clamping: definition.timeoutMilliseconds)
        client = try EndpointClient(definition.client, resolver)
    }

    /// The request that tells of alerts.
    func request(_ alerts: [AlertmanagerAlert]) -> TransportRequest {
        TransportRequest(
            method: "POST", url: url.exposed,
            headers: [HTTPHeader("Content-Type", "application/json")] + client.headers,
            body: AlertmanagerAlert.body(alerts), basicCredentials: client.basicCredentials,
            maximumBodyBytes: Self.maximumAnswerBytes,
            connectTimeoutMilliseconds: min(5000, timeoutMilliseconds),
            timeoutMilliseconds: timeoutMilliseconds, addressPolicy: .trusted,
            connection: client.connection)
    }
}
