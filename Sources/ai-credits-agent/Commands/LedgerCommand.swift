// `ledger verify`: recompute everything and compare.

import Agent
import AgentCommands
import AgentConfiguration
import ArgumentParser
import Ledger
import Ports
import SQLStore

/// Works on the ledger.
struct LedgerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Work on the ledger.",
        subcommands: [Verify.self, Export.self, Import.self, Adjust.self, Backup.self])

    /// Verifies the ledger.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recompute every organization's chain and compare.")

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let store = try await AgentLedger.open(configuration, .readOnly)
            let results: [Verified]
            do {
                results = try await store.read(Self.verify)
            } catch {
                try? await store.close()
                throw error
            }
            try await store.close()
            StandardStream.output.write(results.map(\.text).joined())
            if results.isEmpty { StandardStream.output.write("the ledger is empty\n") }
            if results.contains(where: { !$0.findings.isEmpty }) { throw ExitCode.failure }
        }

        @Sendable
        private static func verify(_ rows: any StoreRows) throws -> [Verified] {
            try rows.organizationIdentifiers().map { id in
                let verification = try LedgerRebuild.verify(id, in: rows)
                return Verified(
                    organization: id, entryCount: verification.entryCount,
                    findings: verification.findings)
            }
        }
    }
}

/// What was found about one organization.
private struct Verified: Sendable {
    let organization: String
    let entryCount: Int64
    let findings: [LedgerFinding]

    var text: String {
        let count = entryCount == 1 ? "1 entry" : "\(entryCount) entries"
        let outcome =
            findings.isEmpty ? "whole" : Wording.count(findings.count, "finding")
        let lines = ["\(organization): \(count), \(outcome)"] + findings.map(\.description)
        return lines.map { LineText.printable($0) + "\n" }.joined()
    }
}
