// Where the simulator may listen: loopback only.

/// A listen address that cannot be used, in words for the operator.
package struct ListenAddressError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

/// A loopback address and port.
package struct ListenAddress: Sendable, Equatable {
    /// The host, without brackets.
    package let host: String
    /// The port; 0 chooses a free one.
    package let port: Int

    /// Reads `127.0.0.1:8080`, `localhost:0` or `[::1]:0`; other hosts are refused because the
    /// control API has no password.
    package init(_ text: String) throws(ListenAddressError) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else { throw ListenAddressError(description: "`\(text)` is not HOST:PORT") }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard host == "localhost" || host == "::1" || host.hasPrefix("127.") else {
            throw ListenAddressError(
                description: "`\(host)` is not a loopback host; use 127.0.0.1, ::1 or localhost")
        }
        self.host = host
        self.port = port
    }

    /// The base address of a server that got this host and a real port.
    package func url(port: Int) -> String {
        host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)"
    }
}
