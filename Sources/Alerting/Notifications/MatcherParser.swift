// Matchers as Alertmanager writes them in routes and silences.
//
// Both of its syntaxes: `{a="b", c!~"d.*",}`, quoted names (`"a b"="c"`), and the older bare
// values (`a = b c`). In quoted values `\n`, `\"` and `\\` are escapes and any other backslash
// stands for itself, as in the older syntax.

import PromQL

/// Why a text is no list of matchers.
package struct MatcherSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    package let message: String

    /// The message.
    package var description: String { message }
}

/// Reads Alertmanager's matchers.
///
/// - Source: alertmanager pkg/labels/parse.go, matcher/parse
package struct MatcherParser {
    /// The most matchers in one text.
    package static let maximumCount = 100

    private let scalars: [Unicode.Scalar]
    private var place = 0
    private var closesWithBrace = false

    private init(_ text: String) {
        scalars = Array(text.unicodeScalars)
    }

    /// Reads matchers that are separated by commas; braces around them are optional.
    package static func parse(_ text: String) throws(MatcherSyntaxError) -> [LabelMatcher] {
        var parser = MatcherParser(text)
        return try parser.list()
    }

    private mutating func list() throws(MatcherSyntaxError) -> [LabelMatcher] {
        skipSpace()
        closesWithBrace = take("{")
        var matchers: [LabelMatcher] = []
        while true {
            skipSpace()
            if isAtEnd { break }
            guard matchers.count < Self.maximumCount else {
                throw MatcherSyntaxError(message: "more than \(Self.maximumCount) matchers")
            }
            matchers.append(try matcher())
            skipSpace()
            if isAtEnd { break }
            guard take(",") else {
                throw MatcherSyntaxError(
                    message: "expected a comma after matcher \(matchers.count)")
            }
        }
        if closesWithBrace, !take("}") {
            throw MatcherSyntaxError(message: "missing closing brace")
        }
        skipSpace()
        guard place == scalars.count else {
            throw MatcherSyntaxError(message: "unexpected text after the closing brace")
        }
        guard !matchers.isEmpty else { throw MatcherSyntaxError(message: "no matcher") }
        return matchers
    }

    private mutating func matcher() throws(MatcherSyntaxError) -> LabelMatcher {
        let name = try name()
        skipSpace()
        let operation = try operation(after: name)
        skipSpace()
        let value = try value(of: name)
        do {
            return try LabelMatcher(
                name: name, operation: operation, value: value, dotMatchesNewline: false)
        } catch {
            throw MatcherSyntaxError(message: error.message)
        }
    }

    private mutating func name() throws(MatcherSyntaxError) -> String {
        if current == "\"" {
            let name = try quotedText()
            guard !name.isEmpty else { throw MatcherSyntaxError(message: "empty label name") }
            return name
        }
        let start = place
        while let scalar = current, !"=!~{},\"\\'`".unicodeScalars.contains(scalar),
            !scalar.properties.isWhitespace
        { place += 1 }
        guard place > start else {
            throw MatcherSyntaxError(message: "expected a label name, as in severity=\"critical\"")
        }
        return text(start..<place)
    }

    private mutating func operation(
        after name: String
    ) throws(MatcherSyntaxError) -> LabelMatcher.Operation {
        if take("=") { return take("~") ? .matches : .equal }
        if take("!") {
            if take("=") { return .notEqual }
            if take("~") { return .notMatches }
        }
        throw MatcherSyntaxError(message: "expected =, !=, =~ or !~ after \(name)")
    }

    private mutating func value(of name: String) throws(MatcherSyntaxError) -> String {
        if current == "\"" { return try quotedText() }
        let start = place
        while let scalar = current, scalar != ",", !isAtEnd {
            guard scalar != "\"" else {
                throw MatcherSyntaxError(message: "value of \(name) has an unescaped double quote")
            }
            place += escapesNext ? 2 : 1
        }
        var end = place
        while end > start, scalars[end - 1].properties.isWhitespace { end -= 1 }
        return unescaped(start..<end)
    }

    private mutating func quotedText() throws(MatcherSyntaxError) -> String {
        place += 1
        let start = place
        while let scalar = current, scalar != "\"" {
            place += escapesNext ? 2 : 1
        }
        let end = place
        guard take("\"") else { throw MatcherSyntaxError(message: "missing closing quote") }
        return unescaped(start..<end)
    }

    private func unescaped(_ range: Range<Int>) -> String {
        var output = String.UnicodeScalarView()
        var index = range.lowerBound
        while index < range.upperBound {
            let scalar = scalars[index]
            index += 1
            guard scalar == "\\", index < range.upperBound else {
                output.append(scalar)
                continue
            }
            switch scalars[index] {
            case "n": output.append("\n")
            case "\"", "\\": output.append(scalars[index])
            default: output.append(contentsOf: [scalar, scalars[index]])
            }
            index += 1
        }
        return String(output)
    }

    /// The end of the list: of the text, or its closing brace.
    private var isAtEnd: Bool {
        guard place < scalars.count else { return true }
        guard closesWithBrace, scalars[place] == "}" else { return false }
        return scalars[(place + 1)...].allSatisfy(\.properties.isWhitespace)
    }

    /// Whether a backslash stands here that takes the next character with it.
    private var escapesNext: Bool {
        guard current == "\\", place + 1 < scalars.count else { return false }
        return scalars[place + 1] == "\"" || scalars[place + 1] == "\\"
    }

    private var current: Unicode.Scalar? {
        place < scalars.count ? scalars[place] : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard current == scalar else { return false }
        place += 1
        return true
    }

    private mutating func skipSpace() {
        while let scalar = current, scalar.properties.isWhitespace { place += 1 }
    }

    private func text(_ range: Range<Int>) -> String {
        var output = String.UnicodeScalarView()
        output.append(contentsOf: scalars[range])
        return String(output)
    }
}
