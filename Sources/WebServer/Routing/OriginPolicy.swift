// Keeps other pages in somebody's browser from changing things here.
//
// 1. Only requests that a browser made are judged: they carry Origin or Sec-Fetch-Site.
// 2. Such a change must come from a page of this agent, under one of its own names, so that a name
//    that was made to lead here (DNS rebinding) does not help.
// 3. Reading is not judged: over plain HTTP a browser marks no reading of a page's own origin, so
//    such a name looks like any that the agent is rightly called by. Anonymous access decides.
//
// Source: Fetch Metadata Request Headers, "append the Fetch metadata headers for a request" (for
// trustworthy URLs alone); Fetch, "append a request Origin header" (not to GET of the same origin)

/// Judges where a change comes from.
struct OriginPolicy: Sendable {
    /// Names of this agent beside addresses and `localhost`, lower case.
    private let names: Set<String>

    /// A policy of an agent that people reach at a URL.
    init(externalURL: String) {
        let name = Self.authority(of: externalURL).map { Self.host(of: $0) }
        names = Set([name].compactMap { $0 })
    }

    /// Nil when the change may go on, else why not.
    func refusal(of request: WebRequest) -> String? {
        let site = request.header("sec-fetch-site")?.lowercased()
        let origin = request.header("origin")?.lowercased()
        guard site != nil || origin != nil else { return nil }
        let host = request.header("host")?.lowercased() ?? ""
        if let site, site != "same-origin", site != "none" {
            return "a page of another site may not change anything here (Sec-Fetch-Site: \(site))"
        }
        if let origin, Self.authority(of: origin) != host {
            return "a page of another origin may not change anything here"
        }
        guard isOwn(Self.host(of: host)) else {
            return "a browser may change things only under the agent's own name; set "
                + "--web.external-url to the address that people open"
        }
        return nil
    }

    private func isOwn(_ name: String) -> Bool {
        if name == "localhost" || name.hasSuffix(".localhost") || names.contains(name) {
            return true
        }
        if name.hasPrefix("[") { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Host and port of a URL.
    private static func authority(of url: String) -> String? {
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        return url[start...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }.lowercased()
    }

    /// The name in `name:port`.
    private static func host(of authority: String) -> String {
        if authority.hasPrefix("[") {
            return String(authority.prefix { $0 != "]" }) + "]"
        }
        return String(authority.prefix { $0 != ":" })
    }
}

/// What a Host header may look like.
enum HostHeader {
    /// Whether it is `host`, `host:port`, or an address in brackets with or without a port.
    static func isValid(_ text: String) -> Bool {
        guard !text.isEmpty, text.utf8.count <= 300 else { return false }
        return text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || ".-_~:[]%".utf8.contains(byte)
        }
    }
}
