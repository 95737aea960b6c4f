// Where notifications go, as configured; secrets are still references.

import PositionedYAML

/// Names one integration of one receiver.
package struct EndpointIdentity: Sendable, Hashable, Comparable {
    /// The receiver's name.
    package let receiver: String
    /// The kind as Alertmanager names it: `webhook`, `slack`, `pagerduty`, …; or `event_webhook`.
    package let integration: String
    /// The place in the receiver's list of that kind, from 0.
    package let index: Int

    /// Names an integration.
    package init(receiver: String, integration: String, index: Int) {
        self.receiver = receiver
        self.integration = integration
        self.index = index
    }

    /// Orders by receiver, kind and place.
    package static func < (left: EndpointIdentity, right: EndpointIdentity) -> Bool {
        (left.receiver, left.integration, left.index)
            < (right.receiver, right.integration, right.index)
    }
}

/// The address of an endpoint; it may itself be a secret.
package enum EndpointURL: Sendable, Hashable {
    /// Written in the file and found to be a `WebAddress`.
    case written(String)
    /// To be read where the reference says; the text must then be a `WebAddress`.
    case secret(Positioned<SecretReference>)
}

/// How a request proves who sends it.
package enum EndpointAuthorization: Sendable, Hashable {
    /// `Authorization: TYPE CREDENTIALS`.
    case header(type: String, credentials: Positioned<SecretReference>)
    /// HTTP basic authentication; nil: an empty password.
    case basic(username: String, password: Positioned<SecretReference>?)
}

/// TLS settings of an endpoint; paths as written, relative ones are the caller's to resolve.
package struct EndpointTLS: Sendable, Hashable {
    /// Certificates that are trusted instead of the system's.
    package let authorityFile: String?
    /// The certificate shown to the receiver; set together with `keyFile`.
    package let certificateFile: String?
    /// The key of `certificateFile`.
    package let keyFile: String?
    /// Whether any certificate of the receiver is accepted.
    package let skipsVerification: Bool
}

/// One entry of `webhook_configs`, `slack_configs` and so on.
package struct EndpointDefinition: Sendable, Hashable {
    /// Which integration this is.
    package let identity: EndpointIdentity
    /// Where it stands in the file.
    package let position: SourcePosition
    /// Where requests go.
    package let url: EndpointURL
    /// Secrets of Standard Webhooks; every one signs, so that they can be rotated.
    package let signingSecrets: [Positioned<SecretReference>]
    /// Credentials, certificates, proxy and headers.
    package let client: ClientSettings
    /// The deadline of one request, milliseconds, above 0.
    package let timeoutMilliseconds: Int64
    /// Whether resolved alerts are sent; true for events, where it means nothing.
    package let sendResolved: Bool
    /// The most alerts in one notification; 0: all.
    package let maxAlerts: Int
    /// What the kind knows beyond that.
    package let settings: IntegrationSettings

    /// The receiver's name.
    package var receiver: String { identity.receiver }
    /// The kind as Alertmanager names it, or `event_webhook`.
    package var integration: String { identity.integration }
    /// The place in the receiver's list of that kind, from 0.
    package var index: Int { identity.index }

    /// Every secret that must be resolved before the endpoint can be used.
    package var secretReferences: [Positioned<SecretReference>] {
        var references: [Positioned<SecretReference>] = []
        if case .secret(let reference) = url { references.append(reference) }
        return references + signingSecrets + client.secretReferences + settings.secretReferences
    }
}
