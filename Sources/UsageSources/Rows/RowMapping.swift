// How the rows of a page become readings: the key `map`, checked at load.

import Credits
import ExactJSON
import PositionedYAML

/// The mapping of a source.
package struct RowMapping: Sendable, Equatable {
    /// Unit of a source that counts credits.
    package static let creditsUnit = "credits"

    /// How a body holds its rows.
    package let shape: RowShape
    /// Selects the rows of a page, level by level; at least one.
    package let levels: [RowLevel]
    /// Which rows count.
    package let filters: [RowFilter]
    /// The day of a row.
    package let day: DayField
    /// The product of a row.
    package let product: ProductField
    /// Further dimensions of a row's key, sorted by name.
    package let dimensions: [DimensionField]
    /// The quantities of a row, each of another unit.
    package let measures: [Measure]
}

/// How a body holds its rows.
package enum RowShape: Sendable, Equatable {
    /// A JSON document.
    case json
    /// JSON whose rows are arrays; the path selects the names of their columns.
    case table(columns: JSONPath)
    /// JSON with an axis and values in parallel arrays.
    case zip(axis: JSONPath, values: JSONPath)
    /// A JSON document a line.
    case lines
    /// Comma-separated values with a line of names.
    case csv(CSVFormat)

    /// What a request says it accepts.
    package var accept: String {
        switch self {
        case .json, .table, .zip: "application/json"
        case .lines: "application/x-ndjson, application/json"
        case .csv: "text/csv"
        }
    }

    /// Whether a body is one JSON document, so that paths can look beside its rows.
    var isDocument: Bool {
        switch self {
        case .json, .table, .zip: true
        case .lines, .csv: false
        }
    }
}

/// How comma-separated values are written. Source: RFC 4180.
package struct CSVFormat: Sendable, Equatable {
    /// The byte between two fields.
    package let delimiter: UInt8
    /// The character before the fraction of a number: `.` or `,`.
    package let decimalMark: Character
}

/// One level of rows; a query that runs on every node of the level above.
package struct RowLevel: Sendable, Equatable {
    /// How fields name it.
    package let name: String
    /// Selects the nodes.
    package let path: JSONPath
    /// The part of the path that must select something that can hold rows.
    package let prefix: JSONPath
    /// Whether that place may be missing.
    package let isOptional: Bool

    /// A level.
    init(name: String, path: JSONPath, isOptional: Bool) {
        self.name = name
        self.path = path
        self.isOptional = isOptional
        prefix = path.singularPrefix()
    }
}

/// Where a field of a row stands.
package struct FieldSource: Sendable, Equatable {
    /// What is read of a node.
    package enum Place: Sendable, Equatable {
        /// The value at a path within it.
        case path(JSONPath)
        /// Its own name in the object that holds it.
        case key
    }

    /// The level, counted from the outermost, 0.
    package let level: Int
    /// What is read there.
    package let place: Place

    /// For messages: the path, or `key`.
    var text: String {
        if case .path(let path) = place { path.text } else { "key" }
    }
}

/// A condition that a row has to meet.
package struct RowFilter: Sendable, Equatable {
    /// What is looked at.
    package let source: FieldSource
    /// What it must be.
    package let condition: ValueCondition
    /// Whether a row without the field passes.
    package let isOptional: Bool
    /// Whether a row that fails the condition fails the poll; otherwise it is passed over.
    package let rejects: Bool
}

/// Where the day of a row stands and how it is written.
package struct DayField: Sendable, Equatable {
    /// How a day is written.
    package enum Format: String, Sendable, Hashable, CaseIterable {
        /// `YYYY-MM-DD`.
        case date
        /// `YYYYMMDD`, a number or digits in a text.
        case compactDate = "yyyymmdd"
        /// Seconds since 1970, a number or digits in a text.
        case unix
        /// Milliseconds since 1970, a number or digits in a text.
        case unixMilliseconds = "unix_ms"
        /// An instant with offset.
        case rfc3339
    }

    /// A place and the way in which it is written.
    package struct Written: Sendable, Equatable {
        /// Where.
        package let source: FieldSource
        /// How.
        package let format: Format
    }

    /// Where the row says it; nil takes the day that was asked for.
    package let start: Written?
    /// Where the row says its exclusive end, which must be that of the day.
    package let end: Written?
    /// The zone in which instants are turned into days; nil means that of the window.
    package let zone: ZonedCalendar?
    /// Whether an instant must be the first one of its day, for vendors that choose the length of
    /// their buckets themselves. Key `aligned`.
    package var isAligned = false
}

/// Which product a row is about.
package enum ProductField: Sendable, Equatable {
    /// Every row is about this product.
    case constant(String)
    /// The row says it.
    case path(TextField)
}

/// A text that a row says, under the vendor's name.
package struct TextField: Sendable, Equatable {
    /// Where.
    package let source: FieldSource
    /// The vendor's names and ours.
    package let names: [String: String]
    /// The name of those that `names` lacks; nil takes them as they are.
    package let fallback: String?
    /// The name of a row that says null; nil fails the poll.
    package let nullAs: String?
    /// Whether a row may lack the field.
    package let isOptional: Bool
}

/// A further dimension of a row's key, such as the model.
package struct DimensionField: Sendable, Equatable {
    /// Name of the dimension.
    package let name: String
    /// What every row says; nil when `text` reads it.
    package let constant: String?
    /// Where a row says it.
    package let text: TextField?
}

/// One quantity of a row.
package struct Measure: Sendable, Equatable {
    /// How a number is written.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A number, or a text that is one.
        case decimal
        /// A whole number, or a text that is one.
        case integer = "int"
        /// A text that is a number; a bare number is a mistake.
        case text = "string-decimal"
    }

    /// The unit of the ledger key.
    package let unit: String
    /// Where its parts stand; they are added up.
    package let terms: [FieldSource]
    /// How they are written.
    package let kind: Kind
    /// What the sum is multiplied by to count units: 0.01 for cents.
    package let scale: ExactDecimal
    /// What null counts as; nil fails the poll.
    package let nullAs: ExactDecimal?
    /// Whether a part may be missing; it counts as `nullAs`, or 0.
    package let isOptional: Bool
    /// Credits for one unit.
    package let creditsPerUnit: RateTable
}
