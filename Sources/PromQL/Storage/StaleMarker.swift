// The value that says "this series ended here".

/// Prometheus' stale marker: one particular NaN.
///
/// - Source: prometheus model/value, `StaleNaN`.
package enum StaleMarker {
    /// The exact bits of the marker.
    package static let bits: UInt64 = 0x7FF0_0000_0000_0002
    /// The marker as a number.
    package static let value = Double(bitPattern: bits)

    /// Whether the value is the marker (an ordinary NaN is not).
    @inline(__always)
    package static func isStale(_ value: Double) -> Bool {
        value.bitPattern == bits
    }
}
