// A configuration with a mistake, and what is said about it.

import AgentConfiguration
import Testing

/// One row of the table of mistakes.
struct MistakeCase: Sendable, CustomTestStringConvertible {
    let name: String
    let yaml: String
    let rules: String?
    let expected: [String]

    init(_ name: String, _ yaml: String, rules: String? = nil, _ expected: [String]) {
        self.name = name
        self.yaml = yaml
        self.rules = rules
        self.expected = expected
    }

    var testDescription: String { name }

    var files: TestFiles {
        var files = TestFiles(["agent.yml": yaml])
        if let rules { files.texts["./alerts.yml"] = rules }
        return files
    }
}

/// Files and environment in dictionaries.
struct TestFiles: FileAccess {
    var texts: [String: String]
    var raw: [String: [UInt8]] = [:]
    var globs: [String: [String]] = [:]
    var variables: [String: String] = [:]

    init(_ texts: [String: String]) {
        self.texts = texts
    }

    func bytes(of path: String) throws -> [UInt8] {
        if let bytes = raw[path] { return bytes }
        guard let text = texts[path] else { throw FileAccessError("no such file") }
        return Array(text.utf8)
    }

    func paths(matching pattern: String) -> [String] { globs[pattern] ?? [] }
    func environment(_ name: String) -> String? { variables[name] }
}
