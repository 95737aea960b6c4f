// The bounds of a transport, apart from those that each request carries.

/// How much one `CurlTransport` does at once.
package struct CurlTransportOptions: Sendable, Hashable {
    /// Transfers handed to libcurl at once; the others wait in order.
    package var maximumConcurrentTransfers: Int
    /// Requests that wait for a transfer to end; beyond it a request fails at once.
    package var maximumQueuedRequests: Int
    /// Connections to one host at once.
    package var maximumConnectionsPerHost: Int
    /// Connections in total, idle ones included.
    package var maximumConnections: Int
    /// Seconds after which a connection is not used again, so that address changes are seen.
    package var connectionLifetimeSeconds: Int
    /// Bytes of all header lines of one transfer, interim responses and trailers included.
    package var maximumHeaderBytes: Int
    /// Header lines of one transfer, interim responses and trailers included.
    package var maximumHeaderCount: Int

    /// The defaults: 256 transfers, 16 connections a host, 256 KiB and 1,000 header lines.
    package init(
        maximumConcurrentTransfers: Int = 256,
        maximumQueuedRequests: Int = 65_536,
        maximumConnectionsPerHost: Int = 16,
        maximumConnections: Int = 256,
        connectionLifetimeSeconds: Int = 600,
        maximumHeaderBytes: Int = 256 << 10,
        maximumHeaderCount: Int = 1_000
    ) {
        self.maximumConcurrentTransfers = maximumConcurrentTransfers
        self.maximumQueuedRequests = maximumQueuedRequests
        self.maximumConnectionsPerHost = maximumConnectionsPerHost
        self.maximumConnections = maximumConnections
        self.connectionLifetimeSeconds = connectionLifetimeSeconds
        self.maximumHeaderBytes = maximumHeaderBytes
        self.maximumHeaderCount = maximumHeaderCount
    }
}
