// `rules init`: a first rule file.

import AgentCommands
import ArgumentParser
import Glibc
import PromQL
import RuleTools

/// Writes a commented rule file.
struct RulesInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a commented alerts.yml from a few answers.")

    @Option(name: .customLong("threshold"), help: "Percent of the base allocation; repeatable.")
    var thresholds: [Int] = []

    @Option(help: "How many times the usual use is a spike; 0 for no such alert.")
    var spike = 3.0

    @Flag(inversion: .prefixedNo, help: "Warn when the limit comes before the reset.")
    var runOut = true

    @Flag(inversion: .prefixedNo, help: "Warn when a source is down or usage is stale.")
    var sources = true

    @Option(name: .customLong("label"), help: "NAME=VALUE for every alert; repeatable.")
    var labels: [String] = []

    @Option(help: "Beginning of the links to instructions; the alert's name is appended.")
    var runbook: String?

    @Option(help: "The file to write; standard output when left out.")
    var output: String?

    @Flag(help: "Replace the file when it is there.")
    var force = false

    func validate() throws {
        guard thresholds.allSatisfy({ (1...1000).contains($0) }) else {
            throw ValidationError("--threshold is a percentage from 1 to 1000")
        }
        guard spike == 0 || (spike > 1 && spike <= 1000) else {
            throw ValidationError("--spike is a factor above 1, or 0 for no such alert")
        }
        for label in labels {
            let name = label.prefix { $0 != "=" }
            guard label.contains("="), GoText.isLegacyLabelName(String(name)),
                !["severity", "alertname"].contains(name),
                !label.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
            else {
                throw ValidationError(
                    "--label is NAME=VALUE with a name such as `team`, other than severity")
            }
        }
    }

    func run() throws {
        var starter = RuleStarter()
        if !thresholds.isEmpty { starter.thresholds = thresholds }
        starter.spikeFactor = spike > 0 ? spike : nil
        starter.warnsOfRunOut = runOut
        starter.watchesSources = sources
        starter.runbook = runbook
        starter.labels = labels.map { label in
            let parts = label.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(parts[0]), String(parts[1]))
        }
        guard let output else {
            StandardStream.output.write(starter.text)
            return
        }
        try write(Array(starter.text.utf8), to: output)
        StandardStream.output.write("wrote \(LineText.printable(output))\n")
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        let mode = O_WRONLY | O_CREAT | O_CLOEXEC | (force ? O_TRUNC : O_EXCL)
        let descriptor = open(path, mode, 0o644)
        guard descriptor >= 0 else {
            let reason =
                errno == EEXIST ? "it is there already; use --force" : SystemError.text(errno)
            throw CommandFailure("cannot write \(LineText.printable(path)): \(reason)")
        }
        defer { close(descriptor) }
        var start = 0
        while start < bytes.count {
            let count = bytes[start...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw CommandFailure(
                    "cannot write \(LineText.printable(path)): \(SystemError.text(errno))")
            }
            start += count
        }
    }
}
