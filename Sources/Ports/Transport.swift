// The seam to the network: one request in, one response or one error out.
//
// 1. A response body is complete and within the request's limit, or the call throws; a request
//    that cares for the status alone may have it cut at the limit.
// 2. Redirects are not followed here: a 3xx is a response like any other.
// 3. Cancelling the calling task aborts the transfer.

/// Sends HTTP requests.
///
/// The real twin is `CurlTransport`, the simulated one answers from a script.
package protocol Transport: Sendable {
    /// Sends one request and waits for its complete response.
    ///
    /// - Throws: `TransportError` when no complete response arrived within the request's limits.
    func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse
}

/// A header as it is written on the wire.
package struct HTTPHeader: Sendable, Hashable {
    /// Field name, as written.
    package let name: String
    /// Field value without surrounding white space.
    package let value: String

    /// A header of a name and a value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One outgoing HTTP request with every limit that bounds it.
package struct TransportRequest: Sendable {
    /// GET, POST, PUT or DELETE.
    package var method: String
    /// Absolute `http` or `https` URL, already encoded; `smtp` or `smtps` for mail.
    package var url: String
    /// Headers in order; may hold secrets, so a request is never logged whole.
    package var headers: [HTTPHeader]
    /// Body bytes, or nil for none.
    package var body: [UInt8]?
    /// Name and password for HTTP basic authentication.
    package var basicCredentials: BasicCredentials?
    /// Provider, region and service of an AWS signature, such as `aws:amz:us-east-1:ce`; then
    /// `basicCredentials` holds the key.
    package var awsSignature: String?
    /// The most bytes of a decoded body that are accepted.
    package var maximumBodyBytes: Int
    /// Whether a longer body is cut there and the transfer ended, instead of an error.
    package var cutsLongBody = false
    /// Milliseconds to establish a connection, TLS included.
    package var connectTimeoutMilliseconds: Int
    /// Milliseconds for the whole transfer.
    package var timeoutMilliseconds: Int
    /// Path of a Unix socket to connect to instead of the URL's host.
    package var unixSocketPath: String?
    /// Which addresses may be connected to.
    package var addressPolicy: AddressPolicy
    /// Certificates, proxy and protocol version.
    package var connection: ConnectionOptions
    /// Who sends to whom when the URL is `smtp` or `smtps`; the body is then the whole mail.
    package var mail: MailEnvelope?

    /// A request with the defaults of a usage source.
    package init(
        method: String = "GET",
        url: String,
        headers: [HTTPHeader] = [],
        body: [UInt8]? = nil,
        basicCredentials: BasicCredentials? = nil,
        awsSignature: String? = nil,
        maximumBodyBytes: Int = 8 << 20,
        connectTimeoutMilliseconds: Int = 10_000,
        timeoutMilliseconds: Int = 60_000,
        unixSocketPath: String? = nil,
        addressPolicy: AddressPolicy = .trusted,
        connection: ConnectionOptions = ConnectionOptions(),
        mail: MailEnvelope? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.basicCredentials = basicCredentials
        self.awsSignature = awsSignature
        self.maximumBodyBytes = maximumBodyBytes
        self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
        self.timeoutMilliseconds = timeoutMilliseconds
        self.unixSocketPath = unixSocketPath
        self.addressPolicy = addressPolicy
        self.connection = connection
        self.mail = mail
    }
}

/// A user name and a password.
package struct BasicCredentials: Sendable, Hashable {
    /// The user's name.
    package let user: String
    /// The password; may be empty.
    package let password: String

    /// Credentials of a user.
    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }
}

/// How a connection is made, beyond the URL.
package struct ConnectionOptions: Sendable, Hashable {
    /// PEM file of certificate authorities; nil means the system's.
    package var certificateAuthorityFile: String?
    /// PEM file of a client certificate.
    package var clientCertificateFile: String?
    /// PEM file of the client certificate's key.
    package var clientKeyFile: String?
    /// Proxy URL; nil means no proxy, whatever the environment says.
    package var proxyURL: String?
    /// Hosts that are reached without the proxy: names with all below them, addresses, networks
    /// such as `10.0.0.0/8`; `*` alone means all.
    package var proxyExceptions: [String]
    /// Accept any certificate. Never set unless the operator wrote it.
    package var skipsCertificateVerification: Bool
    /// Offer HTTP/2 on TLS connections.
    package var offersHTTP2: Bool
    /// Abort below this many bytes a second over `lowSpeedSeconds`.
    package var lowSpeedBytesPerSecond: Int
    /// See `lowSpeedBytesPerSecond`; 0 switches the check off.
    package var lowSpeedSeconds: Int

    /// The defaults: system certificates, verification on, HTTP/2 offered, no proxy.
    package init(
        certificateAuthorityFile: String? = nil,
        clientCertificateFile: String? = nil,
        clientKeyFile: String? = nil,
        proxyURL: String? = nil,
        proxyExceptions: [String] = [],
        skipsCertificateVerification: Bool = false,
        offersHTTP2: Bool = true,
        lowSpeedBytesPerSecond: Int = 1,
        lowSpeedSeconds: Int = 30
    ) {
        self.certificateAuthorityFile = certificateAuthorityFile
        self.clientCertificateFile = clientCertificateFile
        self.clientKeyFile = clientKeyFile
        self.proxyURL = proxyURL
        self.proxyExceptions = proxyExceptions
        self.skipsCertificateVerification = skipsCertificateVerification
        self.offersHTTP2 = offersHTTP2
        self.lowSpeedBytesPerSecond = lowSpeedBytesPerSecond
        self.lowSpeedSeconds = lowSpeedSeconds
    }
}

/// Which addresses a request may connect to, judged on the connected address.
package enum AddressPolicy: Sendable, Hashable {
    /// The operator wrote the URL: any address.
    case trusted
    /// Public addresses only: no loopback, private, link-local, multicast or translated forms.
    case publicOnly
}

/// A complete HTTP response.
package struct TransportResponse: Sendable {
    /// Status code; of a mail server the last reply code, 250 when it has taken the mail.
    package let status: Int
    /// Headers of the final response, in order.
    package let headers: [HTTPHeader]
    /// Decoded body; of a mail server the last line.
    package let body: [UInt8]
    /// Absolute target of a redirect, resolved by libcurl's own URL parser.
    package let redirectURL: String?
    /// Seconds that `Retry-After` asks for, from either of its forms.
    package let retryAfterSeconds: Int?
    /// Duration of the transfer in milliseconds.
    package let elapsedMilliseconds: Int

    /// A response; tests leave out what they do not need.
    package init(
        status: Int,
        headers: [HTTPHeader] = [],
        body: [UInt8] = [],
        redirectURL: String? = nil,
        retryAfterSeconds: Int? = nil,
        elapsedMilliseconds: Int = 0
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.redirectURL = redirectURL
        self.retryAfterSeconds = retryAfterSeconds
        self.elapsedMilliseconds = elapsedMilliseconds
    }

    /// The value of the first header with that name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why no complete response arrived.
package struct TransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The closed list of causes.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Name resolution, refusal, reset, or an address that the policy forbids.
        case connect
        /// Handshake or certificate.
        case tls
        /// One of the time limits.
        case timeout
        /// The decoded body or the headers passed their limit.
        case tooLarge
        /// The calling task was cancelled.
        case cancelled
        /// A malformed URL or header, or an answer that is not HTTP.
        case `protocol`
    }

    /// The cause.
    package let reason: Reason
    /// libcurl's words with host and port, without user, query or secrets.
    package let message: String

    /// An error of a cause.
    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { message }
}
