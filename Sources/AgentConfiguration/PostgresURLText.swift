// What can be told about a `postgresql://` URL without asking libpq, which reads it in the end.
//
// Source: PostgreSQL's documentation, "Connection Strings" and "Parameter Key Words".

import PositionedYAML

/// The parts of a URL and what is wrong with them.
struct PostgresURLText {
    /// libpq's words for parameters behind the question mark.
    private static let parameters = [
        "application_name", "channel_binding", "client_encoding", "connect_timeout", "dbname",
        "fallback_application_name", "gssencmode", "gsslib", "host", "hostaddr", "keepalives",
        "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname", "options",
        "passfile", "password", "port", "replication", "requirepeer", "service", "ssl",
        "ssl_max_protocol_version", "ssl_min_protocol_version", "sslcert", "sslcompression",
        "sslcrl", "sslcrldir", "sslkey", "sslmode", "sslpassword", "sslrootcert", "sslsni",
        "target_session_attrs", "tcp_user_timeout", "user",
    ]

    /// What is wrong, in the order of the URL; none of it repeats a password.
    private(set) var mistakes: [String] = []
    /// Whether the URL holds a password.
    private(set) var hasPassword = false

    /// Looks at a URL that begins with `postgresql://` or `postgres://`.
    init(_ text: String) {
        guard let start = text.firstRange(of: "://")?.upperBound else { return }
        if text.contains(where: \.isWhitespace) {
            mistakes.append("a URL holds no spaces; write %20")
        }
        let parts = text[start...].split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let authority = parts[0].prefix { $0 != "/" }
        readAuthority(authority)
        let database = parts[0].dropFirst(authority.count).dropFirst()
        if database.contains("/") {
            mistakes.append("the name of the database holds a `/`; write %2F")
        }
        if parts.count > 1 { readParameters(parts[1]) }
        if Self.hasBadEscape(text) {
            mistakes.append("a `%` begins no escape; write %25")
        }
    }

    private mutating func readAuthority(_ authority: Substring) {
        var hosts = authority
        if let at = authority.lastIndex(of: "@") {
            hasPassword = authority[..<at].contains(":")
            hosts = authority[authority.index(after: at)...]
        }
        for host in hosts.split(separator: ",") {
            let name = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host[...]
            guard let colon = name.lastIndex(of: ":") else { continue }
            let port = name[name.index(after: colon)...]
            if !port.isEmpty, Int(port).map({ (1...65_535).contains($0) }) != true {
                mistakes.append("`\(port)` is no port; it lies between 1 and 65535")
            }
        }
    }

    private mutating func readParameters(_ text: Substring) {
        for pair in text.split(separator: "&", omittingEmptySubsequences: false) {
            let name = String(pair.prefix { $0 != "=" })
            guard pair.contains("=") else {
                mistakes.append("the parameter `\(name)` has no value; write \(name)=…")
                continue
            }
            if name == "password" { hasPassword = true }
            guard !Self.parameters.contains(name) else { continue }
            var message = "libpq has no parameter `\(name)`"
            if let near = NearestWord.nearest(to: name, among: Self.parameters) {
                message += "; did you mean `\(near)`?"
            }
            mistakes.append(message)
        }
    }

    private static func hasBadEscape(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.indices.contains { index in
            guard bytes[index] == UInt8(ascii: "%") else { return false }
            let digits = bytes[(index + 1)...].prefix(2)
            return digits.count < 2
                || !digits.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
        }
    }
}
