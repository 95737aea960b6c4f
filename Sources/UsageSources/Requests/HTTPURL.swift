// The little of URLs that sources need: to check what an operator wrote, to compare origins, to
// encode. The address itself is parsed by the transport.
//
// Source: RFC 3986; user information is refused since a secret in a URL ends up in logs.

/// A checked absolute `http` or `https` URL.
package struct HTTPURL: Sendable, Hashable {
    /// `http` or `https`.
    package let scheme: String
    /// Host in lower case, brackets kept.
    package let host: String
    /// Port, the scheme's own when not written.
    package let port: Int
    /// Path as written, without query.
    package let path: String
    /// Query as written, without `?`; nil when there is none.
    package let query: String?

    /// Why a text is no such URL.
    package struct Failure: Error, Sendable, Equatable {
        /// What is wrong, without any secret.
        package let message: String
    }

    /// Reads and checks a URL.
    package init(_ text: String) throws(Failure) {
        try Self.checkCharacters(text)
        guard let colon = text.firstRange(of: "://") else {
            throw Failure(message: "must be an absolute URL such as https://api.example.com/usage")
        }
        scheme = text[..<colon.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else {
            throw Failure(message: "the scheme must be http or https, not \"\(scheme.prefix(20))\"")
        }
        let rest = text[colon.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        (host, port) = try Self.authority(rest[..<end], isSecure: scheme == "https")
        let target = rest[end...]
        let mark = target.firstIndex(of: "?")
        path = String(target[..<(mark ?? target.endIndex)])
        query = mark.map { String(target[target.index(after: $0)...]) }
    }

    private static func checkCharacters(_ text: String) throws(Failure) {
        guard text.utf8.count <= 8192 else { throw Failure(message: "is longer than 8192 bytes") }
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case 0...0x20, 0x7F:
                throw Failure(message: "holds white space or a control character; write it as %20")
            case 0x80...:
                throw Failure(message: "holds a character beyond ASCII; percent-encode it")
            case UInt8(ascii: "#"):
                throw Failure(message: "has a fragment (#), which no server sees; remove it")
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\\"),
                UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "{"), UInt8(ascii: "|"),
                UInt8(ascii: "}"):
                let character = Character(Unicode.Scalar(byte))
                throw Failure(message: "holds `\(character)`; percent-encode it")
            case UInt8(ascii: "%"):
                let digits = bytes[(index + 1)...].prefix(2)
                guard digits.count == 2, digits.allSatisfy(isHexadecimal) else {
                    throw Failure(message: "holds `%` without two hexadecimal digits; write %25")
                }
            default: break
            }
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte & 0xDF)
    }

    private static func authority(
        _ text: Substring, isSecure: Bool
    ) throws(Failure) -> (String, Int) {
        if text.contains("@") {
            throw Failure(
                message: "holds user information (before `@`); put credentials into `auth`")
        }
        var host = text
        var digits: Substring?
        let bracket = text.lastIndex(of: "]")
        if let colon = text.lastIndex(of: ":"), bracket.map({ colon > $0 }) ?? true {
            host = text[..<colon]
            digits = text[text.index(after: colon)...]
        }
        guard !host.isEmpty else { throw Failure(message: "has no host") }
        let allowed = host.hasPrefix("[") && host.hasSuffix("]") ? "[]:.%" : "-._~"
        guard host.allSatisfy({ $0.isLetter || $0.isNumber || allowed.contains($0) }) else {
            throw Failure(message: "\"\(host.prefix(60))\" is no host name")
        }
        guard let digits else { return (host.lowercased(), isSecure ? 443 : 80) }
        guard digits.utf8.count <= 5, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), (1...65_535).contains(port)
        else { throw Failure(message: "the port must be from 1 to 65535") }
        return (host.lowercased(), port)
    }

    /// Scheme, host and port: `https://api.example.com`, the port only when unusual.
    package var origin: String {
        let usual = scheme == "https" ? 443 : 80
        return "\(scheme)://\(host)" + (port == usual ? "" : ":\(port)")
    }

    /// The URL that a reference leads to from this one. Source: RFC 3986 section 5.2, without
    /// `..` in relative paths, which servers that link to themselves do not write.
    package func resolving(_ reference: String) throws(Failure) -> HTTPURL {
        let target = String(reference.prefix { $0 != "#" })
        if target.contains("://"), !target.hasPrefix("/"), !target.hasPrefix("?") {
            return try HTTPURL(target)
        }
        if target.hasPrefix("//") { return try HTTPURL(scheme + ":" + target) }
        if target.hasPrefix("/") { return try HTTPURL(origin + target) }
        if target.hasPrefix("?") { return try HTTPURL(withoutQuery + target) }
        if target.isEmpty { return self }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return try HTTPURL(origin + folder + target)
    }

    /// Origin and path, for messages: no query.
    package var withoutQuery: String { origin + path }

    /// The whole URL.
    package var text: String { withoutQuery + (query.map { "?\($0)" } ?? "") }

    /// Whether the host is this machine.
    package var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Names of the query's parameters as written.
    package var queryNames: [String] {
        (query ?? "").split(separator: "&").map { pair in
            String(pair.prefix { $0 != "=" })
        }
    }

    /// Percent-encodes all but RFC 3986's unreserved characters.
    package static func encoded(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                output.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                output += digits.utf8.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return output
    }
}
