// Numbers and durations.

extension Lexer {
    mutating func scanNumberOrDuration() {
        if scanNumber() { return emit(.number) }
        if scanRemainingDuration() { return emit(.duration) }
        let text = input[start..<min(position, input.count)]
        fail("bad number or duration syntax: " + GoText.quoted(text))
    }

    mutating func scanPlainNumber() {
        if scanNumber() { return emit(.number) }
        fail("bad number syntax: " + GoText.quoted(input[start..<position]))
    }

    /// After digits: a unit, then more digits and units. Bad units (`hs`) are found when the
    /// duration is read.
    private mutating func scanRemainingDuration() -> Bool {
        guard accept("smhdwy") else { return false }
        _ = accept("s")
        while accept("0123456789") {
            acceptRun(isHexadecimal: false)
            guard accept("smhdw") else { return false }
            _ = accept("s")
        }
        guard let byte = peek, CharacterClass.isAlphaNumeric(byte) else { return true }
        position += 1
        return false
    }

    private mutating func acceptRun(isHexadecimal: Bool) {
        while let byte = peek, isDigit(byte, isHexadecimal) { position += 1 }
    }

    private func isDigit(_ byte: UInt8, _ isHexadecimal: Bool) -> Bool {
        if CharacterClass.isDigit(byte) { return true }
        return isHexadecimal && Character(UnicodeScalar(byte)).isHexDigit
    }

    /// Scans something like a number: not everything it accepts can be read later.
    private mutating func scanNumber() -> Bool {
        let first = position
        var isHexadecimal = false
        if !isSeriesDescription, accept("0"), accept("xX") {
            _ = accept("_")
            isHexadecimal = true
        }
        _ = accept(".")
        if let byte = peek, isDigit(byte, isHexadecimal) { position += 1 }
        var sawPoint = false
        var sawExponent = false
        while let byte = peek, isDigit(byte, isHexadecimal) || isNext("._eE") {
            if isDigit(byte, isHexadecimal) {
                // In hexadecimal an `e` is a digit, but still counts as an exponent sign.
                if !isNext("eE") {
                    acceptRun(isHexadecimal: isHexadecimal)
                    continue
                }
            }
            if accept(".") {
                if sawPoint { return false }
                sawPoint = true
                if accept("_.") || isHexadecimal { return false }
            } else if accept("eE") {
                if sawExponent { return false }
                sawExponent = true
                _ = accept("+-")
                if accept("._eE") || peek == nil { return false }
            } else if accept("_") {
                if accept("._eE") || peek == nil { return false }
            }
        }
        guard position > first else { return false }
        guard let byte = peek else { return true }
        if isSeriesDescription, byte == UInt8(ascii: "x") { return true }
        return !CharacterClass.isAlphaNumeric(byte)
    }
}
