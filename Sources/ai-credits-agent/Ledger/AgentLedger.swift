// Opens the ledger that a configuration names.

import AgentCommands
import AgentConfiguration
import Logging
import Ports
import PositionedYAML
import SQLStore

/// Opens the ledger of a configuration.
enum AgentLedger {
    /// The longest wait for a server that is away when the agent starts.
    private static let longestWait = Duration.seconds(60)

    /// The ledger for serving; its server may be starting too, or failing over.
    static func awaitLedger(
        of configuration: AgentConfiguration, _ logger: Logger
    ) async throws -> any Store {
        let deadline = ContinuousClock.now + longestWait
        var hasTold = false
        while true {
            do {
                return try await open(configuration, .createIfMissing) {
                    logger.warning("\($0)", source: "ledger")
                }
            } catch StoreError.unreachable(let words) where ContinuousClock.now < deadline {
                if !hasTold {
                    logger.warning(
                        "waiting up to \(longestWait.components.seconds) s: \(words)",
                        source: "ledger")
                }
                hasTold = true
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    /// The ledger, under its exclusive lock.
    static func open(
        _ configuration: AgentConfiguration, _ opening: LedgerOpening,
        tell: @escaping @Sendable (String) -> Void = tellPerson
    ) async throws -> any Store {
        switch configuration.ledger {
        case .sqlite(let path):
            try await openSQLiteStore(path: SystemPath.absolute(path), opening: opening)
        case .postgresql(let reference):
            try await openPostgresStore(
                url: url(reference, of: configuration).exposed, opening: opening,
                options: options(of: configuration, tell: tell))
        }
    }

    /// What a command has to say, beside its output.
    private static let tellPerson: @Sendable (String) -> Void = { words in
        StandardStream.error.write(LineText.printable(words) + "\n")
    }

    private static func options(
        of configuration: AgentConfiguration, tell: @escaping @Sendable (String) -> Void
    ) -> PostgresOptions {
        var options = PostgresOptions()
        options.tell = tell
        let state = SystemFileAccess().environment("STATE_DIRECTORY") ?? ""
        let directory =
            state.isEmpty ? FilePathText.directory(of: configuration.controlSocket) : state
        options.memory = FilePathText.resolve(
            "postgresql-ledger.mark", in: SystemPath.absolute(directory))
        return options
    }

    /// The URL of a ledger in PostgreSQL.
    static func url(
        _ reference: SecretReference, of configuration: AgentConfiguration
    ) throws(StoreError) -> Secret {
        do throws(FileAccessError) {
            return try LedgerLocation.url(
                of: reference,
                SecretResolver(files: SystemFileAccess(), directory: configuration.directory))
        } catch {
            throw .failed("ledger.url: \(error)")
        }
    }
}
