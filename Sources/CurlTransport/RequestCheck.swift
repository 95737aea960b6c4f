// Refuses what must not go out, before anything does. libcurl sends headers as they are given,
// so line breaks in them are ours to find.

import CLibcurl
import Ports

/// Where a request goes, as far as it may be shown: no user, path or query.
struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`.
    let scheme: String
    /// Host, an IPv6 address in brackets.
    let host: String
    let port: String
    /// Path of the Unix socket that is used instead of the host.
    let socketPath: String?

    var description: String {
        socketPath.map { "\(host):\(port) at \($0)" } ?? "\(host):\(port)"
    }
}

/// Checks on requests.
enum RequestCheck {
    private static let methods = ["GET", "POST", "PUT", "DELETE"]

    /// The endpoint of a request that may be sent.
    ///
    /// - Throws: `.protocol` for a method, URL or header that is malformed, `.connect` for a Unix
    ///   socket where only public addresses are allowed.
    static func endpoint(of request: TransportRequest) throws(TransportError) -> Endpoint {
        let endpoint = try endpoint(
            ofURL: request.url, socketPath: request.unixSocketPath,
            schemes: request.mail == nil ? ["http", "https"] : ["smtp", "smtps"])
        if let mail = request.mail { try check(mail, endpoint) }
        guard methods.contains(request.method) else {
            throw TransportError(.protocol, endpoint, "the method is not one of \(methods)")
        }
        for header in request.headers { try check(header, endpoint) }
        let texts: [(String, String?)] = [
            ("Unix socket path", request.unixSocketPath),
            ("proxy URL", request.connection.proxyURL),
            ("list of proxy exceptions", request.connection.proxyExceptions.joined()),
            ("certificate authority file", request.connection.certificateAuthorityFile),
            ("client certificate file", request.connection.clientCertificateFile),
            ("client key file", request.connection.clientKeyFile),
            ("user name", request.basicCredentials?.user),
            ("password", request.basicCredentials?.password),
        ]
        for (name, text) in texts where text?.utf8.contains(0) == true {
            throw TransportError(.protocol, endpoint, "the \(name) holds a NUL character")
        }
        if request.unixSocketPath != nil, request.addressPolicy == .publicOnly {
            throw TransportError(
                .connect, endpoint, "a Unix socket is not a public address, as required here")
        }
        return endpoint
    }

    /// What stands in a command to a mail server must not begin another one.
    private static func check(
        _ mail: MailEnvelope, _ endpoint: Endpoint
    ) throws(TransportError) {
        let texts = [mail.sender, mail.hello] + mail.recipients
        let isClean = texts.allSatisfy { text in
            !text.isEmpty
                && text.utf8.allSatisfy { byte in
                    byte > 0x20 && byte < 0x7F && !"<>/?#\\".utf8.contains(byte)
                }
        }
        let login = [mail.login?.user, mail.login?.password, mail.login?.identity]
        guard isClean, !mail.recipients.isEmpty else {
            throw TransportError(.protocol, endpoint, "a mail address cannot be used")
        }
        guard !login.contains(where: { $0?.utf8.contains(0) == true }) else {
            throw TransportError(.protocol, endpoint, "a mail credential holds a NUL character")
        }
    }

    private static func check(
        _ header: HTTPHeader, _ endpoint: Endpoint
    ) throws(TransportError) {
        guard isHeaderName(header.name) else {
            throw TransportError(.protocol, endpoint, "a header name is not an HTTP token")
        }
        guard isHeaderValue(header.value) else {
            throw TransportError(
                .protocol, endpoint, "the header \(header.name) holds a control character")
        }
    }

    /// Whether a name is a token. Source: RFC 9110 section 5.6.2.
    static func isHeaderName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// Whether a value holds no control character but the tab. Source: RFC 9110 section 5.5.
    static func isHeaderValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
    }

    // MARK: - URL

    private static func endpoint(
        ofURL url: String, socketPath: String?, schemes: [String]
    ) throws(TransportError) -> Endpoint {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw TransportError(.protocol, "the URL holds a space or a control character")
        }
        // libcurl passes over a third slash and would take the path for a host.
        let lowered = url.lowercased()
        guard !lowered.hasPrefix("http:///"), !lowered.hasPrefix("https:///") else {
            throw TransportError(.protocol, "the URL names no host")
        }
        guard let parser = curl_url() else {
            throw TransportError(.connect, "libcurl: out of memory")
        }
        defer { curl_url_cleanup(parser) }
        let code = curl_url_set(parser, CURLUPART_URL, url, UInt32(CURLU_DISALLOW_USER))
        guard code == CURLUE_OK else {
            throw TransportError(.protocol, problem(code))
        }
        guard let scheme = part(CURLUPART_SCHEME, of: parser),
            let host = part(CURLUPART_HOST, of: parser), !host.isEmpty,
            let port = part(CURLUPART_PORT, of: parser)
        else { throw TransportError(.protocol, "the URL names no host") }
        guard schemes.contains(scheme) else {
            let names = schemes.map { "\($0):" }.joined(separator: " nor with ")
            throw TransportError(.protocol, "the URL begins neither with \(names)")
        }
        return Endpoint(scheme: scheme, host: host, port: port, socketPath: socketPath)
    }

    private static func problem(_ code: CURLUcode) -> String {
        if code == CURLUE_USER_NOT_ALLOWED {
            return "the URL holds a user name; give it apart from the URL"
        }
        let words = curl_url_strerror(code).map { String(cString: $0) } ?? "malformed"
        return "the URL cannot be used: \(words)"
    }

    private static func part(_ part: CURLUPart, of parser: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        let code = curl_url_get(parser, part, &text, UInt32(CURLU_DEFAULT_PORT))
        guard code == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}
