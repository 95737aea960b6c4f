// Reads the number constants of a template.

extension TemplateNumber {
    /// Why a constant is no number, in Go's words.
    struct Problem: Error, Equatable {
        let message: String
    }

    /// Reads a number, a character or an imaginary constant.
    static func read(_ text: String, kind: TemplateTokenKind) -> Result<Self, Problem> {
        switch kind {
        case .characterConstant: return character(text)
        case .complex:
            if let number = complex(text) { return .success(number) }
            return .failure(Problem(message: "illegal number syntax: \(GoQuote.quote(text))"))
        default: break
        }
        if text.hasSuffix("i"), let part = try? GoNumber.float(String(text.dropLast())) {
            return .success(simplified(GoComplex(real: 0, imaginary: part), text))
        }
        return plain(text)
    }

    /// `1+2i`: the sign between the parts is the last one that belongs to no exponent.
    private static func complex(_ text: String) -> Self? {
        let body = Array(text.dropLast())
        let sign = body.indices.dropFirst().last { index in
            "+-".contains(body[index]) && !"eEpP".contains(body[index - 1])
        }
        guard let sign, let real = try? GoNumber.float(String(body[..<sign])),
            let imaginary = try? GoNumber.float(String(body[sign...]))
        else { return nil }
        return simplified(GoComplex(real: real, imaginary: imaginary), text)
    }

    /// A complex number without imaginary part can stand for a real one.
    private static func simplified(_ complex: GoComplex, _ text: String) -> Self {
        var number = TemplateNumber(text: text, complex: complex)
        if complex.imaginary == 0 {
            number.float = complex.real
            number.integer = Int64(exactly: complex.real)
            number.unsigned = UInt64(exactly: complex.real)
        }
        return number
    }

    private static func character(_ text: String) -> Result<Self, Problem> {
        switch GoQuote.character(text) {
        case .invalidSyntax: return .failure(Problem(message: "invalid syntax"))
        case .malformed:
            return .failure(Problem(message: "malformed character constant: \(text)"))
        case .value(let value):
            return .success(
                TemplateNumber(
                    text: text, integer: value, unsigned: UInt64(exactly: value),
                    float: Double(value)))
        }
    }

    private static func plain(_ text: String) -> Result<Self, Problem> {
        var number = TemplateNumber(text: text)
        number.unsigned = try? GoNumber.unsigned(text)
        number.integer = try? GoNumber.signed(text)
        if number.integer == 0 { number.unsigned = 0 }
        if let integer = number.integer {
            number.float = Double(integer)
        } else if let unsigned = number.unsigned {
            number.float = Double(unsigned)
        } else if let float = try? GoNumber.float(text) {
            guard text.contains(where: { ".eEpP".contains($0) }) else {
                let quoted = GoQuote.quote(text)
                return .failure(Problem(message: "integer overflow: \(quoted)"))
            }
            number.float = float
            number.integer = Int64(exactly: float)
            number.unsigned = UInt64(exactly: float)
        }
        guard number.float != nil else {
            let quoted = GoQuote.quote(text)
            return .failure(Problem(message: "illegal number syntax: \(quoted)"))
        }
        return .success(number)
    }

    /// Whether the syntax makes it a float where nothing else decides.
    var isFloatConstant: Bool {
        if text.hasPrefix("'") { return false }
        let lower = text.lowercased()
        let isHexadecimal = lower.hasPrefix("0x")
        if isHexadecimal, !lower.contains("p") { return false }
        return lower.contains { ".ep".contains($0) }
    }
}
