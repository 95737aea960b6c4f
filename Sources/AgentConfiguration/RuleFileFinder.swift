// The files that `rule_files` and `notifications.templates` name, globs included.

import Alerting
import PositionedYAML

/// Finds and reads rule files and templates.
struct RuleFileFinder {
    let files: any FileAccess
    let directory: String

    func ruleFiles(
        in mapping: inout MappingDecoder, _ mistakes: MistakeCollector
    ) -> [RuleFile] {
        var seen: Set<String> = []
        var found: [RuleFile] = []
        for pattern in mapping.strings("rule_files") ?? [] {
            for path in paths(pattern, "rule_files", mistakes) where seen.insert(path).inserted {
                if let file = read(path, at: pattern.position, mistakes) { found.append(file) }
            }
        }
        return found
    }

    /// The texts of the files that an entry of `notifications.templates` names.
    func templates(
        _ pattern: Positioned<String>, _ mistakes: MistakeCollector
    ) -> [(name: String, text: String)] {
        paths(pattern, "notifications.templates", mistakes).compactMap { path in
            let problem: String
            do {
                let bytes = try files.bytes(of: path)
                let isSmall = bytes.count <= TemplateLibrary.maximumFileBytes
                if isSmall, let text = String(validating: bytes, as: UTF8.self) {
                    return (path, text)
                }
                problem =
                    isSmall
                    ? "is not UTF-8 text"
                    : "is larger than \(TemplateLibrary.maximumFileBytes) bytes"
            } catch {
                problem = "cannot be read: \(error)"
            }
            mistakes.add(
                "notifications.templates: \(path) \(problem)", at: pattern.position)
            return nil
        }
    }

    private func paths(
        _ pattern: Positioned<String>, _ field: String, _ mistakes: MistakeCollector
    ) -> [String] {
        let resolved = FilePathText.resolve(pattern.value, in: directory)
        let isGlob = resolved.utf8.contains { "*?[".utf8.contains($0) }
        let paths = isGlob ? files.paths(matching: resolved) : [resolved]
        if paths.isEmpty {
            mistakes.warn("\(field): no file matches \(pattern.value)", at: pattern.position)
        }
        return paths
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
