// The rule files that `rule_files` names, globs included.

import Alerting
import PositionedYAML

/// Finds and reads rule files.
struct RuleFileFinder {
    let files: any FileAccess
    let directory: String

    func ruleFiles(
        in mapping: inout MappingDecoder, _ mistakes: MistakeCollector
    ) -> [RuleFile] {
        var seen: Set<String> = []
        var found: [RuleFile] = []
        for pattern in mapping.strings("rule_files") ?? [] {
            let resolved = FilePathText.resolve(pattern.value, in: directory)
            let isGlob = resolved.utf8.contains { "*?[".utf8.contains($0) }
            let paths = isGlob ? files.paths(matching: resolved) : [resolved]
            if paths.isEmpty {
                mistakes.warn("rule_files: no file matches \(pattern.value)", at: pattern.position)
            }
            for path in paths where seen.insert(path).inserted {
                if let file = read(path, at: pattern.position, mistakes) { found.append(file) }
            }
        }
        return found
    }

    private func read(
        _ path: String, at position: SourcePosition, _ mistakes: MistakeCollector
    ) -> RuleFile? {
        let bytes: [UInt8]
        do {
            bytes = try files.bytes(of: path)
        } catch {
            mistakes.add("rule_files: \(path) cannot be read: \(error)", at: position)
            return nil
        }
        do throws(Mistakes) {
            return try RuleFile.read(bytes, file: path)
        } catch {
            mistakes.add(error)
            return nil
        }
    }
}
