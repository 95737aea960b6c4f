// libcurl as a whole: initialised once, and its version.

import CLibcurl
import Ports

/// libcurl's process-wide state.
enum Libcurl {
    private static let initialisation: CURLcode = ai_credits_curl_global_init()

    /// Initialises libcurl on the first call.
    static func prepare() throws(TransportError) {
        guard initialisation == CURLE_OK else {
            throw TransportError(.connect, "libcurl: \(text(of: initialisation))")
        }
    }

    /// libcurl's general words for a result code.
    static func text(of code: CURLcode) -> String {
        curl_easy_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
    }

    /// A number as libcurl's `long` options take it: within 32 bits and not below `lowest`.
    static func bounded(_ value: Int, from lowest: Int = 0) -> Int {
        min(max(value, lowest), Int(Int32.max))
    }
}

/// The version of the libcurl in use, for example `7.88.1`.
package func libcurlVersion() -> String {
    ai_credits_curl_version().map { String(cString: $0) } ?? "unknown"
}
