// Go's fmt: print, println and printf over template values.

/// Formats values as Go's fmt package does.
///
/// - Source: pkg.go.dev/fmt
struct GoFormatter {
    /// How many characters one call may produce; a template cannot exhaust memory.
    static let maximumLength = 1 << 20

    struct Flags {
        var width = 0
        var hasWidth = false
        var precision = 0
        var hasPrecision = false
        var minus = false
        var plus = false
        var sharp = false
        var space = false
        var zero = false
        var plusV = false
        var sharpV = false
    }

    private(set) var output = ""
    var flags = Flags()
    var isErroring = false

    /// `fmt.Sprint`: blanks between operands of which neither is a string.
    static func text(_ values: [TemplateValue]) -> String {
        var formatter = GoFormatter()
        var previousIsString = false
        for (index, value) in values.enumerated() {
            let isString = value.text != nil
            if index > 0, !isString, !previousIsString { formatter.write(" ") }
            formatter.printArgument(value, "v")
            previousIsString = isString
        }
        return formatter.output
    }

    /// `fmt.Sprintln`: blanks between all operands and a line feed.
    static func line(_ values: [TemplateValue]) -> String {
        var formatter = GoFormatter()
        for (index, value) in values.enumerated() {
            if index > 0 { formatter.write(" ") }
            formatter.printArgument(value, "v")
        }
        formatter.write("\n")
        return formatter.output
    }

    /// `fmt.Sprintf`.
    static func text(format: String, _ values: [TemplateValue]) -> String {
        var run = GoFormatRun(format: format, values: values)
        run.run()
        return run.formatter.output
    }

    mutating func write(_ text: String) {
        guard output.utf8.count < Self.maximumLength else { return }
        output += text
    }

    mutating func writePadding(_ count: Int) {
        guard count > 0 else { return }
        write(String(repeating: flags.zero ? "0" : " ", count: count))
    }

    mutating func pad(_ text: String) {
        let missing = flags.hasWidth ? flags.width - text.unicodeScalars.count : 0
        if !flags.minus { writePadding(missing) }
        write(text)
        if flags.minus { writePadding(missing) }
    }

    // MARK: Arguments

    mutating func printArgument(_ value: TemplateValue, _ verb: Unicode.Scalar) {
        if case .missing = value {
            if verb == "T" || verb == "v" { pad("<nil>") } else { badVerb(value, verb) }
            return
        }
        if verb == "T" { return formatString(value.typeName, "s", value) }
        if verb == "p" { return badVerb(value, verb) }
        printValue(value, verb, depth: 0)
    }

    mutating func badVerb(_ value: TemplateValue, _ verb: Unicode.Scalar) {
        let wasErroring = isErroring
        isErroring = true
        write("%!\(verb)(")
        if case .missing = value {
            write("<nil>")
        } else {
            write(value.typeName + "=")
            printValue(value, "v", depth: 0)
        }
        write(")")
        isErroring = wasErroring
    }

    private mutating func printValue(
        _ value: TemplateValue, _ verb: Unicode.Scalar, depth: Int
    ) {
        if !isErroring, !flags.sharpV, "vsxXq".unicodeScalars.contains(verb),
            let text = value.stringer
        {
            return formatString(text, verb, value)
        }
        switch value {
        case .missing: write("<nil>")
        case .bool(let flag):
            if verb == "t" || verb == "v" {
                pad(flag ? "true" : "false")
            } else {
                badVerb(value, verb)
            }
        case .integer(let number), .long(let number), .duration(let number, _):
            formatInteger(UInt64(bitPattern: number), isSigned: true, verb, value)
        case .month(let number), .weekday(let number):
            formatInteger(UInt64(bitPattern: Int64(number)), isSigned: true, verb, value)
        case .byte(let number): formatInteger(UInt64(number), isSigned: false, verb, value)
        case .float(let number): formatFloat(number, verb, value)
        case .complex(let number): formatComplex(number, verb, value)
        case .string(let text), .html(let text): formatString(text, verb, value)
        case .labels, .arguments, .samples, .sample, .data, .time, .keyValues, .list, .record:
            printComposite(value, verb, depth: depth)
        }
    }

    private mutating func printComposite(
        _ value: TemplateValue, _ verb: Unicode.Scalar, depth: Int
    ) {
        switch value {
        case .labels(let labels), .keyValues(let labels):
            let pairs = labels.pairs.map { ($0.name, TemplateValue.string($0.value)) }
            printMap(value.typeName, pairs, verb, depth)
        case .arguments(let pairs):
            printMap(value.typeName, pairs.map { ($0.name, $0.value) }, verb, depth)
        case .samples(let samples):
            // Go prints addresses here; a constant stands for them.
            write("[" + samples.map { _ in "0xc000000000" }.joined(separator: " ") + "]")
        case .list(let list):
            printList(list, verb, depth)
        case .record(let record):
            printStruct(record.typeName, record.fields.map { ($0.name, $0.value) }, verb, depth)
        case .sample(let sample):
            if depth > 0 { return write("0xc000000000") }
            write("&")
            printStruct(
                "template.sample",
                [("Labels", .labels(sample.labels)), ("Value", .float(sample.value))],
                verb, depth)
        case .data(let data):
            printStruct(
                value.typeName,
                [
                    ("Labels", .labels(data.labels)),
                    ("ExternalLabels", .labels(data.externalLabels)),
                    ("ExternalURL", .string(data.externalURL)), ("Value", .float(data.value)),
                ], verb, depth)
        default:
            write(value.stringer ?? "")
        }
    }

    /// Prints a struct as `{a b}`; also for a template's output of a pointer to one.
    mutating func printStruct(
        _ typeName: String, _ fields: [(String, TemplateValue)], _ verb: Unicode.Scalar,
        _ depth: Int
    ) {
        write((flags.sharpV ? typeName : "") + "{")
        for (index, field) in fields.enumerated() {
            if index > 0 { write(flags.sharpV ? ", " : " ") }
            if flags.plusV || flags.sharpV { write(field.0 + ":") }
            printValue(field.1, verb, depth: depth + 1)
        }
        write("}")
    }

    private mutating func printList(
        _ list: TemplateList, _ verb: Unicode.Scalar, _ depth: Int
    ) {
        write(flags.sharpV ? list.typeName + "{" : "[")
        for (index, element) in list.elements.enumerated() {
            if index > 0 { write(flags.sharpV ? ", " : " ") }
            printValue(element, verb, depth: depth + 1)
        }
        write(flags.sharpV ? "}" : "]")
    }

    private mutating func printMap(
        _ typeName: String, _ pairs: [(String, TemplateValue)], _ verb: Unicode.Scalar,
        _ depth: Int
    ) {
        write(flags.sharpV ? typeName + "{" : "map[")
        for (index, pair) in pairs.enumerated() {
            if index > 0 { write(flags.sharpV ? ", " : " ") }
            printValue(.string(pair.0), verb, depth: depth + 1)
            write(":")
            printValue(pair.1, verb, depth: depth + 1)
        }
        write(flags.sharpV ? "}" : "]")
    }
}
