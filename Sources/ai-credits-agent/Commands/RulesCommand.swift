// `rules test`: unit tests of rules.

import AgentCommands
import AgentConfiguration
import Alerting
import ArgumentParser
import PositionedYAML
import PromQL
import RuleTools

/// Works on rule files.
struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Work on rule files.",
        subcommands: [Test.self, RulesBacktestCommand.self, RulesInitCommand.self])

    /// Runs unit tests in promtool's format.
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Run unit tests of rules, in promtool's format.")

        @Argument(help: "Files of unit tests.")
        var files: [String]

        @Option(help: "Whose meaning ranges have: 3.x (open at the left) or 2.x (closed).")
        var profile = VersionProfile.prometheus3.rawValue

        func validate() throws {
            guard VersionProfile(rawValue: profile) != nil else {
                throw ValidationError("--profile is 3.x or 2.x")
            }
        }

        func run() throws {
            let profile = VersionProfile(rawValue: profile) ?? .prometheus3
            let tests = UnitTestFiles(files: SystemFileAccess(), profile: profile)
            var isPassed = true
            for file in files {
                StandardStream.output.write("Unit Testing:  \(LineText.printable(file))\n")
                let outcome = tests.run(file)
                for warning in outcome.warnings {
                    StandardStream.error.write("  WARNING: \(LineText.printable(warning))\n")
                }
                if outcome.failures.isEmpty {
                    StandardStream.output.write("  SUCCESS\n")
                } else {
                    isPassed = false
                    StandardStream.error.write("  FAILED:\n")
                    for failure in outcome.failures {
                        StandardStream.error.write(failure + "\n")
                        StandardStream.output.write("\n")
                    }
                }
                StandardStream.output.write("\n")
            }
            if !isPassed { throw ExitCode.failure }
        }
    }
}

/// What became of one file of unit tests.
private struct UnitTestOutcome {
    var failures: [String] = []
    var warnings: [String] = []
}

/// Reads and runs files of unit tests.
private struct UnitTestFiles {
    let files: any FileAccess
    let profile: VersionProfile

    func run(_ path: String) -> UnitTestOutcome {
        var outcome = UnitTestOutcome()
        do {
            let tests = try RuleUnitTestFile.read(try files.bytes(of: path), file: path)
            outcome.warnings = tests.warnings.map(\.description)
            let rules = ruleFiles(of: tests, in: FilePathText.directory(of: path), &outcome)
            if outcome.failures.isEmpty {
                outcome.failures =
                    RuleUnitTestRun(tests, rules: rules, profile: profile).failures()
            }
        } catch let mistakes as Mistakes {
            outcome.failures = mistakes.list.map(\.description)
        } catch {
            outcome.failures = ["\(path): \(error)"]
        }
        return outcome
    }

    /// The rule files that the tests name, each once.
    private func ruleFiles(
        of tests: RuleUnitTestFile, in directory: String, _ outcome: inout UnitTestOutcome
    ) -> [RuleFile] {
        var seen: Set<String> = []
        var read: [RuleFile] = []
        for pattern in tests.ruleFiles {
            let resolved = FilePathText.resolve(pattern.value, in: directory)
            let paths = files.paths(matching: resolved)
            if paths.isEmpty { outcome.warnings.append("no file match pattern \(resolved)") }
            for path in paths where seen.insert(path).inserted {
                do {
                    read.append(
                        try RuleFile.read(
                            try files.bytes(of: path), file: path,
                            options: PromQLOptions(profile: profile)))
                } catch let mistakes as Mistakes {
                    outcome.failures += mistakes.list.map(\.description)
                } catch {
                    outcome.failures.append("\(path): \(error)")
                }
            }
        }
        return read
    }
}
