// The test language of the public evaluation cases: reading a script into commands.
//
// - Source: prometheus promql/promqltest/README.md

/// What a script expects of a query.
struct TestExpectation: Sendable {
    /// What an annotation or an error must look like.
    enum Text: Sendable {
        case exactly(String)
        case matching(String)
    }

    var fails = false
    var failure: Text?
    var isOrdered = false
    var warns = false
    var informs = false
    var warnings: [Text] = []
    var infos: [Text] = []
    var forbidsWarnings = false
    var forbidsInfos = false
    var string: String?
    /// The grid of an expected range vector.
    var rangeVector: (from: Int64, through: Int64, step: Int64)?
    var scalar: Double?
    var series: [(description: SeriesDescription, line: Int)] = []
}

/// When a query of a script is evaluated.
enum TestTime: Sendable {
    case instant(Int64)
    case range(from: Int64, through: Int64, step: Int64)
}

/// One step of a script.
enum TestCommand: Sendable {
    case clear
    /// Samples every `step` milliseconds from time 0.
    case load(step: Int64, series: [SeriesDescription])
    case query(expression: String, time: TestTime, expectation: TestExpectation)
}

/// A script that cannot be read.
struct TestScriptError: Error, CustomStringConvertible {
    let line: Int
    let message: String

    var description: String { "line \(line): \(message)" }
}

/// Reads scripts.
struct TestScriptReader {
    private let lines: [String]
    private var position = 0

    init(_ bytes: [UInt8]) {
        lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            var text = Substring(String(decoding: line, as: UTF8.self))
            while let last = text.last, last.isWhitespace { text.removeLast() }
            text = text.drop { $0.isWhitespace }
            return text.hasPrefix("#") ? "" : String(text)
        }
    }

    /// The next command and the number of its first line, or nil at the end.
    mutating func next() throws(TestScriptError) -> (command: TestCommand, line: Int)? {
        while position < lines.count, lines[position].isEmpty { position += 1 }
        guard position < lines.count else { return nil }
        let line = position + 1
        let text = lines[position]
        position += 1
        if text == "clear" { return (.clear, line) }
        if text.hasPrefix("load") { return (try load(text, line), line) }
        if text.hasPrefix("eval") { return (try query(text, line), line) }
        throw TestScriptError(line: line, message: "unknown command `\(text)`")
    }

    private mutating func load(_ text: String, _ line: Int) throws(TestScriptError) -> TestCommand {
        let words = Self.words(text)
        guard words.count == 2, words[0] == "load" else {
            throw TestScriptError(line: line, message: "`load STEP` expected: \(text)")
        }
        let step = try duration(words[1], line)
        var series: [SeriesDescription] = []
        while position < lines.count, !lines[position].isEmpty {
            position += 1
            series.append(try description(lines[position - 1], position))
        }
        return .load(step: step, series: series)
    }

    private func description(
        _ text: String, _ line: Int
    ) throws(TestScriptError) -> SeriesDescription {
        do {
            return try SeriesDescription.parse(text)
        } catch {
            throw TestScriptError(line: line, message: error.description)
        }
    }

    private mutating func query(
        _ text: String, _ line: Int
    ) throws(TestScriptError) -> TestCommand {
        var rest = Substring(text)
        func word() -> String {
            let found = rest.prefix { !$0.isWhitespace }
            rest = rest.dropFirst(found.count).drop { $0.isWhitespace }
            return String(found)
        }
        var expectation = TestExpectation()
        switch word() {
        case "eval_fail": expectation.fails = true
        case "eval_ordered": expectation.isOrdered = true
        case "eval_warn": expectation.warns = true
        case "eval_info": expectation.informs = true
        default: break
        }
        let time: TestTime
        if word() == "instant" {
            guard word() == "at" else {
                throw TestScriptError(line: line, message: "`at TIME` expected")
            }
            time = .instant(try duration(word(), line))
        } else {
            guard word() == "from" else {
                throw TestScriptError(line: line, message: "`from TIME` expected")
            }
            let from = try duration(word(), line)
            _ = word()
            let through = try duration(word(), line)
            _ = word()
            time = .range(from: from, through: through, step: try duration(word(), line))
        }
        let expression = String(rest)
        while position < lines.count, !lines[position].isEmpty {
            position += 1
            try expect(lines[position - 1], position, &expectation)
        }
        return .query(expression: expression, time: time, expectation: expectation)
    }

    // MARK: - Expectations

    private func expect(
        _ text: String, _ line: Int, _ expectation: inout TestExpectation
    ) throws(TestScriptError) {
        if text.hasPrefix("expect_fail_message ") {
            expectation.failure = .exactly(String(text.dropFirst(20)))
            return
        }
        if text.hasPrefix("expect_fail_regexp ") {
            expectation.failure = .matching(String(text.dropFirst(19)))
            return
        }
        let words = Self.words(text)
        guard words.first == "expect" else {
            if let number = GoFloat.parse(text) {
                expectation.scalar = number
            } else {
                expectation.series.append((try description(text, line), line))
            }
            return
        }
        let kind = words.count > 1 ? words[1] : ""
        if kind == "range" { return try expectRange(words, line, &expectation) }
        let detail = String(
            text.dropFirst("expect".count).drop { $0 == " " }.dropFirst(kind.count)
                .drop { $0.isWhitespace })
        switch kind {
        case "ordered": expectation.isOrdered = true
        case "no_warn": expectation.forbidsWarnings = true
        case "no_info": expectation.forbidsInfos = true
        case "string": expectation.string = try string(detail, line)
        case "fail":
            expectation.fails = true
            expectation.failure = Self.text(detail)
        case "warn":
            expectation.warns = true
            expectation.warnings += [Self.text(detail)].compactMap(\.self)
        case "info":
            expectation.informs = true
            expectation.infos += [Self.text(detail)].compactMap(\.self)
        default: throw TestScriptError(line: line, message: "unknown expectation `\(text)`")
        }
    }

    private func expectRange(
        _ words: [String], _ line: Int, _ expectation: inout TestExpectation
    ) throws(TestScriptError) {
        guard words.count == 9 else {
            throw TestScriptError(
                line: line, message: "`expect range vector from A to B step S` expected")
        }
        expectation.rangeVector = (
            try duration(words[4], line), try duration(words[6], line),
            try duration(words[8], line)
        )
    }

    private static func text(_ detail: String) -> TestExpectation.Text? {
        for (prefix, isPattern) in [("msg:", false), ("regex:", true)]
        where detail.hasPrefix(prefix) {
            let body = String(detail.dropFirst(prefix.count).drop { $0 == " " })
            return isPattern ? .matching(body) : .exactly(body)
        }
        return nil
    }

    private func string(_ quoted: String, _ line: Int) throws(TestScriptError) -> String {
        do {
            guard case .string(let literal) = try PromQLExpression.parse(quoted).root else {
                throw TestScriptError(line: line, message: "string expected: \(quoted)")
            }
            return literal.value
        } catch {
            throw TestScriptError(line: line, message: "string expected: \(quoted)")
        }
    }

    /// A duration or a number of seconds; `0` and negative ones included.
    private func duration(_ text: String, _ line: Int) throws(TestScriptError) -> Int64 {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative ? String(text.dropFirst()) : text
        if let milliseconds = try? PrometheusTime.parse(digits) {
            return isNegative ? -milliseconds : milliseconds
        }
        guard let seconds = Double(text) else {
            throw TestScriptError(line: line, message: "not a duration: \(text)")
        }
        return TimeBounds.clamped(seconds * 1000)
    }

    private static func words(_ text: String) -> [String] {
        text.split { $0.isWhitespace }.map(String.init)
    }
}
