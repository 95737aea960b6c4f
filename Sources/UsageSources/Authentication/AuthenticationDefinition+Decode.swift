// Decodes the key `auth` of a request.

import PositionedYAML

extension AuthenticationDefinition {
    private static let kinds = [
        "bearer", "header", "basic", "oauth2", "jwt_bearer", "sigv4", "mtls",
    ]

    /// Decodes the key `auth`; nil after a mistake. `mtls` brings a certificate, no credentials.
    static func decode(
        from request: inout MappingDecoder
    ) -> (authentication: AuthenticationDefinition, clientCertificate: ClientCertificateFiles?)? {
        guard let node = request.node("auth"), node.text != "none" else { return (.none, nil) }
        guard node.pairs != nil, var mapping = request.mapping("auth") else {
            request.mistake(
                "auth",
                "expected `none` or one of {bearer: SECRET}, {header: {name: NAME, secret: "
                    + "SECRET}}, {basic: {user: NAME, password: SECRET}}, {oauth2: …}, "
                    + "{jwt_bearer: …}, {sigv4: …}, {mtls: …}")
            return nil
        }
        let written = kinds.filter { mapping.node($0) != nil }
        defer { mapping.finish() }
        guard written.count == 1 else {
            let names = kinds.map { "`\($0)`" }.joined(separator: ", ")
            request.mistake("auth", "expected exactly one of \(names)")
            return nil
        }
        if written[0] == "mtls" {
            guard var files = mapping.mapping("mtls") else { return nil }
            let certificate = ClientCertificateFiles.decode(from: &files)
            files.finish()
            return certificate.map { (.none, $0) }
        }
        return credentials(written[0], in: &mapping).map { ($0, nil) }
    }

    private static func credentials(
        _ kind: String, in mapping: inout MappingDecoder
    ) -> AuthenticationDefinition? {
        switch kind {
        case "bearer": mapping.secret("bearer").map { .bearer($0) }
        case "header": header(in: &mapping)
        case "basic": basic(in: &mapping)
        case "oauth2": OAuthDefinition.decode(from: &mapping).map { .oauth2($0) }
        case "jwt_bearer": AssertionDefinition.decode(from: &mapping).map { .jwtBearer($0) }
        default: SignatureDefinition.decode(from: &mapping).map { .sigv4($0) }
        }
    }

    private static func header(in mapping: inout MappingDecoder) -> AuthenticationDefinition? {
        guard var header = mapping.mapping("header") else { return nil }
        let name = header.requiredString("name")
        let secret = header.requiredSecret("secret")
        header.finish()
        guard let name, let secret else { return nil }
        if let mistake = HeaderRules.mistake(inName: name.value) {
            header.mistake("name", mistake)
            return nil
        }
        return .header(name: name.value, secret)
    }

    private static func basic(in mapping: inout MappingDecoder) -> AuthenticationDefinition? {
        guard var basic = mapping.mapping("basic") else { return nil }
        let isPlain = basic.node("user")?.text != nil
        let user = basic.secretOrName("user")
        // Some vendors take the key as user name and no password.
        let password = isPlain ? basic.requiredSecret("password") : basic.secret("password")
        basic.finish()
        guard let user, !isPlain || password != nil else { return nil }
        return .basic(user: user, password: password)
    }
}

extension SignatureDefinition {
    /// Decodes the key `sigv4`; nil after a mistake.
    static func decode(from auth: inout MappingDecoder) -> SignatureDefinition? {
        guard var mapping = auth.mapping("sigv4") else { return nil }
        let region = word("region", in: &mapping)
        let service = word("service", in: &mapping)
        let accessKey = mapping.secretOrName("access_key_id")
        let secretKey = mapping.requiredSecret("secret_access_key")
        let session = mapping.secret("session_token")
        mapping.finish()
        guard let region, let service, let accessKey, let secretKey else { return nil }
        return SignatureDefinition(
            scope: "aws:amz:\(region):\(service)", accessKey: accessKey, secretKey: secretKey,
            sessionToken: session)
    }

    private static func word(_ key: String, in mapping: inout MappingDecoder) -> String? {
        guard let text = mapping.requiredString(key) else { return nil }
        let isWord =
            !text.value.isEmpty && text.value.utf8.count <= 64
            && text.value.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): true
                default: false
                }
            }
        if !isWord { mapping.mistake(key, "expected letters, digits and `-`, as us-east-1") }
        return isWord ? text.value : nil
    }
}
