// `rules backtest`: what the rules would have raised.

import Agent
import AgentCommands
import AgentConfiguration
import ArgumentParser
import Credits
import ExactJSON
import Ports
import PositionedYAML
import SQLStore

/// How a report is printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// Replays the ledger through the configured rules.
struct RulesBacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest",
        abstract: "Replay the ledger's history through the rules and print what they raise.")

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Where to begin: so long ago (30d), or an instant in RFC 3339.")
    var since = "30d"

    @Option(help: "text or json.")
    var format = ReportFormat.text

    func validate() throws {
        if beginning(before: Timestamp(milliseconds: 0)) == nil {
            throw ValidationError("--since is a duration such as 30d, or an instant in RFC 3339")
        }
    }

    func run() async throws {
        let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
        let now = SystemWallClock().now()
        guard let since = beginning(before: now), since < now else {
            throw ValidationError("--since lies in the future")
        }
        let store = try await AgentLedger.open(configuration, .readOnly)
        let report: BacktestReport
        do {
            report = try await store.read { rows in
                try Backtest.run(configuration, from: rows, since: since, now: now)
            }
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
        switch format {
        case .text:
            let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false)
            StandardStream.output.write(
                lines.map { LineText.printable(String($0)) }.joined(separator: "\n"))
        case .json: StandardStream.output.write(report.json.text() + "\n")
        }
        if !report.failures.isEmpty { throw ExitCode.failure }
    }

    private func beginning(before now: Timestamp) -> Timestamp? {
        if let duration = PrometheusDuration.parse(since), duration.milliseconds > 0 {
            return now.adding(milliseconds: -duration.milliseconds)
        }
        return Timestamp(rfc3339: since)
    }
}
