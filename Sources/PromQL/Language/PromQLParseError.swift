// Why an expression was refused, and where.

/// An expression that is not PromQL, or not the part of it that is supported.
package struct PromQLParseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, in Prometheus' own words where Prometheus has words for it.
    package let message: String
    /// The UTF-8 offsets of the part that is wrong.
    package let range: Range<Int>
    /// The line of the start, from 1.
    package let line: Int
    /// The column (byte) of the start, from 1.
    package let column: Int

    init(_ message: String, _ start: Int, _ end: Int, in text: [UInt8]) {
        self.message = message
        let lower = min(max(0, start), text.count)
        range = lower..<max(lower, end)
        var line = 1
        var lineStart = 0
        for index in 0..<lower where text[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        self.line = line
        column = lower - lineStart + 1
    }

    /// `1:6: parse error: message`, as Prometheus prints it.
    package var description: String { "\(line):\(column): parse error: \(message)" }
}
