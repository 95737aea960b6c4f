// A silence from words of the command line to the body of Alertmanager's API.

import Alerting
import Credits
import ExactJSON
import PositionedYAML
import PromQL

/// Why the words make no silence.
package struct SilenceRequestError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what to do.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The body that asks for a silence.
package struct SilenceRequest: Sendable {
    private static let standardDuration = PrometheusDuration(milliseconds: 3_600_000)

    private let matchers: [LabelMatcher]
    private let start: Timestamp
    private let end: Timestamp
    private let author: String
    private let comment: String

    /// A silence of words and options.
    ///
    /// - Source: alertmanager cli/silence_add.go
    package init(
        matchers words: [String], options: SilenceOptions, now: Timestamp, user: String
    ) throws(SilenceRequestError) {
        matchers = try Self.matchers(words)
        guard !options.comment.isEmpty else {
            throw SilenceRequestError("say why with --comment")
        }
        if options.end != nil, options.duration != nil {
            throw SilenceRequestError("--end and --duration exclude each other; give one of them")
        }
        let duration = options.duration ?? Self.standardDuration
        guard duration.milliseconds > 0 else {
            throw SilenceRequestError("--duration must be longer than 0")
        }
        start = options.start ?? now
        end = options.end ?? start.adding(milliseconds: duration.milliseconds)
        guard start < end else {
            throw SilenceRequestError("the silence would end before it begins")
        }
        author = options.author ?? user
        comment = options.comment
    }

    private static func matchers(
        _ words: [String]
    ) throws(SilenceRequestError) -> [LabelMatcher] {
        var matchers: [LabelMatcher] = []
        for (index, word) in words.enumerated() {
            if index == 0, !word.contains("="), !word.contains("~") {
                matchers.append(LabelMatcher("alertname", equals: word))
                continue
            }
            do throws(MatcherSyntaxError) {
                matchers += try MatcherParser.parse(word)
            } catch {
                throw SilenceRequestError("\(LineText.printable(word)): \(error.message)")
            }
        }
        guard !matchers.isEmpty else { throw SilenceRequestError("name at least one matcher") }
        return matchers
    }

    /// The body of POST /api/v2/silences.
    package var body: JSONValue {
        [
            "matchers": SilenceMatchers.json(matchers), "startsAt": .string(start.description),
            "endsAt": .string(end.description), "createdBy": .string(author),
            "comment": .string(comment),
        ]
    }
}
