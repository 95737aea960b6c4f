// How requests to receivers and Alertmanagers are made: `http_config` with its secrets read.

import AgentConfiguration
import Alerting
import PositionedYAML
import Ports

/// Client settings ready to be used.
struct EndpointClient: Sendable {
    /// User and password, if any.
    let basicCredentials: BasicCredentials?
    /// Certificates and proxy.
    let connection: ConnectionOptions
    private let authorization: Secret?
    private let further: [HTTPHeader]
    /// What must not be repeated to anybody.
    let secrets: [Secret]

    /// Settings of a definition, their secrets read.
    ///
    /// - Throws: `FileAccessError` that names the secret which is missing or malformed.
    init(_ settings: ClientSettings, _ resolver: SecretResolver) throws(FileAccessError) {
        switch settings.authorization {
        case nil: (authorization, basicCredentials) = (nil, nil)
        case .header(let type, let credentials):
            let secret = try resolver.resolve(credentials.value)
            (authorization, basicCredentials) = (Secret("\(type) \(secret.exposed)"), nil)
        case .basic(let username, let password):
            var text = ""
            if let password { text = try resolver.resolve(password.value).exposed }
            authorization = nil
            basicCredentials = BasicCredentials(user: username, password: text)
        }
        var further: [HTTPHeader] = []
        var secrets = [authorization].compactMap { $0 }
        for header in settings.headers {
            switch header.value {
            case .written(let text): further.append(HTTPHeader(header.name, text))
            case .secret(let reference):
                let secret = try resolver.resolve(reference.value)
                further.append(HTTPHeader(header.name, secret.exposed))
                secrets.append(secret)
            }
        }
        self.further = further
        self.secrets = secrets
        connection = ConnectionOptions(
            certificateAuthorityFile: settings.tls?.authorityFile.map(resolver.path),
            clientCertificateFile: settings.tls?.certificateFile.map(resolver.path),
            clientKeyFile: settings.tls?.keyFile.map(resolver.path),
            proxyURL: settings.proxy, proxyExceptions: settings.proxyExceptions,
            skipsCertificateVerification: settings.tls?.skipsVerification ?? false)
    }

    /// The headers that stand in every request.
    var headers: [HTTPHeader] {
        let authorization = authorization.map { [HTTPHeader("Authorization", $0.exposed)] } ?? []
        return authorization + further
    }

    /// The address of an endpoint, read where it is a secret.
    ///
    /// - Throws: `FileAccessError` when it is missing or no address.
    static func address(
        _ url: EndpointURL, _ resolver: SecretResolver
    ) throws(FileAccessError) -> Secret {
        switch url {
        case .written(let text): return Secret(text)
        case .secret(let reference):
            let address = try resolver.resolve(reference.value)
            do throws(WebAddressError) {
                _ = try WebAddress(address.exposed)
            } catch {
                throw FileAccessError("the URL that its secret holds cannot be used: \(error)")
            }
            return address
        }
    }
}
