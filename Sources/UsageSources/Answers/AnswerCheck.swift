// Conditions on whole answers: the key `checks` of a source.

import Credits
import ExactJSON
import PositionedYAML

/// A condition that every answer has to meet.
package struct AnswerCheck: Sendable, Equatable {
    /// What is looked at.
    package let path: JSONPath
    /// What it must be.
    package let condition: ValueCondition
    /// Whether it may be missing.
    package let isOptional: Bool

    /// Whether a value of an answer is as asked for; nil for the value when it is missing.
    func holds(
        in root: JSONValue, _ values: PlaceholderValues?, page: String
    ) throws(PollFailure) -> (holds: Bool, value: JSONValue?) {
        do throws(JSONPathLimitError) {
            guard let value = try path.first(in: root)?.value else { return (isOptional, nil) }
            return (condition.holds(value, values), value)
        } catch {
            throw PollFailure(.tooLarge, "\(page), \(path.text): \(error)")
        }
    }

    /// Fails the poll when an answer is not as asked for.
    func verify(
        _ root: JSONValue, _ values: PlaceholderValues, page: String
    ) throws(PollFailure) {
        let (holds, value) = try holds(in: root, values, page: page)
        if holds { return }
        throw PollFailure(
            .checkFailed,
            "\(page), \(path.singularPrefix().text): expected "
                + "\(condition.expectation(values)), found \(value?.shown ?? "nothing"); the "
                + "answer is not what was asked for, or not whole")
    }

    /// Decodes a check from its mapping, which it finishes; nil after a mistake.
    static func decode(_ mapping: MappingDecoder, fillsIn: Bool) -> AnswerCheck? {
        var mapping = mapping
        let path = mapping.requiredPath("path", shape: .singular)
        let condition = ValueCondition.decode(from: &mapping, fillsIn: fillsIn)
        let isOptional = mapping.boolean("optional")?.value ?? false
        mapping.finish()
        guard let path, let condition else { return nil }
        return AnswerCheck(path: path, condition: condition, isOptional: isOptional)
    }

    /// Decodes the key `checks`.
    static func decode(
        from source: inout MappingDecoder, asksPerDay: Bool
    ) -> [AnswerCheck]? {
        guard let entries = source.mappings("checks") else { return [] }
        let checks = entries.compactMap { entry -> AnswerCheck? in
            guard let check = decode(entry, fillsIn: true) else { return nil }
            let unknown = check.condition.placeholders.filter { placeholder in
                switch placeholder {
                case .windowStart, .windowEnd, .organization: false
                case .day: !asksPerDay
                case .cursor, .page, .job: true
                }
            }
            guard unknown.isEmpty else {
                entry.mistake(
                    "equals",
                    "may hold {window.start:…}, {window.end:…}, {org}, and {day:…} with "
                        + "`window: {per_request: day}`")
                return nil
            }
            return check
        }
        return checks.count == entries.count ? checks : nil
    }
}
