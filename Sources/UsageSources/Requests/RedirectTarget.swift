// Where a redirect may lead: nowhere but the origin that the operator wrote.

/// Why a redirect is not followed; continues the sentence "… answered 301".
struct RedirectRefusal: Error {
    let clause: String
}

/// Judges redirects.
enum RedirectTarget {
    /// The URL to ask next.
    static func url(
        of response: SourceResponse, from current: String
    ) throws(RedirectRefusal) -> String {
        guard let origin = try? HTTPURL(current) else {
            throw RedirectRefusal(clause: "to an address that cannot be judged")
        }
        let location = response.header("location").flatMap { $0.isEmpty ? nil : $0 }
        guard let written = response.redirectURL ?? location else {
            throw RedirectRefusal(clause: "without saying where to (header Location)")
        }
        let target: HTTPURL
        do throws(HTTPURL.Failure) {
            target = try origin.resolving(written)
        } catch {
            throw RedirectRefusal(clause: "to an address that \(error.message)")
        }
        if target.origin == origin.origin { return target.text }
        if origin.scheme == "https", target.scheme == "http" {
            throw RedirectRefusal(clause: "to \(target.origin): never from https to http")
        }
        throw RedirectRefusal(
            clause: "to \(target.origin); redirects are followed within \(origin.origin) only, "
                + "write the new address into `request.url` if it is right")
    }
}

/// Names of HTTP statuses for messages.
enum StatusName {
    private static let names: [Int: String] = [
        301: "Moved Permanently", 302: "Found", 304: "Not Modified", 307: "Temporary Redirect",
        308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
        404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 410: "Gone",
        422: "Unprocessable Content", 425: "Too Early", 429: "Too Many Requests",
        500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
        504: "Gateway Timeout",
    ]

    /// `404 Not Found`.
    static func text(_ status: Int) -> String {
        names[status].map { "\(status) \($0)" } ?? "\(status)"
    }
}
