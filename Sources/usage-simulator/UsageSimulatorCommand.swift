// The command line of the simulator.

import ArgumentParser
import Foundation
import Logging
import UsageSimulation

/// `usage-simulator`: stand-in usage APIs and a webhook sink on loopback.
@main
struct UsageSimulatorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage-simulator",
        abstract: "Serves stand-in usage APIs and a webhook sink on a loopback address.",
        discussion: """
            GET / of the running simulator lists its addresses and faults, GET /cases the scripted \
            cases with what a poll must make of them.

            Stand-ins of vendors answer below /vendors/VENDOR with the vendor's own paths: \
            \(VendorTable.all.map { $0.name }.joined(separator: ", ")). GET /vendors lists \
            each path with its credential, GET /vendors/VENDOR/expected?from=DAY&to=DAY the exact \
            figures.

            With --trace-code or --trace-conversation, GET /v1/events gives the requests of the \
            trace one by one.
            """)

    @Option(help: ArgumentHelp("Loopback host and port; port 0 chooses a free one."))
    var listenAddress = "127.0.0.1:0"

    @Option(help: ArgumentHelp("File to write the real address to.", valueName: "path"))
    var addressFile: String?

    @Option(help: ArgumentHelp("Credits a month that the figures are scaled to."))
    var baseAllocation: Int64 = 100_000

    @Option(help: ArgumentHelp("What today's usage does: demo, steady or none."))
    var story: StoryName = .demo

    @Option(help: ArgumentHelp("Chooses the figures; the same seed gives the same figures."))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("IANA time zone of the vendor's days."))
    var timeZone = "UTC"

    @Option(help: ArgumentHelp("Trace served as the product code-completion.", valueName: "csv"))
    var traceCode: String?

    @Option(help: ArgumentHelp("Trace served as the product conversation.", valueName: "csv"))
    var traceConversation: String?

    @Option(help: ArgumentHelp("Seconds of the trace a second; without it all at once."))
    var traceSpeed: Double?

    @Option(help: ArgumentHelp("Token that the usage APIs require.", valueName: "token"))
    var secret: String?

    @Option(help: ArgumentHelp("`scripted`: every path also fails on a fixed schedule."))
    var faults: FaultMode = .none

    @Flag(help: "Print a line for each received webhook and each stage of the story.")
    var narrate = false

    func validate() throws {
        do { _ = try ListenAddress(listenAddress) } catch { throw ValidationError("\(error)") }
        guard (0...UsageHistory.largestBase).contains(baseAllocation) else {
            throw ValidationError("--base-allocation is 0 to \(UsageHistory.largestBase)")
        }
        guard SimulatedCalendar(identifier: timeZone) != nil else {
            throw ValidationError("--time-zone \(timeZone) is not a known zone")
        }
        guard traceSpeed.map({ $0 > 0 && $0.isFinite }) ?? true else {
            throw ValidationError("--trace-speed is more than 0")
        }
    }

    func run() async throws {
        let tell: @Sendable (String) -> Void = { StandardOutput.write($0) }
        let simulation = Simulation(
            try settings(), clock: { Date().timeIntervalSince1970 },
            narrate: narrate ? tell : nil)
        var logger = Logger(label: "usage-simulator") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let addressFile = addressFile
        StandardOutput.endQuietlyOnSignals()
        try await SimulatorServer.run(
            simulation, at: try ListenAddress(listenAddress), logger: logger
        ) { url in
            StandardOutput.write("listening on " + url)
            guard let addressFile else { return }
            do {
                try (url + "\n").write(toFile: addressFile, atomically: true, encoding: .utf8)
            } catch {
                StandardOutput.complain("cannot write \(addressFile): \(error)")
            }
        }
    }

    private func settings() throws -> SimulationConfiguration {
        guard let calendar = SimulatedCalendar(identifier: timeZone) else {
            throw ValidationError("--time-zone \(timeZone) is not a known zone")
        }
        var settings = SimulationConfiguration(calendar: calendar)
        settings.base = baseAllocation
        settings.seed = seed
        settings.story = story
        settings.traceSpeed = traceSpeed
        settings.secret = secret
        settings.schedulesFaults = faults == .scripted
        for (product, path) in [
            ("code-completion", traceCode), ("conversation", traceConversation),
        ] {
            guard let path else { continue }
            do {
                let csv = try String(contentsOfFile: path, encoding: .utf8)
                settings.traces.append(try TokenTrace(product: product, csv: csv))
            } catch let error as TokenTraceError {
                StandardOutput.complain("\(path): \(error)")
                throw ExitCode(1)
            } catch {
                StandardOutput.complain("\(path): \(error.localizedDescription)")
                throw ExitCode(1)
            }
        }
        return settings
    }
}

/// Whether requests meet faults that nobody asked for.
enum FaultMode: String, CaseIterable, ExpressibleByArgument {
    case none, scripted
}

extension StoryName: ExpressibleByArgument {}
