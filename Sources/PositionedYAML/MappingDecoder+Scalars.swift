// Typed scalars of a mapping. YAML's own guesses (`yes`, `0777`, `1:30`) are never followed.

extension MappingDecoder {
    /// A text: any scalar that is not null; a number or `true` keeps its written form.
    package mutating func string(_ key: String) -> Positioned<String>? {
        guard let node = node(key) else { return nil }
        return Self.text(of: node, field: field(of: key), into: mistakes)
    }

    /// A whole number in decimal digits, without quotes and leading zeros.
    package mutating func integer(
        _ key: String, in range: ClosedRange<Int>? = nil
    ) -> Positioned<Int>? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text, let isPlain) = node.kind, DecimalLexeme.isInteger(text) else {
            mistake(key, "expected a whole number\(Self.bounds(range)), found \(node.found)")
            return nil
        }
        guard isPlain else {
            mistake(key, "expected a whole number, found a quoted text; remove the quotes")
            return nil
        }
        guard let value = Int(text), range?.contains(value) ?? true else {
            let bounds = range == nil ? " that fits 64 bits" : Self.bounds(range)
            mistake(key, "expected a whole number\(bounds), found \(node.found)")
            return nil
        }
        return Positioned(value, at: node.position)
    }

    /// `true` or `false`, without quotes; `yes`, `on` and the like are mistakes.
    package mutating func boolean(_ key: String) -> Positioned<Bool>? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let text, let isPlain) = node.kind else {
            mistake(key, "expected true or false, found \(node.found)")
            return nil
        }
        if isPlain, text == "true" || text == "false" {
            return Positioned(text == "true", at: node.position)
        }
        var message = "expected true or false, found \(node.found)"
        switch text.lowercased() {
        case "true", "yes", "on", "y": message += "; write true"
        case "false", "no", "off", "n": message += "; write false"
        default: break
        }
        mistake(key, message)
        return nil
    }

    /// A Prometheus duration, plain or quoted; never negative.
    package mutating func duration(_ key: String) -> Positioned<PrometheusDuration>? {
        guard let node = node(key) else { return nil }
        if let text = node.text, let duration = PrometheusDuration.parse(text) {
            return Positioned(duration, at: node.position)
        }
        var message = "expected a duration such as 30s, found \(node.found)"
        if let text = node.text, DecimalLexeme.isInteger(text), !text.hasPrefix("-") {
            message += "; add a unit (ms, s, m, h, d, w, y)"
        }
        mistake(key, message)
        return nil
    }

    /// A duration within bounds, in milliseconds; the standard when absent, or after a mistake.
    package mutating func duration(
        _ key: String, in bounds: ClosedRange<Int64>, standard: Int64
    ) -> Int64 {
        duration(key, in: bounds) ?? standard
    }

    /// A duration within bounds, in milliseconds; nil when absent, or after a mistake.
    package mutating func duration(_ key: String, in bounds: ClosedRange<Int64>) -> Int64? {
        guard let value = duration(key)?.value.milliseconds else { return nil }
        if bounds.contains(value) { return value }
        let words = [bounds.lowerBound, bounds.upperBound]
            .map { PrometheusDuration(milliseconds: $0).description }
        mistake(key, "must be from \(words[0]) to \(words[1])")
        return nil
    }

    /// The exact lexeme of a decimal number, plain or quoted: `-12.50`, `1e3`.
    ///
    /// Shape: `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?`, at most 64 characters.
    package mutating func decimal(_ key: String) -> Positioned<String>? {
        guard let node = node(key) else { return nil }
        guard let text = node.text, DecimalLexeme.isDecimal(text) else {
            mistake(key, "expected a number such as 12.5, found \(node.found)")
            return nil
        }
        return Positioned(text, at: node.position)
    }

    /// One of the given words.
    package mutating func choice(_ key: String, of words: [String]) -> Positioned<String>? {
        guard let node = node(key) else { return nil }
        if let text = node.text, words.contains(text) { return Positioned(text, at: node.position) }
        let list = words.map { "`\($0)`" }.joined(separator: ", ")
        var message = "expected one of \(list), found \(node.found)"
        if let text = node.text, let nearest = NearestWord.nearest(to: text, among: words) {
            message += "; did you mean `\(nearest)`?"
        }
        mistake(key, message)
        return nil
    }

    /// `{env: NAME}`, `{file: PATH}`, or the secret itself, which is warned about.
    package mutating func secret(_ key: String) -> Positioned<SecretReference>? {
        guard let node = node(key) else { return nil }
        return Self.secret(of: node, field: field(of: key), into: mistakes)
    }

    /// A secret that stands at `node`; messages never hold its text.
    package static func secret(
        of node: YAMLNode, field: String, into mistakes: MistakeCollector
    ) -> Positioned<SecretReference>? {
        if let text = node.text, !node.isNull {
            guard !text.isEmpty else {
                mistakes.add("\(field): the secret is empty", at: node.position)
                return nil
            }
            mistakes.warn(
                "\(field): secret is written literally; use {env: NAME} or {file: PATH}",
                at: node.position)
            return Positioned(.literal(Secret(text)), at: node.position)
        }
        guard node.pairs != nil, var decoder = MappingDecoder(node, field: field, into: mistakes)
        else {
            mistakes.add(
                "\(field): expected {env: NAME} or {file: PATH}, found \(node.found)",
                at: node.position)
            return nil
        }
        let environment = decoder.string("env")
        let file = decoder.string("file")
        decoder.finish()
        switch (environment, file) {
        case (let name?, nil) where Self.isVariableName(name.value):
            return Positioned(.environment(name.value), at: node.position)
        case (nil, let path?) where !path.value.isEmpty:
            return Positioned(.file(path.value), at: node.position)
        case (.some, nil):
            decoder.mistake("env", "expected the name of an environment variable")
        case (nil, .some):
            decoder.mistake("file", "expected the path of a file")
        default:
            mistakes.add(
                "\(field): expected exactly one of {env: NAME} and {file: PATH}",
                at: node.position)
        }
        return nil
    }

    /// The text of a scalar that is not null; otherwise a mistake.
    static func text(
        of node: YAMLNode, field: String, into mistakes: MistakeCollector
    ) -> Positioned<String>? {
        guard let text = node.text, !node.isNull else {
            mistakes.add("\(field): expected a text, found \(node.found)", at: node.position)
            return nil
        }
        return Positioned(text, at: node.position)
    }

    private static func isVariableName(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains { $0 == UInt8(ascii: "=") || $0 <= 0x20 }
    }

    private static func bounds(_ range: ClosedRange<Int>?) -> String {
        guard let range else { return "" }
        if range.upperBound == Int.max { return " of at least \(range.lowerBound)" }
        if range.lowerBound == Int.min { return " of at most \(range.upperBound)" }
        return " from \(range.lowerBound) to \(range.upperBound)"
    }
}
