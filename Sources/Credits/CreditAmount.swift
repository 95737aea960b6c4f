// Credits are integers: micro-credits in an Int64. Overflow is an error, never a trap.

/// An amount of credits, exact to a millionth.
package struct CreditAmount: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Millionths of a credit.
    package let microCredits: Int64

    /// Nothing.
    package static let zero = CreditAmount(microCredits: 0)

    /// That many millionths of a credit.
    package init(microCredits: Int64) {
        self.microCredits = microCredits
    }

    /// An exact decimal, rounded half to even at the sixth place.
    package init(_ decimal: ExactDecimal) throws(AmountError) {
        self.microCredits = try decimal.scaled(places: 6)
    }

    /// Reads a decimal lexeme such as `12.5`, `-3` or `1e3`.
    package init(decimal text: String) throws(AmountError) {
        try self.init(ExactDecimal(text))
    }

    /// Reads a decimal lexeme that must be an amount as it stands: nothing is rounded.
    ///
    /// - Throws: `AmountError.tooFine` for more than six decimals, or what `init(decimal:)` throws.
    package init(exactly text: String) throws(AmountError) {
        let decimal = try ExactDecimal(text)
        try self.init(decimal)
        guard try ExactDecimal(description) == decimal else { throw .tooFine(text) }
    }

    /// The sum.
    package func adding(_ other: CreditAmount) throws(AmountError) -> CreditAmount {
        let (sum, overflow) = microCredits.addingReportingOverflow(other.microCredits)
        if overflow { throw .outOfRange("\(self) + \(other)") }
        return CreditAmount(microCredits: sum)
    }

    /// The difference.
    package func subtracting(_ other: CreditAmount) throws(AmountError) -> CreditAmount {
        let (rest, overflow) = microCredits.subtractingReportingOverflow(other.microCredits)
        if overflow { throw .outOfRange("\(self) - \(other)") }
        return CreditAmount(microCredits: rest)
    }

    /// The amount without its sign; the most negative amount becomes the largest.
    package var magnitude: CreditAmount {
        if microCredits >= 0 { return self }
        return CreditAmount(microCredits: microCredits == .min ? .max : -microCredits)
    }

    /// Whether the amount is below zero.
    package var isNegative: Bool { microCredits < 0 }

    /// Credits as a floating-point number, for ratios and forecasts only.
    package var approximate: Double { Double(microCredits) / 1_000_000 }

    package static func < (left: CreditAmount, right: CreditAmount) -> Bool {
        left.microCredits < right.microCredits
    }

    /// Exact, at most six decimals, no trailing zeros: `12.5`.
    package var description: String {
        let magnitude = microCredits.magnitude
        let whole = String(magnitude / 1_000_000)
        let sign = microCredits < 0 ? "-" : ""
        let fraction = magnitude % 1_000_000
        if fraction == 0 { return sign + whole }
        var digits = Int64(fraction).padded(to: 6)
        while digits.last == "0" { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }
}

/// Why a number is no amount.
package enum AmountError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The text is not a decimal number.
    case notDecimal(String)
    /// The result does not fit.
    case outOfRange(String)
    /// The number has more decimals than credits have.
    case tooFine(String)
    /// A source states more than is believed.
    case absurd(CreditAmount)

    package var description: String {
        switch self {
        case .notDecimal(let text): "\"\(text)\" is not a decimal number"
        case .outOfRange(let text):
            "\(text) is out of range (amounts reach ±9223372036854 credits, to six decimals)"
        case .tooFine(let text):
            "\(text.prefix(64)) has more than six decimals, the most that credits have; round it"
        case .absurd(let amount):
            "\(amount) credits are more than one reading may state (\(Reading.mostCredits)); "
                + "check the mapping's scale and rate"
        }
    }
}
