// What a configured header may look like. Source: RFC 9110 sections 5.1 and 5.5.

/// The rules for header names and values.
enum HeaderRules {
    /// Headers that belong to the transport.
    private static let managed = [
        "host", "content-length", "transfer-encoding", "connection", "accept-encoding", "te",
        "upgrade", "expect", "keep-alive", "trailer",
    ]

    /// Headers whose value is a secret.
    private static let secret = [
        "authorization", "proxy-authorization", "cookie", "x-api-key", "api-key", "x-auth-token",
        "authtoken", "x-amz-security-token",
    ]

    /// Nil when fine, else what is wrong.
    static func mistake(inName name: String) -> String? {
        if !isName(name) { return "is no header name (letters, digits and -_.~!#$%&'*+^`|)" }
        if managed.contains(name.lowercased()) { return "is set by the agent itself; remove it" }
        return nil
    }

    /// Nil when fine, else what is wrong.
    static func mistake(inValue value: String) -> String? {
        if value.utf8.count > 8192 { return "is longer than 8192 bytes" }
        let isBroken = value.unicodeScalars.contains {
            ($0.value < 0x20 && $0 != "\t") || $0.value == 0x7F
        }
        return isBroken ? "holds a line break or another control character" : nil
    }

    /// Whether a text is a header name.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 128 && name.utf8.allSatisfy(isTokenByte)
    }

    /// Whether a header of that name holds a secret.
    static func isSecret(_ name: String) -> Bool { secret.contains(name.lowercased()) }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
