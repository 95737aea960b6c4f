// Reads `http_config`: the part of Alertmanager's client settings that is served.

import PositionedYAML

/// `http_config` of an endpoint.
struct ClientSettings: Sendable {
    /// The system's certificates, no proxy, no credentials.
    static let standard = ClientSettings()

    private(set) var authorization: EndpointAuthorization?
    private(set) var tls: EndpointTLS?
    private(set) var proxy: String?

    private init() {}

    init(decoding mapping: MappingDecoder) {
        var decoder = mapping
        decoder.refuse(RefusedKeys.client)
        if let follows = decoder.boolean("follow_redirects"), follows.value {
            decoder.mistake("follow_redirects", "redirects are never followed; remove it")
        }
        let header = decoder.mapping("authorization")
        let basic = decoder.mapping("basic_auth")
        if header != nil, basic != nil {
            decoder.mistake("basic_auth", "`authorization` is set too; keep one of them")
        }
        authorization = header.flatMap(Self.header)
        if let basic { authorization = Self.basic(basic) ?? authorization }
        tls = decoder.mapping("tls_config").map(Self.tls)
        proxy = Self.proxy(&decoder)
        decoder.finish()
    }

    private static func header(_ mapping: MappingDecoder) -> EndpointAuthorization? {
        var decoder = mapping
        decoder.refuse(RefusedKeys.authorization)
        let type = decoder.string("type")?.value ?? "Bearer"
        if type.lowercased() == "basic" {
            decoder.mistake("type", "use `basic_auth` for basic authentication")
        } else if !isToken(type) {
            decoder.mistake("type", "expected one word such as Bearer")
        }
        let credentials = SecretField.read(&decoder, "credentials", isRequired: true)
        decoder.finish()
        return credentials.map { .header(type: type, credentials: $0) }
    }

    private static func basic(_ mapping: MappingDecoder) -> EndpointAuthorization? {
        var decoder = mapping
        decoder.refuse(RefusedKeys.basic)
        let username = decoder.requiredString("username")
        let password = SecretField.read(&decoder, "password")
        decoder.finish()
        guard let username else { return nil }
        if username.value.contains(":") {
            decoder.mistake("username", "basic authentication allows no colon in the user name")
        }
        return .basic(username: username.value, password: password)
    }

    static func tls(_ mapping: MappingDecoder) -> EndpointTLS {
        var decoder = mapping
        decoder.refuse(RefusedKeys.tls)
        let authority = decoder.string("ca_file")
        let certificate = decoder.string("cert_file")
        let key = decoder.string("key_file")
        let skips = decoder.boolean("insecure_skip_verify")?.value ?? false
        decoder.finish()
        if (certificate == nil) != (key == nil) {
            decoder.mistakes.add(
                "\(decoder.field): `cert_file` and `key_file` go together", at: decoder.position)
        }
        if skips {
            decoder.warning("insecure_skip_verify", "anybody can pose as the receiver")
        }
        return EndpointTLS(
            authorityFile: authority?.value, certificateFile: certificate?.value,
            keyFile: key?.value, skipsVerification: skips)
    }

    private static func proxy(_ decoder: inout MappingDecoder) -> String? {
        guard let text = decoder.string("proxy_url") else { return nil }
        do {
            _ = try WebAddress(text.value)
            return text.value
        } catch {
            decoder.mistake("proxy_url", error.message)
            return nil
        }
    }

    /// A word that can stand in a header (RFC 9110 section 5.6.2).
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
