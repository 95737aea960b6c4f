// `tls_server_config` of the web's configuration.

import PositionedYAML

/// Decodes TLS settings and reads the files they name.
struct TLSSettingsDecoder {
    /// The files named so far.
    private(set) var named: [String] = []

    private var mapping: MappingDecoder
    private let files: any FileAccess
    private let directory: String

    init(_ mapping: MappingDecoder, files: any FileAccess, directory: String) {
        self.mapping = mapping
        self.files = files
        self.directory = directory
    }

    /// The settings; nil when TLS is off or there is a mistake.
    mutating func decode() -> TLSServerSettings? {
        let isEnabled = [
            "cert", "cert_file", "key", "key_file", "client_ca", "client_ca_file",
            "client_auth_type",
        ].reduce(false) { found, key in hasText(key) || found }
        let certificate = pem("cert", isNeeded: isEnabled)
        let key = pem("key", isNeeded: isEnabled)
        let authorities = pem("client_ca", isNeeded: false)
        let authentication = clientAuthentication()
        let names = clientNames(authentication)
        if authentication == ClientAuthentication.off,
            hasText("client_ca") || hasText("client_ca_file")
        {
            mistake(
                hasText("client_ca_file") ? "client_ca_file" : "client_ca",
                "client CA's have been configured without a Client Auth Policy; add "
                    + "client_auth_type: RequireAndVerifyClientCert")
        }
        let oldest = version("min_version") ?? .tls12
        let newest = version("max_version") ?? .tls13
        if oldest > newest { mistake("min_version", "is above the newest version allowed") }
        let suites: [TLSCipherSuite] = words("cipher_suites", "cipher")
        let curves: [TLSCurve] = words("curve_preferences", "curve")
        // The library decides by the peer's hardware, as Go does whatever is written here.
        _ = mapping.boolean("prefer_server_cipher_suites")
        mapping.finish()
        guard isEnabled, let certificate, let key, let authentication else { return nil }
        return TLSServerSettings(
            certificate: certificate, key: key, clientAuthorities: authorities,
            clientAuthentication: authentication, clientNames: names, oldest: oldest,
            newest: newest, cipherSuites: suites, curves: curves)
    }

    private func mistake(_ key: String, _ message: String) {
        mapping.mistake(key, message)
    }

    private mutating func hasText(_ key: String) -> Bool {
        mapping.node(key).map { $0.text != "" } ?? false
    }

    /// A text in PEM: from the file if one is named, else as written.
    private mutating func pem(_ key: String, isNeeded: Bool) -> PEMText? {
        let fileKey = "\(key)_file"
        if hasText(fileKey) {
            guard let path = mapping.string(fileKey) else { return nil }
            let resolved = FilePathText.resolve(path.value, in: directory)
            named.append(resolved)
            do {
                guard let text = String(validating: try files.bytes(of: resolved), as: UTF8.self)
                else {
                    mistake(fileKey, "\(resolved) is not text in PEM")
                    return nil
                }
                return PEMText(
                    text: Secret(text), position: path.position,
                    field: mapping.field(of: fileKey))
            } catch {
                mistake(fileKey, "\(resolved) cannot be read: \(error)")
                return nil
            }
        }
        if hasText(key) {
            return mapping.string(key).map {
                PEMText(
                    text: Secret($0.value), position: $0.position, field: mapping.field(of: key))
            }
        }
        if isNeeded {
            mapping.mistakes.add(
                "\(mapping.field): missing one of \(key) or \(fileKey)", at: mapping.position)
        }
        return nil
    }

    private mutating func clientAuthentication() -> ClientAuthentication? {
        guard hasText("client_auth_type") else { return ClientAuthentication.off }
        if mapping.node("client_auth_type")?.text == "RequireClientCert" { return .needed }
        return mapping.choice(
            "client_auth_type", of: ClientAuthentication.allCases.map(\.rawValue)
        ).flatMap { ClientAuthentication(rawValue: $0.value) }
    }

    private mutating func clientNames(_ authentication: ClientAuthentication?) -> [String]? {
        guard let names = mapping.strings("client_allowed_sans") else { return nil }
        if let authentication, authentication != .needed, authentication != .verified {
            mistake(
                "client_allowed_sans",
                "client_allowed_sans requires client_auth_type to be one of "
                    + "RequireAnyClientCert or RequireAndVerifyClientCert")
        }
        return names.map(\.value)
    }

    private mutating func version(_ key: String) -> TLSProtocol? {
        guard hasText(key) else { return nil }
        guard let text = mapping.string(key) else { return nil }
        guard let version = TLSProtocol(rawValue: text.value) else {
            let known = TLSProtocol.allCases.map(\.rawValue).joined(separator: ", ")
            mistake(key, "unknown TLS version: \(text.value); there are \(known)")
            return nil
        }
        return version
    }

    private mutating func words<Word: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ kind: String
    ) -> [Word] {
        (mapping.strings(key) ?? []).compactMap { text in
            if let word = Word(rawValue: text.value) { return word }
            var message = "\(mapping.field(of: key)): unknown \(kind): \(text.value)"
            let known = Word.allCases.map(\.rawValue)
            if let near = NearestWord.nearest(to: text.value, among: known) {
                message += "; did you mean `\(near)`?"
            }
            mapping.mistakes.add(message, at: text.position)
            return nil
        }
    }
}
