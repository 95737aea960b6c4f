// What a source says: an absolute value for a key. The ledger turns it into signed entries.

/// What identifies a reading through all polls of its source.
package struct ReadingKey: Sendable, Hashable, Comparable {
    /// Identifier of the source.
    package let source: String
    /// Identifier of the organization.
    package let organization: String
    /// Identifier of the product.
    package let product: String
    /// Unit of the quantity: `credits`, `tokens`, `usd` …
    package let unit: String
    /// The ledger day.
    package let day: CalendarDay
    /// Length of the period in days; 1 for per-day sources.
    package let periodDays: Int
    /// Further dimensions, sorted by name.
    package let dimensions: [ReadingDimension]

    /// A key; texts are brought to Unicode normalization form C, dimensions are sorted.
    package init(
        source: String,
        organization: String,
        product: String,
        unit: String,
        day: CalendarDay,
        periodDays: Int = 1,
        dimensions: [ReadingDimension] = []
    ) {
        self.source = Identifier.normalized(source)
        self.organization = Identifier.normalized(organization)
        self.product = Identifier.normalized(product)
        self.unit = Identifier.normalized(unit)
        self.day = day
        self.periodDays = periodDays
        self.dimensions = dimensions.sorted()
    }

    /// The longest canonical text in bytes that is kept: PostgreSQL indexes some 2,700.
    package static let maximumBytes = 2000

    /// Why a canonical text cannot be kept; nil when it can.
    package static func mistake(in canonicalText: String) -> String? {
        let bytes = canonicalText.utf8.count
        guard bytes > maximumBytes else { return nil }
        return "its key of source, organization, product, unit, day and dimensions has \(bytes) "
            + "bytes, the most are \(maximumBytes); map fewer or shorter dimensions (a `/` or `%` "
            + "in them counts three times)"
    }

    /// The canonical text: the fields in order, `/` between them, `%`-escaped.
    ///
    /// It is stored with every entry; two keys are equal when their texts are.
    package var canonicalText: String {
        var fields = [source, organization, product, unit, day.description, "P\(periodDays)D"]
        fields += dimensions.flatMap { [$0.name, $0.value] }
        return fields.map(Self.escaped).joined(separator: "/")
    }

    /// The source in a canonical text.
    package static func source(ofCanonicalText text: String) -> String {
        let field =
            text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            .first.map(String.init) ?? ""
        var parts = field.split(separator: "%2F", omittingEmptySubsequences: false)
        if parts.isEmpty { parts = [""] }
        return parts.map {
            $0.split(separator: "%25", omittingEmptySubsequences: false).joined(separator: "%")
        }.joined(separator: "/")
    }

    private static func escaped(_ field: String) -> String {
        guard field.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") })
        else { return field }
        var output = ""
        for character in field.unicodeScalars {
            switch character {
            case "/": output += "%2F"
            case "%": output += "%25"
            default: output.unicodeScalars.append(character)
            }
        }
        return output
    }

    package static func < (left: ReadingKey, right: ReadingKey) -> Bool {
        left.canonicalText < right.canonicalText
    }
}

/// One further dimension of a reading, such as the model.
package struct ReadingDimension: Sendable, Hashable, Comparable {
    /// Name of the dimension.
    package let name: String
    /// Its value.
    package let value: String

    /// A dimension of a name and a value.
    package init(name: String, value: String) {
        self.name = Identifier.normalized(name)
        self.value = Identifier.normalized(value)
    }

    package static func < (left: ReadingDimension, right: ReadingDimension) -> Bool {
        (left.name, left.value) < (right.name, right.value)
    }
}

/// An absolute value that a source states for a key.
package struct Reading: Sendable, Hashable {
    /// What it is about.
    package let key: ReadingKey
    /// The value in the source's own unit, exact.
    package let quantity: ExactDecimal
    /// Credits for one of that unit; 1 when the source counts credits.
    package let creditsPerUnit: ExactDecimal
    /// quantity × creditsPerUnit, rounded half to even once.
    package let credits: CreditAmount

    /// The most credits that one reading may state, up or down: a million millions.
    ///
    /// A mistake of the vendor beyond it must not use up what the sums of a product can hold.
    package static let mostCredits = CreditAmount(microCredits: 1_000_000_000_000_000_000)

    /// A reading; the credits follow from quantity and rate.
    ///
    /// - Throws: `AmountError.outOfRange` when the product does not fit, `.absurd` beyond
    ///   `mostCredits`.
    package init(
        key: ReadingKey, quantity: ExactDecimal, creditsPerUnit: ExactDecimal = .one
    ) throws(AmountError) {
        self.key = key
        self.quantity = quantity
        self.creditsPerUnit = creditsPerUnit
        let credits = try CreditAmount(quantity.multiplied(by: creditsPerUnit))
        guard credits.magnitude <= Self.mostCredits else { throw .absurd(credits) }
        self.credits = credits
    }
}

/// The days that a poll asked for, both ends included.
package struct DayWindow: Sendable, Hashable {
    /// First day.
    package let first: CalendarDay
    /// Last day; never before the first.
    package let last: CalendarDay

    /// The days from `first` to `last`.
    package init(first: CalendarDay, last: CalendarDay) {
        precondition(first <= last, "a window runs forward")
        self.first = first
        self.last = last
    }

    /// Whether the day lies in the window.
    package func contains(_ day: CalendarDay) -> Bool {
        day >= first && day <= last
    }
}
