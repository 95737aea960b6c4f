// Absolute http and https addresses, checked without repeating them: they can be secrets.

/// Why a text is no usable address; the message never holds the text.
package struct WebAddressError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong and what to do.
    package let message: String

    /// The message.
    package var description: String { message }
}

/// An absolute `http://` or `https://` address without user information.
package struct WebAddress: Sendable, Hashable {
    /// The longest address that is accepted, in bytes.
    package static let maximumLength = 8192

    /// Whether the scheme is https.
    package let isEncrypted: Bool
    /// The host in lower case; an IPv6 address without its brackets.
    package let host: String
    /// The port, if written.
    package let port: Int?

    /// Checks an address.
    package init(_ text: String) throws(WebAddressError) {
        guard text.utf8.count <= Self.maximumLength else {
            throw WebAddressError(
                message: "the URL is longer than \(Self.maximumLength) bytes")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw WebAddressError(
                message: "the URL has a space, backslash, control or non-ASCII character; "
                    + "write it percent-encoded")
        }
        let lowered = text.lowercased()
        let rest: Substring
        if lowered.hasPrefix("https://") {
            isEncrypted = true
            rest = lowered.dropFirst(8)
        } else if lowered.hasPrefix("http://") {
            isEncrypted = false
            rest = lowered.dropFirst(7)
        } else {
            throw WebAddressError(message: "expected an absolute http:// or https:// URL")
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else {
            throw WebAddressError(
                message: "the URL holds a user name or password; use http_config instead")
        }
        (host, port) = try Self.split(authority)
    }

    /// Whether the host is this machine: `localhost`, 127.0.0.0/8 or ::1.
    package var isLoopback: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func split(
        _ authority: Substring
    ) throws(WebAddressError) -> (host: String, port: Int?) {
        var host = authority
        var portText: Substring?
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else {
                throw WebAddressError(message: "the URL's IPv6 address has no closing bracket")
            }
            host = authority[authority.index(after: authority.startIndex)..<end]
            let tail = authority[authority.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else {
                throw WebAddressError(message: "the URL's host is malformed")
            }
            portText = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            portText = authority[authority.index(after: colon)...]
        }
        guard !host.isEmpty else { throw WebAddressError(message: "the URL has no host") }
        guard let portText else { return (String(host), nil) }
        guard portText.allSatisfy(\.isNumber), let port = Int(portText), (1...65535) ~= port else {
            throw WebAddressError(message: "the URL's port is not a number from 1 to 65535")
        }
        return (String(host), port)
    }
}
