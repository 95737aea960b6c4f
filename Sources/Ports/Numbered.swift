// A record with its number, so that a list can be read on from it.

/// A record and its number among those of its kind; later ones have higher numbers.
package struct Numbered<Record: Sendable>: Sendable {
    /// The number, from 1.
    package let number: Int64
    /// The record.
    package let record: Record

    /// A record with its number.
    package init(number: Int64, record: Record) {
        self.number = number
        self.record = record
    }
}

extension Numbered: Equatable where Record: Equatable {}
