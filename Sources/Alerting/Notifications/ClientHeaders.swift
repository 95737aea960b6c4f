// Reads `http_headers`: headers that the operator adds to every request.

import PositionedYAML

/// Reads `http_headers`.
///
/// - Source: prometheus/common config/headers.go
enum ClientHeaders {
    private static let mostValues = 64

    /// What the request itself says, in lower case.
    private static let reserved: Set<String> = [
        "accept-encoding", "authorization", "connection", "content-encoding", "content-length",
        "content-type", "host", "keep-alive", "proxy-authenticate", "proxy-authorization", "te",
        "trailer", "transfer-encoding", "upgrade", "user-agent", "webhook-id", "webhook-signature",
        "webhook-timestamp", "www-authenticate",
    ]

    static func read(_ mapping: MappingDecoder) -> [ClientHeader] {
        var decoder = mapping
        var headers: [ClientHeader] = []
        for key in decoder.keys {
            let name = key.value
            guard let entry = decoder.mapping(name) else { continue }
            if !isToken(name) {
                decoder.mistake(name, "this is no name of a header")
            } else if reserved.contains(name.lowercased()) {
                decoder.mistake(name, "this header cannot be set here; remove it")
            }
            headers += values(entry).map { ClientHeader(name: name, value: $0) }
        }
        if headers.count > mostValues {
            decoder.mistakes.add(
                "\(decoder.field): at most \(mostValues) values", at: decoder.position)
        }
        return headers
    }

    private static func values(_ mapping: MappingDecoder) -> [ClientHeader.Value] {
        var decoder = mapping
        let written = decoder.strings("values") ?? []
        for text in written where !isValue(text.value) {
            decoder.mistakes.add(
                "\(decoder.field(of: "values")): a value holds a control character",
                at: text.position)
        }
        let field = decoder.field(of: "secrets")
        let secrets = (decoder.sequence("secrets") ?? []).enumerated().compactMap { index, node in
            MappingDecoder.secret(of: node, field: "\(field)[\(index)]", into: decoder.mistakes)
        }
        let files = (decoder.strings("files") ?? []).compactMap {
            SecretField.reference(toFile: $0, decoder, "files")
        }
        decoder.finish()
        return written.map { .written($0.value) } + (secrets + files).map { .secret($0) }
    }

    /// Whether a header can say it; libcurl sends what it is given.
    private static func isValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }

    /// A word that can stand in a header (RFC 9110 section 5.6.2).
    static func isToken(_ text: String) -> Bool {
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
