// `http_config`: how requests to a receiver or an Alertmanager are made.

import PositionedYAML

/// The part of Alertmanager's client settings that is served; secrets are still references.
package struct ClientSettings: Sendable, Hashable {
    /// The system's certificates, no proxy, no credentials.
    package static let standard = ClientSettings()

    /// How requests prove who sends them.
    package var authorization: EndpointAuthorization?
    /// TLS settings, nil: the system's.
    package var tls: EndpointTLS?
    /// A proxy's address.
    package var proxy: String?
    /// Hosts that are reached without the proxy: names, addresses, networks as `10.0.0.0/8`.
    package var proxyExceptions: [String] = []
    /// Further headers, in the order of the file.
    package var headers: [ClientHeader] = []

    /// Whether requests carry something that only the receiver may see.
    var hasCredentials: Bool {
        authorization != nil || headers.contains { $0.value.reference != nil }
    }

    /// Every secret that must be resolved before requests can be made.
    package var secretReferences: [Positioned<SecretReference>] {
        var references: [Positioned<SecretReference>] = []
        switch authorization {
        case .header(_, let credentials): references.append(credentials)
        case .basic(_, let password?): references.append(password)
        case .basic, nil: break
        }
        return references + headers.compactMap(\.value.reference)
    }
}

/// A header that the operator adds to every request.
package struct ClientHeader: Sendable, Hashable {
    /// What the header says.
    package enum Value: Sendable, Hashable {
        /// Written under `values`.
        case written(String)
        /// Written under `secrets` or `files`.
        case secret(Positioned<SecretReference>)

        /// The secret that must be resolved, if it is one.
        var reference: Positioned<SecretReference>? {
            guard case .secret(let reference) = self else { return nil }
            return reference
        }
    }

    /// The field name, as written.
    package let name: String
    /// What it says.
    package let value: Value
}
