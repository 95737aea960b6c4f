// `ledger export`: every entry as CSV or JSON lines.
//
// 1. What was written after the export began is not in it, so the chains end cleanly.

import AgentCommands
import AgentConfiguration
import ArgumentParser
import Ledger
import Ports
import SQLStore

extension LedgerCommand {
    /// Writes the entries.
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write every entry as CSV or JSON lines, for `ledger import` and for others.")

        /// Entries read at a time.
        private static let pageSize = 1000

        @OptionGroup var options: ConfigurationOptions

        @Option(help: ArgumentHelp("Only this organization.", valueName: "id"))
        var organization: String?

        @Option(help: ArgumentHelp("csv or jsonl.", valueName: "format"))
        var format = EntryFileFormat.csv

        @Option(help: ArgumentHelp("The file; standard output without it.", valueName: "path"))
        var output: String?

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let store = try await AgentLedger.open(configuration, .readOnly)
            do {
                try await export(store)
            } catch {
                try? await store.close()
                throw error
            }
            try await store.close()
        }

        private func export(_ store: any Store) async throws {
            let known = try await store.read { rows in
                try rows.organizationIdentifiers().map { ($0, try rows.chainHead(of: $0)) }
            }
            let wanted = known.filter { organization == nil || $0.0 == organization }
            if let organization, wanted.isEmpty {
                throw LoadedConfiguration.unknown(
                    "organization", organization, known: known.map(\.0))
            }
            let file = try output.map { try SystemFileWriter(path: $0) }
            func write(_ text: String) throws {
                if let file { try file.write(text) } else { StandardStream.output.write(text) }
            }
            try write(format.heading)
            for (id, head) in wanted {
                var last: Int64 = 0
                while last < head.sequence {
                    let page = try await store.read { [last] rows in
                        try rows.entries(of: id, after: last, limit: Self.pageSize)
                    }.prefix { $0.sequence <= head.sequence }
                    try write(page.map(format.text).joined())
                    guard let final = page.last else { break }
                    last = final.sequence
                }
            }
            try file?.finish()
            StandardStream.error.write(wanted.map { ChainText.line($0.0, $0.1) }.joined())
        }
    }
}

/// Names the end of a chain, for comparing a ledger with its copy.
enum ChainText {
    static func line(_ organization: String, _ head: ChainHead) -> String {
        let count = head.sequence == 1 ? "1 entry" : "\(head.sequence) entries"
        let end = head.sequence == 0 ? "" : ", ends with hash \(head.hash)"
        return LineText.printable("\(organization): \(count)\(end)") + "\n"
    }
}
