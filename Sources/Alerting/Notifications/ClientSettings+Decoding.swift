// Reads `http_config`.

import PositionedYAML

extension ClientSettings {
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
        proxyExceptions = ProxyExceptions.read(&decoder)
        headers = decoder.mapping("http_headers").map(ClientHeaders.read) ?? []
        decoder.finish()
    }

    private static func header(_ mapping: MappingDecoder) -> EndpointAuthorization? {
        var decoder = mapping
        decoder.refuse(RefusedKeys.authorization)
        let type = decoder.string("type")?.value ?? "Bearer"
        if type.lowercased() == "basic" {
            decoder.mistake("type", "use `basic_auth` for basic authentication")
        } else if !ClientHeaders.isToken(type) {
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
}

/// Reads `no_proxy`.
///
/// - Source: prometheus/common config/http_config.go (ProxyConfig); Go's
///   golang.org/x/net/http/httpproxy, which never takes a proxy to this machine once there is a
///   list
enum ProxyExceptions {
    private static let mostEntries = 100
    private static let ownMachine = ["localhost", "127.0.0.0/8", "::1"]

    static func read(_ decoder: inout MappingDecoder) -> [String] {
        guard let text = decoder.string("no_proxy") else { return [] }
        guard decoder.node("proxy_url") != nil else {
            decoder.mistake("no_proxy", "there is no `proxy_url` to make an exception from")
            return []
        }
        let entries = text.value.split(separator: ",").map { entry in
            String(entry.filter { $0 != " " && $0 != "\t" })
        }.filter { !$0.isEmpty }
        guard entries.count <= mostEntries else {
            decoder.mistake("no_proxy", "at most \(mostEntries) entries")
            return []
        }
        for entry in entries where !isUsable(entry) {
            decoder.mistake(
                "no_proxy",
                "expected a host, a domain, an address, or a network such as 10.0.0.0/8, without a "
                    + "port; found \"\(entry)\"")
        }
        // One star alone: nothing takes the proxy.
        if entries.contains("*") { return ["*"] }
        guard !entries.isEmpty else { return [] }
        // A domain stands for itself and all below it, with a star before it or without.
        return entries.map { $0.hasPrefix("*.") ? String($0.dropFirst(2)) : $0 } + ownMachine
    }

    private static func isUsable(_ entry: String) -> Bool {
        if entry == "*" { return true }
        let name = entry.hasPrefix("*.") ? entry.dropFirst(2) : entry[...]
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2 {
            guard let bits = UInt8(parts[1]), bits <= 128 else { return false }
        }
        let colons = name.utf8.count { $0 == UInt8(ascii: ":") }
        return parts.count <= 2 && parts.first?.isEmpty == false && colons != 1
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-._:/".utf8.contains(byte)
                }
            }
    }
}
