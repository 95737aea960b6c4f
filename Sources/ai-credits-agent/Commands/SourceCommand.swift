// `source probe`: polls once and shows what it sent, read and understood. Posts nothing.

import Agent
import AgentCommands
import AgentConfiguration
import ArgumentParser
import Credits
import CurlTransport
import Ports
import UsageSources

/// Works on usage sources.
struct SourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "source", abstract: "Try out usage sources.",
        subcommands: [Probe.self, SourcePresetsCommand.self, SourcePresetCommand.self])

    /// Polls once.
    struct Probe: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Poll a source once and show requests, rows and readings; post nothing.")

        @Argument(help: ArgumentHelp("The source.", valueName: "id"))
        var source: String

        @OptionGroup var options: ConfigurationOptions

        @Option(help: ArgumentHelp("Read this saved answer instead of asking.", valueName: "path"))
        var fromFile: String?

        func run() async throws {
            let configuration = try LoadedConfiguration.read(options.file, checksSecrets: false)
            guard let definition = configuration.sources.first(where: { $0.id == source }) else {
                throw LoadedConfiguration.unknown(
                    "source", source, known: configuration.sources.map(\.id))
            }
            let calendar = configuration.organizations
                .first { $0.id == definition.organization }?.calendar
            let probe = SourceProbe(
                definition: definition, calendar: calendar ?? .utc,
                directory: configuration.directory)
            let isGood = try await probe.run(savedAnswer: fromFile)
            if !isGood { throw ExitCode.failure }
        }
    }
}

/// One poll that posts nothing.
private struct SourceProbe {
    let definition: SourceDefinition
    let calendar: ZonedCalendar
    let directory: String

    /// Polls and prints; whether the poll was complete.
    func run(savedAnswer path: String?) async throws -> Bool {
        if let path { return try readSaved(path) }
        let resolver = SecretResolver(files: SystemFileAccess(), directory: directory)
        let authentication = try definition.request.authentication.resolved(resolver.resolve)
        let transport = try CurlTransport(userAgent: BuildInformation.userAgent)
        let ports = AgentPorts(
            transport: transport, wallClock: SystemWallClock(), waiter: SystemWaiter(),
            random: SystemRandomSource(), store: AbsentStore())
        var report = report(at: ports.wallClock.now())
        let end: PollEnd
        do {
            end = try await SourcePoller(ports: ports, directory: directory).poll(
                definition, authentication: authentication, calendar: calendar, keepsRows: true
            ) { step, event, elapsed in
                if let event { report.record(event, elapsedMilliseconds: elapsed) }
                report.record(step)
            }
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
        print(report)
        if case .complete = end { return true }
        return false
    }

    /// Reads a saved answer as the only page of a poll.
    private func readSaved(_ path: String) throws -> Bool {
        let bytes: [UInt8]
        do {
            bytes = try SystemFileAccess().bytes(of: path)
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error)")
        }
        let now = SystemWallClock().now()
        var report = report(at: now)
        var machine = PollMachine(
            definition: definition.withoutPagination(), authentication: .none,
            organizationCalendar: calendar, now: now, keepsRows: true)
        _ = machine.start()
        let answer = SourceResponse(
            status: 200, headers: [SourceHeader("Content-Type", definition.savedType(of: bytes))],
            body: bytes)
        let step = machine.handle(.response(answer), elapsedMilliseconds: 0, random: 0)
        report.record(step)
        print(report)
        if case .finished = step { return true }
        return false
    }

    private func report(at now: Timestamp) -> SourceProbeReport {
        SourceProbeReport(
            definition,
            window: PollWindow(definition.window, organization: calendar, now: now), now: now)
    }

    private func print(_ report: SourceProbeReport) {
        StandardStream.output.write(
            report.lines.map { LineText.printable($0) + "\n" }.joined())
    }
}
