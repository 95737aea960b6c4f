// I-Regexp (RFC 9485): checked against its grammar, then translated for the linear-time engine.

import LinearRegex

/// A compiled I-Regexp.
struct InteroperableRegex: Sendable {
    /// The pattern as it was written.
    let pattern: String
    private let regex: LinearRegex

    /// Checks and compiles; `^` and `$` outside of classes are anchors, as implementations agree.
    init(_ pattern: String) throws(InteroperableRegexError) {
        var translator = try InteroperableRegexTranslator(pattern)
        let translated = try translator.translate()
        do throws(LinearRegexError) {
            regex = try LinearRegex(translated)
        } catch {
            throw InteroperableRegexError(message: error.message)
        }
        self.pattern = pattern
    }

    /// `match()` of RFC 9535 section 2.4.6.
    func matchesWhole(_ text: String) -> Bool { regex.matchesWhole(text) }

    /// `search()` of RFC 9535 section 2.4.7.
    func matchesPart(of text: String) -> Bool { regex.matchesPart(of: text) }
}

/// Why a pattern is no I-Regexp.
struct InteroperableRegexError: Error, Equatable {
    let message: String
}
