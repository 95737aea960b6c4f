// Mail addresses as they stand in `from` and `to`.

/// One mailbox: `alice@example.com` or `On call <alice@example.com>`.
package struct MailAddress: Sendable, Hashable {
    /// The most bytes of an address.
    ///
    /// - Source: RFC 5321 section 4.5.3.1 (256 octets with its angle brackets)
    static let maximumLength = 254

    /// What is shown instead of the address; may be empty.
    package let displayName: String
    /// The address: local part, `@`, domain; printable ASCII without blanks and brackets.
    package let address: String

    /// The part behind the `@`.
    package var domain: String {
        address.split(separator: "@").last.map(String.init) ?? ""
    }

    /// Reads a list separated by commas; nil when one of its entries is no mailbox.
    package static func list(_ text: String) -> [MailAddress]? {
        var addresses: [MailAddress] = []
        for part in split(text) {
            guard let address = MailAddress(part) else { return nil }
            addresses.append(address)
        }
        return addresses.isEmpty ? nil : addresses
    }

    /// Reads one mailbox; nil when it is none.
    package init?(_ text: some StringProtocol) {
        let text = Self.trimmed(text)
        guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        var name: Substring = ""
        var address = text
        if text.hasSuffix(">") {
            guard let bracket = text.firstIndex(of: "<") else { return nil }
            name = Self.trimmed(text[..<bracket])
            address = text[text.index(after: bracket)...].dropLast()
        }
        guard Self.isAddress(address) else { return nil }
        self.address = String(address)
        if name.count > 1, name.hasPrefix("\""), name.hasSuffix("\"") {
            name = name.dropFirst().dropLast()
        }
        guard !name.contains(where: { "<>\"\\".contains($0) }) else { return nil }
        displayName = String(name)
    }

    /// Splits at commas outside of quotes.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            guard text[index] == ",", !isQuoted else { continue }
            parts.append(text[start..<index])
            start = text.index(after: index)
        }
        return parts + [text[start...]]
    }

    private static func trimmed(_ text: some StringProtocol) -> Substring {
        var rest = Substring(text)
        while rest.first == " " || rest.first == "\t" { rest = rest.dropFirst() }
        while rest.last == " " || rest.last == "\t" { rest = rest.dropLast() }
        return rest
    }

    private static func isAddress(_ text: Substring) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && text.utf8.count <= maximumLength
            && parts.allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".") && !part.hasSuffix(".")
                    && part.utf8.allSatisfy { byte in
                        byte > 0x20 && byte < 0x7F && !#"<>()[],;:\""#.utf8.contains(byte)
                    }
            }
    }
}
