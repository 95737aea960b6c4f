// From settings to a context of NIOSSL.

import AgentConfiguration
import NIOCore
import NIOSSL
import PositionedYAML

/// TLS in force: what every new connection begins with.
struct TLSContext: Sendable {
    /// The library's context.
    let context: NIOSSLContext
    /// The names of which a client's certificate must carry one.
    let clientNames: [String]?
    /// Whether a client's certificate is taken as it is.
    let trustsAnyClient: Bool
    /// When the certificate ends, in seconds since 1970.
    let expiry: Int64

    /// A context of settings.
    ///
    /// - Throws: `Mistake` at the setting that cannot be used.
    init(_ settings: TLSServerSettings) throws(Mistake) {
        let chain = try Self.certificates(settings.certificate)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try Self.key(settings.key)))
        configuration.minimumTLSVersion = settings.oldest.version
        configuration.maximumTLSVersion = settings.newest.version
        configuration.applicationProtocols = ["http/1.1"]
        if !settings.cipherSuites.isEmpty {
            let names = settings.cipherSuites.compactMap(\.libraryName)
            // The suites of TLS 1.3 are fixed. Without any other, older versions cannot be spoken.
            if names.isEmpty {
                configuration.minimumTLSVersion = .tlsv13
            } else {
                configuration.cipherSuites = names.joined(separator: ":")
            }
        }
        if !settings.curves.isEmpty { configuration.curves = settings.curves.map(\.group) }
        configuration.certificateVerification = settings.clientAuthentication.verification
        if let authorities = settings.clientAuthorities {
            configuration.trustRoots = .certificates(try Self.certificates(authorities))
        }
        do {
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw Mistake(
                "\(settings.key.field): does not belong to the certificate, or cannot be used: "
                    + "\(error)", at: settings.key.position)
        }
        clientNames = settings.clientNames
        trustsAnyClient =
            settings.clientAuthentication == .requested || settings.clientAuthentication == .needed
        expiry = Int64(chain.first?.notValidAfter ?? 0)
    }

    /// The handler that begins a connection.
    func handler() -> NIOSSLServerHandler {
        guard trustsAnyClient else { return NIOSSLServerHandler(context: context) }
        return NIOSSLServerHandler(context: context) { _, promise in
            promise.succeed(.certificateVerified)
        }
    }

    private static func certificates(_ pem: PEMText) throws(Mistake) -> [NIOSSLCertificate] {
        let found = try? NIOSSLCertificate.fromPEMBytes(Array(pem.text.exposed.utf8))
        guard let found, !found.isEmpty else {
            throw Mistake("\(pem.field): holds no certificate in PEM", at: pem.position)
        }
        return found
    }

    private static func key(_ pem: PEMText) throws(Mistake) -> NIOSSLPrivateKey {
        do {
            return try NIOSSLPrivateKey(bytes: Array(pem.text.exposed.utf8), format: .pem)
        } catch {
            // The library's words could quote the key.
            throw Mistake(
                "\(pem.field): holds no private key in PEM; a key with a passphrase cannot be read",
                at: pem.position)
        }
    }
}

extension ClientAuthentication {
    /// What the library verifies; where it verifies less, a callback takes any certificate.
    fileprivate var verification: CertificateVerification {
        switch self {
        case .off: .none
        case .requested, .verifiedIfGiven: .optionalVerification
        case .needed, .verified: .noHostnameVerification
        }
    }
}

extension TLSProtocol {
    fileprivate var version: TLSVersion {
        switch self {
        case .tls10: .tlsv1
        case .tls11: .tlsv11
        case .tls12: .tlsv12
        case .tls13: .tlsv13
        }
    }
}

extension TLSCurve {
    /// Numbers of the registry of supported groups.
    fileprivate var group: NIOTLSCurve {
        switch self {
        case .p256: NIOTLSCurve(rawValue: 23)
        case .p384: NIOTLSCurve(rawValue: 24)
        case .p521: NIOTLSCurve(rawValue: 25)
        case .x25519: NIOTLSCurve(rawValue: 29)
        }
    }
}

extension TLSCipherSuite {
    /// The library's name; nil for the suites of TLS 1.3.
    fileprivate var libraryName: String? {
        switch self {
        case .aes128GCM, .aes256GCM, .chaCha20: nil
        case .ecdsaAES128CBC: "ECDHE-ECDSA-AES128-SHA"
        case .ecdsaAES256CBC: "ECDHE-ECDSA-AES256-SHA"
        case .ecdheAES128CBC: "ECDHE-RSA-AES128-SHA"
        case .ecdheAES256CBC: "ECDHE-RSA-AES256-SHA"
        case .ecdsaAES128GCM: "ECDHE-ECDSA-AES128-GCM-SHA256"
        case .ecdsaAES256GCM: "ECDHE-ECDSA-AES256-GCM-SHA384"
        case .ecdheAES128GCM: "ECDHE-RSA-AES128-GCM-SHA256"
        case .ecdheAES256GCM: "ECDHE-RSA-AES256-GCM-SHA384"
        case .ecdheChaCha20: "ECDHE-RSA-CHACHA20-POLY1305"
        case .ecdsaChaCha20: "ECDHE-ECDSA-CHACHA20-POLY1305"
        case .rsaAES128CBC: "AES128-SHA"
        case .rsaAES256CBC: "AES256-SHA"
        case .rsaAES128GCM: "AES128-GCM-SHA256"
        case .rsaAES256GCM: "AES256-GCM-SHA384"
        }
    }
}
