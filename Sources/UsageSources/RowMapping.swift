// How the rows of a page become readings: the key `map`, checked at load.

import Credits
import ExactJSON
import PositionedYAML

/// Where the day of a row stands and how it is written.
package struct DayField: Sendable, Equatable {
    /// How a day is written.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        /// `YYYY-MM-DD`.
        case date
        /// Seconds since 1970, a number or digits in a text.
        case unix
        /// Milliseconds since 1970, a number or digits in a text.
        case unixMilliseconds = "unix_ms"
        /// An instant with offset.
        case rfc3339
    }

    /// The path within a row.
    package let path: JSONPath
    /// How it is written.
    package let format: Format
}

/// Which product a row is about.
package enum ProductField: Sendable, Equatable {
    /// Every row is about this product.
    case constant(String)
    /// The row says it.
    case path(Named)

    /// A product that the row says, under the vendor's name.
    package struct Named: Sendable, Equatable {
        /// The path within a row.
        package let path: JSONPath
        /// The vendor's names and ours.
        package let names: [String: String]
        /// The product of names that `names` lacks; nil takes them as they are.
        package let fallback: String?
        /// The product of a row that says null or nothing; nil fails the poll.
        package let nullAs: String?
    }
}

/// One quantity of a row.
package struct Measure: Sendable, Equatable {
    /// The unit of the ledger key.
    package let unit: String
    /// The path within a row.
    package let path: JSONPath
    /// What the number is multiplied by to count units: 0.01 for cents.
    package let scale: ExactDecimal
    /// Credits for one unit, never negative.
    package let creditsPerUnit: ExactDecimal
}

/// The mapping of a source.
package struct RowMapping: Sendable, Equatable {
    /// Unit of a source that counts credits.
    package static let creditsUnit = "credits"

    /// Selects the rows of a page.
    package let rows: JSONPath
    /// Whether a page may lack the place of the rows.
    package let isOptional: Bool
    /// The day of a row.
    package let day: DayField
    /// The product of a row.
    package let product: ProductField
    /// The quantities of a row, each of another unit.
    package let measures: [Measure]
}
