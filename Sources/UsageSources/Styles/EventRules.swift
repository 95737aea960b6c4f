// The rules of single uses: the key `events` of a source.

import Credits
import ExactJSON

/// How events are read on from where the last poll ended.
package struct EventCursor: Sendable, Equatable {
    /// Default of `overlap` in milliseconds: an hour.
    package static let defaultOverlapMilliseconds: Int64 = 3_600_000
    /// Default of `settle` in milliseconds: a minute.
    package static let defaultSettleMilliseconds: Int64 = 60_000

    /// How far before its end a poll reads again, for events that arrive late. Key `overlap`.
    package let overlapMilliseconds: Int64
    /// How old an event must be to count. Key `settle`.
    package let settleMilliseconds: Int64

    /// A cursor with the defaults of the configuration.
    package init(
        overlapMilliseconds: Int64 = EventCursor.defaultOverlapMilliseconds,
        settleMilliseconds: Int64 = EventCursor.defaultSettleMilliseconds
    ) {
        self.overlapMilliseconds = overlapMilliseconds
        self.settleMilliseconds = settleMilliseconds
    }
}

/// The rules of single uses. Source: reference on sources, section 2.3.
package struct EventRules: Sendable, Equatable {
    /// The identity of an event. Key `identity`; nil takes the whole row, counting equal rows.
    package let identity: JSONPath?
    /// Key `cursor: time`: events are read on from the last poll's end, by their time. Nil, the
    /// default: whole days are read anew and summed.
    package let cursor: EventCursor?

    /// Rules with the defaults of the configuration.
    package init(identity: JSONPath? = nil, cursor: EventCursor? = nil) {
        self.identity = identity
        self.cursor = cursor
    }
}

/// The time that a poll of events asks for.
package struct EventSpan: Sendable, Hashable {
    /// The first instant.
    package let start: Timestamp
    /// The first instant after it.
    package let end: Timestamp

    /// A span; an end before the start is the start.
    package init(start: Timestamp, end: Timestamp) {
        self.start = start
        self.end = max(start, end)
    }
}

/// A use that a poll saw.
package struct EventSample: Sendable, Hashable {
    /// A number of a unit.
    package struct Quantity: Sendable, Hashable {
        /// The unit.
        package let unit: String
        /// How many of it.
        package let amount: ExactDecimal

        /// A number of a unit.
        package init(unit: String, amount: ExactDecimal) {
            self.unit = unit
            self.amount = amount
        }
    }

    /// What tells it from all other events of the source.
    package let identity: String
    /// When it happened.
    package let at: Timestamp
    /// The ledger day.
    package let day: CalendarDay
    /// The product.
    package let product: String
    /// Further dimensions of the ledger's key.
    package let dimensions: [ReadingDimension]
    /// What was used.
    package let quantities: [Quantity]

    /// A use of a product.
    package init(
        identity: String, at: Timestamp, day: CalendarDay, product: String,
        dimensions: [ReadingDimension] = [], quantities: [Quantity]
    ) {
        self.identity = identity
        self.at = at
        self.day = day
        self.product = product
        self.dimensions = dimensions
        self.quantities = quantities
    }
}
