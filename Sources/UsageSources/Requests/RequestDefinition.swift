// What is asked of a source: the keys `request` and `limits`.

import PositionedYAML

/// The files of a client certificate, as written.
package struct ClientCertificateFiles: Sendable, Hashable {
    /// PEM file of the certificate.
    package let certificate: String
    /// PEM file of its key.
    package let key: String
}

/// The request of a source as configured.
package struct RequestDefinition: Sendable, Equatable {
    /// Default of `limits.body` in bytes.
    package static let defaultBodyBytes = 8 << 20

    /// What it looks like.
    package let shape: RequestShape
    /// The credentials.
    package let authentication: AuthenticationDefinition
    /// PEM file of certificate authorities, as written; nil means the system's.
    package let certificateAuthorityFile: String?
    /// The client certificate; nil for none.
    package let clientCertificate: ClientCertificateFiles?
    /// Proxy; nil means none.
    package let proxyURL: String?
    /// The most bytes of a decoded body.
    package let maximumBodyBytes: Int
    /// Whether a page is asked for only if it changed, when the source names its versions.
    package let asksConditionally: Bool
}

/// The key `limits` of a source.
struct SourceLimits {
    /// The most bytes of a decoded body.
    var body: Int?
    /// So many rows in one answer mean that it may be cut off.
    var maximumRows: Int?
    /// How much the source may be asked.
    var courtesy = CourtesyRules()

    init(from source: inout MappingDecoder, everyMilliseconds: Int64) {
        guard var limits = source.mapping("limits") else { return }
        body = limits.byteSize("body", in: 1024...(64 << 20))
        maximumRows = limits.integer("max_rows", in: 1...1_000_000)?.value
        courtesy = CourtesyRules(from: &limits, everyMilliseconds: everyMilliseconds)
        limits.finish()
    }
}

extension RequestDefinition {
    /// Decodes the key `request` of a source; nil after a mistake.
    static func decode(
        from source: inout MappingDecoder, pagination: PaginationDefinition?,
        context: RequestContext
    ) -> RequestDefinition? {
        guard var request = source.requiredMapping("request") else { return nil }
        let shape = RequestShape.decode(from: &request, pagination: pagination)
        let credentials = AuthenticationDefinition.decode(from: &request)
        let tls = TLSFiles(in: &request)
        let proxy = proxy(in: &request)
        let maximum = request.byteSize("max_body", in: 1024...(64 << 20))
        if context.bodyLimit != nil, maximum != nil {
            request.mistake("max_body", "`limits.body` says the same; keep one")
        }
        let isConditional = request.boolean("conditional")?.value ?? true
        request.finish()
        guard let shape, let credentials else { return nil }
        if credentials.clientCertificate != nil, tls.client != nil {
            request.mistake("tls", "the client certificate is set by `auth.mtls`; keep one")
        }
        let definition = RequestDefinition(
            shape: shape.shape, authentication: credentials.authentication,
            certificateAuthorityFile: tls.authorities,
            clientCertificate: credentials.clientCertificate ?? tls.client, proxyURL: proxy,
            maximumBodyBytes: maximum ?? context.bodyLimit ?? defaultBodyBytes,
            asksConditionally: isConditional)
        definition.checkTogether(shape.parsed, pagination: pagination, context, in: request)
        return definition
    }

    private static func proxy(in request: inout MappingDecoder) -> String? {
        guard let text = request.string("proxy_url") else { return nil }
        do throws(HTTPURL.Failure) {
            return try HTTPURL(text.value).text
        } catch {
            request.mistake("proxy_url", error.message)
            return nil
        }
    }
}

/// The key `tls` of a request.
private struct TLSFiles {
    private(set) var authorities: String?
    private(set) var client: ClientCertificateFiles?

    init(in request: inout MappingDecoder) {
        guard var tls = request.mapping("tls") else { return }
        authorities = tls.string("ca_file")?.value
        if authorities?.isEmpty == true { tls.mistake("ca_file", "expected the path of a file") }
        if tls.contains("cert_file") || tls.contains("key_file") {
            client = ClientCertificateFiles.decode(from: &tls)
        }
        tls.refuseLater(["insecure_skip_verify", "min_version"])
        tls.finish()
    }
}

extension ClientCertificateFiles {
    /// Decodes `cert_file` and `key_file`; nil after a mistake.
    static func decode(from mapping: inout MappingDecoder) -> ClientCertificateFiles? {
        let certificate = mapping.requiredString("cert_file")
        let key = mapping.requiredString("key_file")
        for (name, file) in [("cert_file", certificate), ("key_file", key)]
        where file?.value.isEmpty == true {
            mapping.mistake(name, "expected the path of a file")
            return nil
        }
        guard let certificate, let key else { return nil }
        return ClientCertificateFiles(certificate: certificate.value, key: key.value)
    }
}
