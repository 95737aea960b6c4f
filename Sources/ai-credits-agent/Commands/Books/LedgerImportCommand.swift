// `ledger import`: exported entries into an empty ledger, with the same hashes.
//
// 1. The file is judged whole before the ledger is opened, and again while it is written, in one
//    transaction: all of it, or nothing.

import Agent
import AgentCommands
import AgentConfiguration
import ArgumentParser
import Credits
import Ledger
import Ports
import SQLStore

extension LedgerCommand {
    /// Reads exported entries.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read exported entries into an empty ledger; an edited file is refused.",
            discussion: """
                The entries keep their hashes. The keys under which adjustments were made, the \
                days that sources have covered, the states of counters, terms, audit, holds, \
                alerts and notifications are not in the file: `ledger backup` keeps those. Stop \
                the agent first. Compare the hashes of the ends with those that the export \
                printed: an entry that was cut off at the end of the file cannot show otherwise.
                """)

        @Argument(help: ArgumentHelp("The file, CSV or JSON lines.", valueName: "file"))
        var file: String

        @Flag(
            help: ArgumentHelp(
                "Take entries whose fields do not give their hash, for `ledger verify` to name them.",
                discussion: "To examine a file; no agent starts on such a ledger."))
        var takeEdited = false

        @OptionGroup var options: ConfigurationOptions

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            let file = EntryFile(path: file)
            var checked = ChainImport(takesEdited: takeEdited)
            try file.forEach(&checked) { _ in }
            guard !checked.organizations.isEmpty else {
                throw CommandFailure("\(file.path): there are no entries in the file")
            }
            let store: any Store
            do {
                store = try await AgentLedger.open(configuration, .createIfMissing)
            } catch StoreError.held(let holder) {
                throw CommandFailure("the ledger is in use by \(holder); stop that agent first")
            }
            let chains: ChainImport
            do {
                let step = ImportStep(
                    file: file, takesEdited: takeEdited, user: OperatingSystemUser.name,
                    now: SystemWallClock().now())
                chains = try await store.write { try step.run($0) }
            } catch {
                try? await store.close()
                throw error
            }
            try await store.close()
            report(chains, configuration)
        }

        /// What people are told in case they rely on it.
        private static let notCarried = """
            not in the file, and so not here: the keys under which adjustments were made (one \
            that is repeated with its key is posted again), the days that sources have covered \
            (by which one of several sources of a usage counts), the states of counters, \
            balances and event cursors (these begin anew), terms, audit, holds, alerts and \
            notifications; a copy of `ledger backup` has all of them
            """

        private func report(_ chains: ChainImport, _ configuration: AgentConfiguration) {
            StandardStream.error.write(Self.notCarried + "\n")
            let known = configuration.organizations.map(\.id)
            for id in chains.organizations {
                StandardStream.output.write(ChainText.line(id, chains.heads[id] ?? .empty))
                guard !known.contains(id) else { continue }
                StandardStream.error.write(
                    LineText.printable(
                        "warning: the configuration has no organization `\(id)`; its entries "
                            + "are kept, nothing shows them") + "\n")
            }
        }
    }
}

/// A file of entries.
private struct EntryFile: Sendable {
    let path: String

    /// Gives every entry in order, after it was judged.
    func forEach(_ chains: inout ChainImport, _ body: (Entry) throws -> Void) throws {
        let bytes = try SystemFileReader(path: path)
        var reader = EntryFileReader { try bytes.next() }
        do {
            while let row = try reader.next() {
                let entry: Entry
                do throws(ImportRefusal) {
                    entry = try chains.read(row.text)
                } catch {
                    throw CommandFailure(refused("line \(row.line): \(error)"))
                }
                try body(entry)
            }
        } catch let error as EntryFileError {
            throw CommandFailure(refused("\(error)"))
        }
    }

    private func refused(_ reason: String) -> String {
        LineText.printable("\(path): \(reason); nothing was imported")
    }
}

/// Writes a file of entries into an empty ledger.
private struct ImportStep: Sendable {
    /// Entries written at a time.
    private static let batchSize = 500

    let file: EntryFile
    let takesEdited: Bool
    let user: String
    let now: Timestamp

    func run(_ rows: any StoreRows) throws -> ChainImport {
        for id in try rows.organizationIdentifiers() {
            let head = try rows.chainHead(of: id)
            guard head.sequence == 0 else {
                throw CommandFailure(
                    "the ledger is not empty: organization `\(id)` has "
                        + "\(head.sequence) entries; import into a ledger of its own")
            }
        }
        var chains = ChainImport(takesEdited: takesEdited)
        var batch: [Entry] = []
        try file.forEach(&chains) { entry in
            batch.append(entry)
            guard batch.count >= Self.batchSize else { return }
            try rows.append(batch, posted: [], poll: nil)
            batch.removeAll()
        }
        try rows.append(batch, posted: chains.posted, poll: nil)
        for id in chains.organizations { try finish(id, chains, rows) }
        return chains
    }

    private func finish(_ id: String, _ chains: ChainImport, _ rows: any StoreRows) throws {
        for product in chains.products(of: id) {
            try rows.putProduct(
                ProductRecord(organization: id, id: product, wasEverEnabled: true))
        }
        let head = chains.heads[id] ?? .empty
        try rows.appendAudit(
            AuditRecord(
                at: now, organization: id, actor: "user:\(user)", action: "ledger.imported",
                before: "no entries",
                after: "\(head.sequence) entries, the last with hash \(head.hash)",
                reason: file.path))
        guard !takesEdited else { return }
        let findings = try LedgerRebuild.verify(id, in: rows).findings
        guard let finding = findings.first else { return }
        throw CommandFailure("\(file.path): \(finding); nothing was imported")
    }
}
