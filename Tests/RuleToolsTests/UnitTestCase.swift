// Unit test files and rule files for tests, run here and by promtool where it is installed.

import Alerting
import Foundation
import PositionedYAML
import PromQL
import Testing

@testable import RuleTools

/// A file of unit tests with its rule file `rules.yml`.
struct UnitTestCase: Sendable, CustomTestStringConvertible {
    let name: String
    let tests: String
    var rules = UnitTestCase.rules
    /// Whether promtool says the same, not only comes to the same verdict.
    var hasSameText = true

    var testDescription: String { name }

    /// A recording rule and an alert with `for`.
    static let rules = """
        groups:
          - name: g
            rules:
              - record: job:up:sum
                expr: sum by (job) (up)
              - alert: Down
                expr: up == 0
                for: 2m
                labels: {severity: page, site: "{{ $externalLabels.site }}"}
                annotations:
                  summary: "{{ $labels.instance }} down {{ $value }}"
                  link: "{{ $externalURL }}/x"
                  empty: ""
        """

    /// What this program says: nothing when all is as expected.
    func failures() -> [String] {
        do {
            let file = try RuleUnitTestFile.read(Array(tests.utf8), file: "test.yml")
            let rules = try file.ruleFiles.map { name throws(Mistakes) in
                try RuleFile.read(Array(self.rules.utf8), file: name.value)
            }
            return RuleUnitTestRun(file, rules: rules).failures()
        } catch {
            return error.list.map(\.description)
        }
    }
}

/// The installed promtool.
enum Promtool {
    static let path = "/usr/bin/promtool"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: path) }

    /// Exit code and standard error of `promtool test rules` in a fresh directory.
    static func test(_ files: [String: String], _ name: String) throws -> (Int32, String) {
        let directory = FileManager.default.temporaryDirectory
            .appending(path: "unit-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        for (file, text) in files {
            try Data(text.utf8).write(to: directory.appending(path: file))
        }
        return try run(["test", "rules", name], in: directory)
    }

    static func run(_ arguments: [String], in directory: URL) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let bytes = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
