// What `--web.config.file` says: TLS, users, headers and a request budget in front of every page.
//
// Source: exporter-toolkit, docs/web-configuration.md.

import PositionedYAML

/// The guard of the web, with the contents of the files it names.
package struct WebConfiguration: Sendable {
    /// Path of the file, as given.
    package let file: String
    /// TLS; nil for plain HTTP.
    package let tls: TLSServerSettings?
    /// Headers that every answer carries.
    package let headers: [WebHeader]
    /// Who may come in by name and password; empty when nobody is asked.
    package let users: [BasicUser]
    /// How many requests are answered; nil for all.
    package let rateLimit: WebRateLimit?
    /// Whether the file says nothing at all, not even `{}`.
    package let isEmptyFile: Bool
}

/// A header that every answer carries.
package struct WebHeader: Sendable, Hashable {
    /// One of the names that may be configured.
    package let name: String
    /// Its value.
    package let value: String
}

/// A user and the hash of the password.
package struct BasicUser: Sendable, Hashable {
    /// The name, without a colon.
    package let name: String
    /// The hash of the password.
    package let hash: BcryptHash

    /// A user.
    package init(name: String, hash: BcryptHash) {
        self.name = name
        self.hash = hash
    }
}

/// A token bucket: one request each interval, `burst` at once.
package struct WebRateLimit: Sendable, Hashable {
    /// Milliseconds in which one more request is allowed; at least 1, at most an hour.
    package let intervalMilliseconds: Int64
    /// How many requests may come at once; 1 to a million.
    package let burst: Int

    /// A bucket.
    package init(intervalMilliseconds: Int64, burst: Int) {
        self.intervalMilliseconds = intervalMilliseconds
        self.burst = burst
    }
}

/// A text in PEM and where it was named.
package struct PEMText: Sendable {
    /// The text; a key is a secret, so all of them are.
    package let text: Secret
    /// Where the configuration names it.
    package let position: SourcePosition
    /// How messages speak of it, such as `tls_server_config.cert_file`.
    package let field: String
}

/// TLS as configured.
package struct TLSServerSettings: Sendable {
    /// The server's certificate and those it rests on.
    package let certificate: PEMText
    /// The certificate's key.
    package let key: PEMText
    /// Who signs clients' certificates; nil for the system's authorities.
    package let clientAuthorities: PEMText?
    /// Whether clients show certificates.
    package let clientAuthentication: ClientAuthentication
    /// The names of which a client's certificate must carry one; nil when any will do.
    package let clientNames: [String]?
    /// The oldest version.
    package let oldest: TLSProtocol
    /// The newest version.
    package let newest: TLSProtocol
    /// Suites up to TLS 1.2; empty for the usual ones.
    package let cipherSuites: [TLSCipherSuite]
    /// Curves in order; empty for the usual ones.
    package let curves: [TLSCurve]
}

/// Whether clients show certificates; Go's words.
package enum ClientAuthentication: String, Sendable, CaseIterable {
    /// No certificate is asked for.
    case off = "NoClientCert"
    /// One is asked for, and neither needed nor verified.
    case requested = "RequestClientCert"
    /// One is needed, and not verified.
    case needed = "RequireAnyClientCert"
    /// One is verified if it is shown.
    case verifiedIfGiven = "VerifyClientCertIfGiven"
    /// One is needed and verified.
    case verified = "RequireAndVerifyClientCert"
}

/// Versions of TLS.
package enum TLSProtocol: String, Sendable, CaseIterable, Comparable {
    case tls10 = "TLS10"
    case tls11 = "TLS11"
    case tls12 = "TLS12"
    case tls13 = "TLS13"

    package static func < (left: TLSProtocol, right: TLSProtocol) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Curves for the exchange of keys; Go's words.
package enum TLSCurve: String, Sendable, CaseIterable {
    case p256 = "CurveP256"
    case p384 = "CurveP384"
    case p521 = "CurveP521"
    case x25519 = "X25519"
}

/// Cipher suites; the names of their registry.
package enum TLSCipherSuite: String, Sendable, CaseIterable {
    case aes128GCM = "TLS_AES_128_GCM_SHA256"
    case aes256GCM = "TLS_AES_256_GCM_SHA384"
    case chaCha20 = "TLS_CHACHA20_POLY1305_SHA256"
    case ecdsaAES128CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
    case ecdsaAES256CBC = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
    case ecdheAES128CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
    case ecdheAES256CBC = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"
    case ecdsaAES128GCM = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    case ecdsaAES256GCM = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
    case ecdheAES128GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    case ecdheAES256GCM = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    case ecdheChaCha20 = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    case ecdsaChaCha20 = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
    // Go counts the exchange by RSA as insecure since 1.22; files from before name these.
    case rsaAES128CBC = "TLS_RSA_WITH_AES_128_CBC_SHA"
    case rsaAES256CBC = "TLS_RSA_WITH_AES_256_CBC_SHA"
    case rsaAES128GCM = "TLS_RSA_WITH_AES_128_GCM_SHA256"
    case rsaAES256GCM = "TLS_RSA_WITH_AES_256_GCM_SHA384"
}
