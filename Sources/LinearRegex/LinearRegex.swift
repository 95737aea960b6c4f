// Regular expressions in RE2's syntax, matched in linear time.
//
// 1. A pattern is compiled once; a compiled pattern is immutable and may be used from any thread.
// 2. No pointer of RE2 leaves this file.
// 3. Offsets are UTF-8 byte offsets, as RE2 counts them.

import CRE2

/// A compiled regular expression in the syntax that Prometheus documents.
///
/// Debian's RE2 is older than Go's regexp: `(?<name>` is rewritten to `(?P<name>`, and `\C`
/// (one byte, which Go refuses) is refused.
///
/// - Source: github.com/google/re2/wiki/Syntax
package final class LinearRegex: @unchecked Sendable {
    // Safe to share: RE2 objects are immutable after construction and documented thread-safe.
    private let expression: OpaquePointer

    /// The pattern as it was written.
    package let pattern: String

    /// Compiles a pattern.
    ///
    /// - Parameters:
    ///   - pattern: RE2 syntax, UTF-8.
    ///   - dotMatchesNewline: `.` also matches a line feed, as Prometheus 3 compiles matchers.
    /// - Throws: `LinearRegexError` with RE2's own message.
    package init(_ pattern: String, dotMatchesNewline: Bool = false) throws(LinearRegexError) {
        let rewritten = try Self.rewritten(pattern)
        var bytes = rewritten
        let compiled = bytes.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                ai_credits_re2_new($0.baseAddress, $0.count, dotMatchesNewline)
            }
        }
        guard let compiled else { throw LinearRegexError(message: "out of memory") }
        if let message = ai_credits_re2_error(compiled) {
            let text = String(cString: message)
            ai_credits_re2_free(compiled)
            throw LinearRegexError(message: text)
        }
        self.expression = compiled
        self.pattern = pattern
    }

    deinit {
        ai_credits_re2_free(expression)
    }

    /// Number of capturing groups, without the whole match.
    package var groupCount: Int {
        Int(ai_credits_re2_group_count(expression))
    }

    /// The index of the named group, or nil.
    package func groupIndex(named name: String) -> Int? {
        var bytes = name
        let index = bytes.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                ai_credits_re2_named_group(expression, $0.baseAddress, $0.count)
            }
        }
        return index < 0 ? nil : Int(index)
    }

    /// Whether the whole text matches.
    package func matchesWhole(_ text: String) -> Bool {
        groups(in: text, from: 0, anchored: true, count: 0) != nil
    }

    /// Whether some part of the text matches.
    package func matchesPart(of text: String) -> Bool {
        groups(in: text, from: 0, anchored: false, count: 0) != nil
    }

    /// The groups of a match of the whole text, or nil. Group 0 is the text.
    package func wholeMatch(in text: String) -> [Range<Int>?]? {
        groups(in: text, from: 0, anchored: true, count: groupCount + 1)
    }

    /// The groups of the first match at or after the byte offset `start`, or nil.
    package func firstMatch(in text: String, from start: Int = 0) -> [Range<Int>?]? {
        groups(in: text, from: start, anchored: false, count: groupCount + 1)
    }

    private func groups(
        in text: String, from start: Int, anchored: Bool, count: Int
    ) -> [Range<Int>?]? {
        var found = [ai_credits_re2_group](
            repeating: ai_credits_re2_group(start: -1, end: -1), count: count)
        var subject = text
        let matched = subject.withUTF8 { utf8 in
            // An empty string may have no address; RE2 wants one.
            guard let base = utf8.baseAddress else {
                return "".withCString {
                    ai_credits_re2_match(expression, $0, 0, start, anchored, &found, Int32(count))
                }
            }
            return base.withMemoryRebound(to: CChar.self, capacity: utf8.count) {
                ai_credits_re2_match(
                    expression, $0, utf8.count, start, anchored, &found, Int32(count))
            }
        }
        guard matched else { return nil }
        return found.map { $0.start < 0 ? nil : $0.start..<$0.end }
    }

    /// Rewrites what Go's newer syntax has and Debian's RE2 lacks.
    private static func rewritten(_ pattern: String) throws(LinearRegexError) -> String {
        guard pattern.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "<") })
        else { return pattern }
        var rewriter = PatternRewriter(pattern)
        return try rewriter.rewritten()
    }
}

/// A pattern that RE2 refused.
package struct LinearRegexError: Error, Sendable, Equatable, CustomStringConvertible {
    /// RE2's own words.
    package let message: String

    /// The message.
    package var description: String { message }
}
