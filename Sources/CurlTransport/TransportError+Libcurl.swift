// libcurl's results in the words of the seam.

import CLibcurl
import Ports

extension TransportError {
    /// An error that names where the request went.
    init(_ reason: Reason, _ endpoint: Endpoint, _ message: String) {
        self.init(reason, "\(endpoint): \(Self.printable(message))")
    }

    /// What a request gets whose task was cancelled.
    static func cancelled(_ endpoint: Endpoint) -> TransportError {
        TransportError(.cancelled, endpoint, "the request was cancelled")
    }

    /// What a request gets that a stopped transport will not finish.
    static func shutDown(_ endpoint: Endpoint) -> TransportError {
        TransportError(.cancelled, endpoint, "the transport was shut down")
    }

    /// libcurl quotes what a server sent in a few messages.
    private static func printable(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(300).map { scalar in
                scalar.value < 0x20 || scalar.value == 0x7F ? "?" : Character(scalar)
            })
    }
}

extension TransportError.Reason {
    /// The reason for a libcurl result. Source: libcurl-errors(3), libcurl 7.88.1.
    static func reason(for code: CURLcode) -> TransportError.Reason {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            .timeout
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT,
            CURLE_PROXY, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR,
            CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND, CURLE_HTTP2, CURLE_HTTP2_STREAM,
            CURLE_INTERFACE_FAILED, CURLE_OUT_OF_MEMORY, CURLE_ABORTED_BY_CALLBACK:
            .connect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_CRL_BADFILE, CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_CLIENTCERT, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_SHUTDOWN_FAILED, CURLE_USE_SSL_FAILED:
            .tls
        case CURLE_FILESIZE_EXCEEDED:
            .tooLarge
        default:
            .protocol
        }
    }
}
