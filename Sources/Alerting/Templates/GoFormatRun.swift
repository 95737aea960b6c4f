// Walks a printf format and hands each verb to the formatter.

/// One call of Go's `fmt.Sprintf`.
struct GoFormatRun {
    private static let maximumNumber = 1_000_000

    private let format: [Unicode.Scalar]
    private let values: [TemplateValue]
    private(set) var formatter = GoFormatter()
    private var index = 0
    private var argument = 0
    private var afterIndex = false
    private var isReordered = false
    private var argumentIsGood = true

    init(format: String, values: [TemplateValue]) {
        self.format = Array(format.unicodeScalars)
        self.values = values
    }

    mutating func run() {
        while index < format.count {
            argumentIsGood = true
            let start = index
            while index < format.count, format[index] != "%" { index += 1 }
            if index > start {
                var text = String.UnicodeScalarView()
                text.append(contentsOf: format[start..<index])
                formatter.write(String(text))
            }
            guard index < format.count else { break }
            index += 1
            guard directive() else { break }
        }
        reportExtra()
    }

    /// Reads one directive; false when the format ended inside it.
    private mutating func directive() -> Bool {
        formatter.flags = GoFormatter.Flags()
        afterIndex = false
        readFlags()
        readArgumentIndex()
        readWidth()
        readPrecision()
        if !afterIndex { readArgumentIndex() }
        guard index < format.count else {
            formatter.write("%!(NOVERB)")
            return false
        }
        let verb = format[index]
        index += 1
        if verb == "%" {
            formatter.write("%")
        } else if !argumentIsGood {
            formatter.write("%!\(verb)(BADINDEX)")
        } else if argument >= values.count {
            formatter.write("%!\(verb)(MISSING)")
        } else {
            if verb == "v" {
                formatter.flags.sharpV = formatter.flags.sharp
                formatter.flags.plusV = formatter.flags.plus
                formatter.flags.sharp = false
                formatter.flags.plus = false
            }
            formatter.printArgument(values[argument], verb)
            argument += 1
        }
        return true
    }

    private mutating func readFlags() {
        while index < format.count {
            switch format[index] {
            case "#": formatter.flags.sharp = true
            case "0": formatter.flags.zero = !formatter.flags.minus
            case "+": formatter.flags.plus = true
            case "-":
                formatter.flags.minus = true
                formatter.flags.zero = false
            case " ": formatter.flags.space = true
            default: return
            }
            index += 1
        }
    }

    private mutating func readNumber() -> Int? {
        var number: Int?
        while index < format.count,
            let digit = format[index].properties.numericType == .decimal
                ? Int(String(format[index])) : nil
        {
            number = (number ?? 0) * 10 + digit
            index += 1
            if number ?? 0 > Self.maximumNumber {
                index = format.count
                return nil
            }
        }
        return number
    }

    /// Reads `[n]` if it is there.
    private mutating func readArgumentIndex() {
        guard index < format.count, format[index] == "[" else {
            afterIndex = false
            return
        }
        isReordered = true
        guard let close = format[index...].firstIndex(of: "]") else {
            argumentIsGood = false
            index += 1
            afterIndex = false
            return
        }
        index += 1
        let number = readNumber()
        let isWhole = index == close
        index = close + 1
        afterIndex = isWhole
        if isWhole, let number, number >= 1, number <= values.count {
            argument = number - 1
            afterIndex = true
        } else {
            argumentIsGood = false
            afterIndex = isWhole && number != nil
        }
    }

    private mutating func starValue() -> Int? {
        guard argument < values.count else { return nil }
        let value =
            values[argument].signed
            ?? { () -> Int64? in
                if case .byte(let byte) = values[argument] { return Int64(byte) }
                return nil
            }()
        argument += 1
        guard let value, value.magnitude <= UInt64(Self.maximumNumber) else { return nil }
        return Int(value)
    }

    private mutating func readWidth() {
        guard index < format.count, format[index] == "*" else {
            if let number = readNumber() {
                formatter.flags.width = number
                formatter.flags.hasWidth = true
                if afterIndex { argumentIsGood = false }
            }
            return
        }
        index += 1
        if let number = starValue() {
            formatter.flags.hasWidth = true
            formatter.flags.width = abs(number)
            if number < 0 {
                formatter.flags.minus = true
                formatter.flags.zero = false
            }
        } else {
            formatter.write("%!(BADWIDTH)")
        }
        afterIndex = false
    }

    private mutating func readPrecision() {
        guard index < format.count, format[index] == "." else { return }
        index += 1
        if afterIndex { argumentIsGood = false }
        readArgumentIndex()
        guard index < format.count, format[index] == "*" else {
            formatter.flags.precision = readNumber() ?? 0
            formatter.flags.hasPrecision = true
            return
        }
        index += 1
        if let number = starValue() {
            formatter.flags.precision = max(number, 0)
            formatter.flags.hasPrecision = number >= 0
        }
        if !formatter.flags.hasPrecision { formatter.write("%!(BADPREC)") }
        afterIndex = false
    }

    private mutating func reportExtra() {
        guard !isReordered, argument < values.count else { return }
        formatter.flags = GoFormatter.Flags()
        formatter.write("%!(EXTRA ")
        for (offset, value) in values[argument...].enumerated() {
            if offset > 0 { formatter.write(", ") }
            if case .missing = value {
                formatter.write("<nil>")
            } else {
                formatter.write(value.typeName + "=")
                formatter.printArgument(value, "v")
            }
        }
        formatter.write(")")
    }
}
