// A decoded value that still knows where it was written.

/// A value and the place where it was written.
package struct Positioned<Value> {
    /// The decoded value.
    package let value: Value
    /// The place of the value (not of its key).
    package let position: SourcePosition

    /// Pairs `value` with its place.
    package init(_ value: Value, at position: SourcePosition) {
        self.value = value
        self.position = position
    }

    /// The same place with another value.
    package func map<Other, Failure: Error>(
        _ transform: (Value) throws(Failure) -> Other
    ) throws(Failure) -> Positioned<Other> {
        Positioned<Other>(try transform(value), at: position)
    }
}

extension Positioned: Sendable where Value: Sendable {}
extension Positioned: Equatable where Value: Equatable {}
extension Positioned: Hashable where Value: Hashable {}
