// Rule files in Prometheus' format, read strictly.
//
// 1. A file is taken whole or not at all; all mistakes are reported at once, each with its place.
// 2. What this agent cannot evaluate is a mistake here, never a rule that silently does nothing.

import PositionedYAML
import PromQL

/// A rule file that is correct.
///
/// - Source: prometheus.io/docs/prometheus/latest/configuration/recording_rules
package struct RuleFile: Sendable {
    /// The file as the operator named it.
    package let file: String
    /// In the order of the file.
    package let groups: [RuleGroup]
    /// Remarks that do not keep the file from being used.
    package let warnings: [Mistake]

    /// Reads a rule file.
    ///
    /// - Parameters:
    ///   - bytes: the content; only the first YAML document counts.
    ///   - file: the name for messages and for the rules' identities.
    ///   - options: how expressions are parsed.
    /// - Throws: every mistake of the file.
    package static func read(
        _ bytes: [UInt8], file: String, options: PromQLOptions = .standard
    ) throws(Mistakes) -> RuleFile {
        let mistakes = MistakeCollector()
        guard let root = try YAMLReader.read(bytes, file: file) else {
            return RuleFile(file: file, groups: [], warnings: [])
        }
        var reader = RuleFileReader(
            file: file, options: options, mistakes: mistakes,
            locator: ScalarLocator(bytes: bytes))
        let groups = reader.read(root)
        try mistakes.throwErrors()
        return RuleFile(file: file, groups: groups, warnings: mistakes.list)
    }
}
