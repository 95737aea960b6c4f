// A request as libcurl options. What is not set here has libcurl's default after a reset:
// no cookies, no netrc, no HTTP/0.9, no alternative services.
//
// Source: reference of curl_easy_setopt(3), libcurl 7.88.1.

import CLibcurl
import Ports

extension EasyHandle {
    /// CURLAUTH_BASIC, a macro with a cast that Swift does not import.
    private static let basicAuthentication = 1

    /// URL, schemes, encodings and credentials.
    func setBasics(_ request: TransportRequest, userAgent: String) throws(SetupFailure) {
        // The path of a mail's address is the name that the server is greeted with.
        try set(CURLOPT_URL, request.mail.map { "\(request.url)/\($0.hello)" } ?? request.url)
        try set(CURLOPT_PROTOCOLS_STR, request.mail == nil ? "http,https" : "smtp,smtps")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, false)
        try set(CURLOPT_NOSIGNAL, true)
        try set(CURLOPT_USERAGENT, userAgent)
        // All encodings that libcurl can decode.
        try set(CURLOPT_ACCEPT_ENCODING, "")
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true)
        if let credentials = request.basicCredentials {
            if let signature = request.awsSignature {
                // It selects its own kind of authentication.
                try set(CURLOPT_AWS_SIGV4, signature)
            } else {
                try set(CURLOPT_HTTPAUTH, Self.basicAuthentication)
            }
            try set(CURLOPT_USERNAME, credentials.user)
            try set(CURLOPT_PASSWORD, credentials.password)
        }
    }

    /// Time limits in milliseconds; 0 would mean none, so the least is 1.
    func setTimeLimits(
        _ request: TransportRequest, remaining: Duration
    ) throws(SetupFailure) {
        let (seconds, attoseconds) = remaining.components
        let milliseconds = Int(seconds) * 1_000 + Int(attoseconds / 1_000_000_000_000_000)
        try set(CURLOPT_TIMEOUT_MS, Libcurl.bounded(milliseconds, from: 1))
        try set(
            CURLOPT_CONNECTTIMEOUT_MS,
            Libcurl.bounded(request.connectTimeoutMilliseconds, from: 1))
        if request.connection.lowSpeedSeconds > 0 {
            try set(
                CURLOPT_LOW_SPEED_LIMIT,
                Libcurl.bounded(request.connection.lowSpeedBytesPerSecond))
            try set(CURLOPT_LOW_SPEED_TIME, Libcurl.bounded(request.connection.lowSpeedSeconds))
        }
        // Without it an abort waits for the resolver thread, and every transfer with it.
        try set(CURLOPT_QUICK_EXIT, true)
    }

    // MARK: - Mail

    /// CURLUSESSL_ALL: no mail without STARTTLS. The macro is an enumeration here.
    private static let requireTLS = Int(CURLUSESSL_ALL.rawValue)

    /// Envelope and credentials of a mail; `recipients` and the mail's source are the transfer's.
    ///
    /// - Parameter answerSeconds: how long the server may take for one reply.
    func setMail(
        _ mail: MailEnvelope, recipients: UnsafeMutablePointer<curl_slist>?, answerSeconds: Int
    ) throws(SetupFailure) {
        try set(CURLOPT_MAIL_FROM, "<\(mail.sender)>")
        try setList(CURLOPT_MAIL_RCPT, recipients)
        try set(CURLOPT_UPLOAD, true)
        let usesTLS = Int(CURLUSESSL_NONE.rawValue)
        try set(CURLOPT_USE_SSL, mail.requiresTLS ? Self.requireTLS : usesTLS)
        try set(CURLOPT_SERVER_RESPONSE_TIMEOUT, Libcurl.bounded(answerSeconds, from: 1))
        // A connection that was opened for others is never taken over.
        try set(CURLOPT_FRESH_CONNECT, true)
        try set(CURLOPT_FORBID_REUSE, true)
        guard let login = mail.login else { return }
        try set(CURLOPT_USERNAME, login.user)
        try set(CURLOPT_PASSWORD, login.password)
        try set(
            CURLOPT_LOGIN_OPTIONS,
            login.usesChallenge ? "AUTH=CRAM-MD5" : "AUTH=PLAIN;AUTH=LOGIN")
        if !login.identity.isEmpty { try set(CURLOPT_SASL_AUTHZID, login.identity) }
    }

    /// Method and body. POST and PUT without a body say `Content-Length: 0`.
    func setMethodAndBody(_ request: TransportRequest) throws(SetupFailure) {
        let saysLength = request.method == "POST" || request.method == "PUT"
        let body = request.body ?? (saysLength ? [] : nil)
        if let body {
            try set(CURLOPT_POST, true)
            try setBody(body)
        } else {
            try set(CURLOPT_HTTPGET, true)
        }
        let methodOfLibcurl = body == nil ? "GET" : "POST"
        if request.method != methodOfLibcurl { try set(CURLOPT_CUSTOMREQUEST, request.method) }
    }

    /// Proxy, Unix socket, protocol version and reuse.
    func setConnection(
        _ request: TransportRequest, endpoint: Endpoint, options: CurlTransportOptions
    ) throws(SetupFailure) {
        // The empty texts switch off the environment's proxy variables.
        try set(CURLOPT_PROXY, request.connection.proxyURL ?? "")
        try set(CURLOPT_NOPROXY, request.connection.proxyExceptions.joined(separator: ","))
        if let path = request.unixSocketPath { try set(CURLOPT_UNIX_SOCKET_PATH, path) }
        // Over HTTP/2, 7.88.1 misses the end of an answer that comes before it has sent the body
        // (measured: 30 of 30 such answers to 200 kB ended as time-outs), so bodies take 1.1.
        let offersHTTP2 = request.connection.offersHTTP2 && (request.body ?? []).isEmpty
        try set(
            CURLOPT_HTTP_VERSION,
            offersHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        // Wait whether a connection that is being made can carry this request as well.
        try set(CURLOPT_PIPEWAIT, offersHTTP2 && endpoint.scheme == "https")
        try set(CURLOPT_TCP_KEEPALIVE, true)
        try set(
            CURLOPT_MAXLIFETIME_CONN, Libcurl.bounded(options.connectionLifetimeSeconds, from: 1))
    }

    /// Certificates and the least TLS version.
    ///
    /// The client's certificate goes as bytes: libcurl reuses a connection, or a TLS session, whose
    /// certificate has the same path, but not one whose certificate has other bytes.
    func setTLS(
        _ connection: ConnectionOptions, client: ClientIdentity
    ) throws(SetupFailure) {
        let verifies = !connection.skipsCertificateVerification
        try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        try set(CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        try set(CURLOPT_SSL_VERIFYPEER, verifies)
        try set(CURLOPT_SSL_VERIFYHOST, verifies ? 2 : 0)
        if let file = connection.certificateAuthorityFile {
            try set(CURLOPT_CAINFO, file)
            try set(CURLOPT_PROXY_CAINFO, file)
            // A named file replaces the system's authorities; Debian also sets a directory.
            try set(CURLOPT_CAPATH, nil)
            try set(CURLOPT_PROXY_CAPATH, nil)
            // A replaced file is seen within a minute instead of a day.
            try set(CURLOPT_CA_CACHE_TIMEOUT, 60)
        }
        if let certificate = client.certificate {
            try set(CURLOPT_SSLCERT_BLOB, bytes: certificate)
        }
        if let key = client.key { try set(CURLOPT_SSLKEY_BLOB, bytes: key) }
    }
}
