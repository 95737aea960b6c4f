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
            abstract:
                "Recompute every organization's chain and compare; of the ledger, or of a file.",
            discussion: """
                A file is what `ledger export` wrote, CSV or JSON lines: every edited, missing or \
                reordered entry in it is named. Compare the hashes of the ends with those that \
                the export printed: entries that were cut off at the end cannot show otherwise.
                """)

        @Argument(help: ArgumentHelp("Exported entries, instead of the ledger.", valueName: "file"))
        var file: String?

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            if let file { return try Self.verify(file) }
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
            if results.allSatisfy(\.organization.isEmpty) {
                StandardStream.output.write("the ledger is empty\n")
            }
            if results.contains(where: { !$0.findings.isEmpty }) { throw ExitCode.failure }
        }

        private static func verify(_ path: String) throws {
            let bytes = try SystemFileReader(path: path)
            var reader = EntryFileReader { try bytes.next() }
            var verification = ChainFileVerification()
            do {
                while let row = try reader.next() { verification.read(row.text, line: row.line) }
            } catch let error as EntryFileError {
                throw CommandFailure(LineText.printable("\(path): \(error)"))
            }
            guard !verification.ends.isEmpty else {
                throw CommandFailure(
                    LineText.printable("\(path): there are no entries in the file"))
            }
            for (id, end) in verification.ends.sorted(by: { $0.key < $1.key }) {
                let count = end.count == 1 ? "1 entry" : "\(end.count) entries"
                let outcome =
                    end.findingCount == 0
                    ? "whole, ends with hash \(end.hash)"
                    : Wording.count(Int(end.findingCount), "finding")
                StandardStream.output.write(
                    LineText.printable("\(id): \(count), \(outcome)") + "\n")
            }
            let findings = verification.findings.map { "\(path): \($0)" }
            StandardStream.output.write(findings.map { LineText.printable($0) + "\n" }.joined())
            if !findings.isEmpty { throw ExitCode.failure }
        }

        @Sendable
        private static func verify(_ rows: any StoreRows) throws -> [Verified] {
            let organizations = try rows.organizationIdentifiers().map { id in
                let verification = try LedgerRebuild.verify(id, in: rows)
                return Verified(
                    organization: id, entryCount: verification.entryCount,
                    findings: verification.findings
                        + (try LedgerRebuild.verifyAudit(of: id, in: rows))
                        + (try LedgerRebuild.verifyTerms(of: id, in: rows)))
            }
            // What belongs to no organization is mentioned when something is wrong with it.
            let findings = try LedgerRebuild.verifyAudit(of: "", in: rows)
            if findings.isEmpty { return organizations }
            return organizations
                + [Verified(organization: "", entryCount: 0, findings: findings)]
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
        let heading = organization.isEmpty ? [] : ["\(organization): \(count), \(outcome)"]
        let lines = heading + findings.map(\.description)
        return lines.map { LineText.printable($0) + "\n" }.joined()
    }
}
