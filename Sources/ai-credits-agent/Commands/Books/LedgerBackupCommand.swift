// `ledger backup`: a copy of the whole ledger, beside a running agent or without one.

import AgentCommands
import AgentConfiguration
import ArgumentParser
import PositionedYAML
import SQLStore

extension LedgerCommand {
    /// Copies the ledger.
    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copy the ledger to PATH, also while the agent runs.",
            discussion: """
                The copy is a ledger: to restore it, stop the agent and put the copy in the \
                ledger's place, without the former -wal, -shm and .lock files: without its \
                .lock file an older copy is taken as meant. A file that exists is never \
                overwritten.
                """)

        @Argument(help: ArgumentHelp("Where to; there must be no file.", valueName: "path"))
        var path: String

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let target = SystemPath.absolute(path)
            switch configuration.ledger {
            case .sqlite(let ledger):
                let size = try await backUpSQLiteLedger(
                    path: SystemPath.absolute(ledger), to: target)
                StandardStream.output.write(
                    LineText.printable("\(target): \(size) bytes, checked") + "\n")
            case .postgresql(let reference):
                let url = try PostgresURL(
                    AgentLedger.url(reference, of: configuration).exposed)
                throw CommandFailure(
                    "the ledger lives in PostgreSQL, which copies it itself, also while the agent "
                        + "runs: pg_dump --format=custom --file "
                        + LineText.printable("\(target) '\(url.place)'")
                        + " (with the parameters of the ledger's URL, and the same PGPASSFILE); "
                        + "`ledger export` keeps the entries")
            }
        }
    }
}
