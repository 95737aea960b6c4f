// Asks an agent whether it is ready.

import Ports

/// The outcome of a health check.
package struct HealthProbe: Sendable {
    /// Whether the agent is ready.
    package let isReady: Bool
    /// One line of what was found.
    package let message: String

    /// Asks the agent at a base URL.
    ///
    /// - Parameters:
    ///   - credentials: name and password, where the web asks for them.
    ///   - connection: certificates, where the web speaks TLS.
    package static func ask(
        _ url: String, credentials: BasicCredentials? = nil,
        connection: ConnectionOptions = ConnectionOptions(), over transport: any Transport
    ) async -> HealthProbe {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        let request = TransportRequest(
            url: base + "/-/ready", basicCredentials: credentials, maximumBodyBytes: 65_536,
            connectTimeoutMilliseconds: 3000, timeoutMilliseconds: 5000, connection: connection)
        do throws(TransportError) {
            let response = try await transport.send(request)
            let line =
                String(decoding: response.body.prefix(200), as: UTF8.self)
                .split(separator: "\n").first.map(String.init) ?? ""
            let text = LineText.printable(line)
            return HealthProbe(
                isReady: response.status == 200,
                message: "\(request.url) answered \(response.status)"
                    + (text.isEmpty ? "" : ": \(text)"))
        } catch {
            return HealthProbe(isReady: false, message: "\(request.url): \(error.message)")
        }
    }
}
