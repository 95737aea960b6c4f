// Numbers as Prometheus writes them, appended byte by byte.
//
// 1. Exact values (integers and scaled decimals) are written without rounding or exponent.
// 2. A double is written in the fewest digits that read back as the same double.

/// Writes numbers without making strings of them.
package enum NumberText {
    private static let powers: [UInt64] = (0...18).map { exponent in
        (0..<exponent).reduce(1 as UInt64) { product, _ in product * 10 }
    }

    /// Appends a whole number.
    static func append(_ value: Int64, to output: inout ExpositionBuffer) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        append(value.magnitude, atLeast: 1, to: &output)
    }

    /// Appends exactly `scaled` / 10^`places`, trailing zeros of the fraction left out.
    static func append(scaled: Int64, places: Int, to output: inout ExpositionBuffer) {
        precondition(powers.indices.contains(places), "a decimal has 0 to 18 places")
        if scaled < 0 { output.append(UInt8(ascii: "-")) }
        let parts = scaled.magnitude.quotientAndRemainder(dividingBy: powers[places])
        var fraction = parts.remainder
        append(parts.quotient, atLeast: 1, to: &output)
        guard fraction != 0 else { return }
        var digits = places
        while fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        output.append(UInt8(ascii: "."))
        append(fraction, atLeast: digits, to: &output)
    }

    /// `scaled` / 10^`places` as the nearest double.
    static func quotient(_ scaled: Int64, places: Int) -> Double {
        precondition(powers.indices.contains(places), "a decimal has 0 to 18 places")
        // Up to 2^53 both sides are exact, so one division rounds once.
        if scaled.magnitude <= 1 << 53 { return Double(scaled) / Double(powers[places]) }
        var buffer = ExpositionBuffer(capacity: 24)
        append(scaled: scaled, places: places, to: &buffer)
        return Double(String(decoding: buffer.bytes, as: UTF8.self)) ?? .nan
    }

    /// Appends a double by Go's `%g` with the fewest digits; infinities `+Inf` and `-Inf`, `NaN`.
    ///
    /// - Parameter marksFloat: appends `.0` to whole numbers, as OpenMetrics wants floats marked.
    /// - Source: prometheus/common, expfmt/text_create.go and openmetrics_create.go (writeFloat)
    static func append(_ value: Double, marksFloat: Bool, to output: inout ExpositionBuffer) {
        if value.isNaN { return output.append("NaN") }
        if value.isInfinite { return output.append(value < 0 ? "-Inf" : "+Inf") }
        if value == 0 {
            output.append(UInt8(ascii: "0"))
            if marksFloat { output.append(".0") }
            return
        }
        if value < 0 { output.append(UInt8(ascii: "-")) }
        let decimal = ShortestDecimal(value.magnitude)
        let exponent = decimal.point - 1
        if exponent < -4 || exponent >= 6 {
            appendScientific(decimal, exponent: exponent, to: &output)
        } else {
            appendPlain(decimal, marksFloat: marksFloat, to: &output)
        }
    }

    /// A double as OpenMetrics writes it, for label values such as `le`: `0.005`, `1.0`, `+Inf`.
    package static func canonical(_ value: Double) -> String {
        var buffer = ExpositionBuffer(capacity: 24)
        append(value, marksFloat: true, to: &buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    private static func appendScientific(
        _ decimal: ShortestDecimal, exponent: Int, to output: inout ExpositionBuffer
    ) {
        let power = powers[decimal.count - 1]
        let (first, rest) = decimal.digits.quotientAndRemainder(dividingBy: power)
        append(first, atLeast: 1, to: &output)
        if decimal.count > 1 {
            output.append(UInt8(ascii: "."))
            append(rest, atLeast: decimal.count - 1, to: &output)
        }
        output.append(exponent < 0 ? "e-" : "e+")
        append(UInt64(exponent.magnitude), atLeast: 2, to: &output)
    }

    private static func appendPlain(
        _ decimal: ShortestDecimal, marksFloat: Bool, to output: inout ExpositionBuffer
    ) {
        let fractionDigits = decimal.count - decimal.point
        if fractionDigits <= 0 {
            // At most six digits before the point.
            append(decimal.digits * powers[-fractionDigits], atLeast: 1, to: &output)
            if marksFloat { output.append(".0") }
            return
        }
        if decimal.point <= 0 {
            output.append("0.")
            for _ in 0..<(-decimal.point) { output.append(UInt8(ascii: "0")) }
            append(decimal.digits, atLeast: decimal.count, to: &output)
            return
        }
        let (whole, fraction) = decimal.digits.quotientAndRemainder(
            dividingBy: powers[fractionDigits])
        append(whole, atLeast: 1, to: &output)
        output.append(UInt8(ascii: "."))
        append(fraction, atLeast: fractionDigits, to: &output)
    }

    /// Appends a number of at most 19 digits, padded with zeros to `digits`.
    private static func append(
        _ value: UInt64, atLeast digits: Int, to output: inout ExpositionBuffer
    ) {
        var width = digits
        while width < powers.count, value >= powers[width] { width += 1 }
        var rest = value
        for power in powers[..<width].reversed() {
            let (digit, remainder) = rest.quotientAndRemainder(dividingBy: power)
            output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
            rest = remainder
        }
    }
}
