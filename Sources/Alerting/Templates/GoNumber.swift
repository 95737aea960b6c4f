// Go's number literals: reading integers and floats with prefixes and underscores.

/// Why a number could not be read.
enum GoNumberFailure: Error, Equatable {
    /// Not a number.
    case syntax
    /// A number too large for its type.
    case range
}

/// Reads numbers as Go's strconv does.
///
/// - Source: pkg.go.dev/strconv
enum GoNumber {
    /// An unsigned integer; the base follows the prefix (`0x`, `0o`, `0b`, `0`).
    static func unsigned(_ text: String) throws(GoNumberFailure) -> UInt64 {
        var digits = Array(text.utf8)
        var radix: UInt64 = 10
        if digits.first == UInt8(ascii: "0"), digits.count > 1 {
            let letter = digits[1] | 0x20
            switch letter {
            case UInt8(ascii: "x"): radix = 16
            case UInt8(ascii: "o"): radix = 8
            case UInt8(ascii: "b"): radix = 2
            default: radix = 8
            }
            let hasLetter = letter > UInt8(ascii: "9")
            digits.removeFirst(hasLetter ? 2 : 1)
        }
        if digits.contains(UInt8(ascii: "_")) {
            guard underscoresAreFine(text) else { throw .syntax }
            digits.removeAll { $0 == UInt8(ascii: "_") }
        }
        guard !digits.isEmpty else { throw .syntax }
        return try accumulate(digits, radix: radix)
    }

    private static func accumulate(
        _ digits: [UInt8], radix: UInt64
    ) throws(GoNumberFailure) -> UInt64 {
        var value: UInt64 = 0
        var isTooLarge = false
        for byte in digits {
            guard let digit = hexadecimalDigit(byte), digit < radix else { throw .syntax }
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(digit)
            isTooLarge = isTooLarge || overflow || carry
            value = sum
        }
        guard !isTooLarge else { throw .range }
        return value
    }

    /// A signed integer.
    static func signed(_ text: String) throws(GoNumberFailure) -> Int64 {
        let isNegative = text.hasPrefix("-")
        let hasSign = isNegative || text.hasPrefix("+")
        let magnitude = try unsigned(hasSign ? String(text.dropFirst()) : text)
        if isNegative {
            guard magnitude <= UInt64(Int64.max) + 1 else { throw .range }
            return Int64(bitPattern: 0 &- magnitude)
        }
        guard let value = Int64(exactly: magnitude) else { throw .range }
        return value
    }

    /// A float: decimal, hexadecimal, infinity or not a number.
    static func float(_ text: String) throws(GoNumberFailure) -> Double {
        var body = text.lowercased()
        var isNegative = false
        if body.hasPrefix("-") || body.hasPrefix("+") {
            isNegative = body.removeFirst() == "-"
        }
        if body == "inf" || body == "infinity" { return isNegative ? -.infinity : .infinity }
        if body == "nan" { return .nan }
        let isHexadecimal = body.hasPrefix("0x")
        if body.contains("_") {
            guard underscoresAreFine(body) else { throw .syntax }
            body.removeAll { $0 == "_" }
        }
        guard isFloatShape(body, isHexadecimal: isHexadecimal) else { throw .syntax }
        guard let value = Double(body) else { throw .syntax }
        guard value.isFinite else { throw .range }
        return isNegative ? -value : value
    }

    private static func isFloatShape(_ body: String, isHexadecimal: Bool) -> Bool {
        var bytes = Array(body.utf8)[...]
        if isHexadecimal { bytes = bytes.dropFirst(2) }
        var digits = 0
        var sawPoint = false
        let mark = UInt8(ascii: isHexadecimal ? "p" : "e")
        while let byte = bytes.first, byte != mark {
            bytes = bytes.dropFirst()
            if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
                continue
            }
            guard let digit = hexadecimalDigit(byte), isHexadecimal || digit < 10
            else { return false }
            digits += 1
        }
        guard digits > 0 else { return false }
        guard !bytes.isEmpty else { return !isHexadecimal }
        bytes = bytes.dropFirst()
        if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") {
            bytes = bytes.dropFirst()
        }
        return !bytes.isEmpty
            && bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Underscores may stand between digits and after a base prefix only.
    private static func underscoresAreFine(_ text: String) -> Bool {
        var bytes = Array(text.lowercased().utf8)[...]
        if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") {
            bytes = bytes.dropFirst()
        }
        var previousIsDigit = false
        var isHexadecimal = false
        if bytes.first == UInt8(ascii: "0") {
            previousIsDigit = true
            bytes = bytes.dropFirst()
            if let letter = bytes.first, "xob".utf8.contains(letter) {
                isHexadecimal = letter == UInt8(ascii: "x")
                bytes = bytes.dropFirst()
            }
        }
        var previousIsUnderscore = false
        for byte in bytes {
            let isUnderscore = byte == UInt8(ascii: "_")
            if isUnderscore, !previousIsDigit { return false }
            let isDigit = hexadecimalDigit(byte).map { isHexadecimal || $0 < 10 } ?? false
            if previousIsUnderscore, !isDigit { return false }
            previousIsDigit = isDigit
            previousIsUnderscore = isUnderscore
        }
        return !previousIsUnderscore
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
