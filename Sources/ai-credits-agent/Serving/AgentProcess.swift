// The life of the agent's process: start, serve, reload, stop.
//
// 1. Order: configuration, ledger with its lock, network, accounts, listeners, loops. What fails
//    ends the start, and what was opened before is closed again.
// 2. A loop or listener that fails ends the process; nothing goes on half.
// 3. The control socket is removed before the ledger's lock is given back.

import Agent
import AgentCommands
import AgentConfiguration
import CurlTransport
import Glibc
import Logging
import PositionedYAML
import Ports
import SQLStore
import UnixSignals
import WebServer

/// Runs `serve`.
struct AgentProcess: Sendable {
    /// How long a clean stop may take before the process just ends.
    private static let stopSeconds: UInt32 = 10

    let options: ServeOptions
    let addresses: [ListenAddress]
    let logger: Logger

    /// Runs until a signal ends it.
    ///
    /// - Returns: whether it ended because it was told to, and cleanly.
    func run() async -> Bool {
        let signals = await UnixSignalsSequence(trapping: .sighup, .sigterm, .sigint)
        let desk = ReloadDesk()
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask { await self.serve(desk) }
            group.addTask {
                await self.obey(signals, desk)
                return true
            }
            let first = await group.next() ?? false
            group.cancelAll()
            let second = await group.next() ?? false
            return first && second
        }
    }

    /// Follows signals until one asks to stop.
    private func obey(_ signals: UnixSignalsSequence, _ desk: ReloadDesk) async {
        await withDiscardingTaskGroup { group in
            for await received in signals {
                guard received == .sighup else {
                    logger.info("stopping", metadata: ["signal": "\(received)"], source: "agent")
                    Self.limitStop()
                    break
                }
                // Beside this loop, so that a long reload does not hold up a stop.
                group.addTask { await desk.reload() }
            }
            group.cancelAll()
        }
    }

    /// Ends the process when its clean stop takes too long; the kernel keeps the time.
    private static func limitStop() {
        signal(SIGALRM) { _ in
            let text: StaticString = "ai-credits-agent: the stop took too long, ending now\n"
            _ = text.withUTF8Buffer { write(2, $0.baseAddress, $0.count) }
            _exit(1)
        }
        alarm(stopSeconds)
    }

    /// Serves until cancelled; whether that was the only reason to end.
    private func serve(_ desk: ReloadDesk) async -> Bool {
        do {
            try await open(desk)
            return true
        } catch is CancellationError {
            return true
        } catch let mistakes as Mistakes {
            LoadedConfiguration.report(mistakes.list)
        } catch {
            logger.error("\(error)", source: "agent")
        }
        return false
    }

    private func open(_ desk: ReloadDesk) async throws {
        let resolved = try read()
        let store = try await AgentLedger.awaitLedger(of: resolved.configuration, logger)
        do {
            let transport = try CurlTransport(userAgent: BuildInformation.userAgent)
            do {
                try await serve(resolved, store, transport, desk)
                await transport.shutdown()
            } catch {
                await transport.shutdown()
                throw error
            }
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
        logger.info("stopped", source: "agent")
    }

    private func read() throws -> ResolvedConfiguration {
        let files = SystemFileAccess()
        let file = options.configuration.file
        let reading = ConfigurationReader(files: files).read(file, checksSecrets: true)
        guard let configuration = reading.configuration, !reading.hasErrors else {
            throw Mistakes(reading.mistakes)
                ?? Mistakes(
                    Mistake(
                        "cannot be used", at: SourcePosition(file: file, line: 1, column: 1)))
        }
        for warning in reading.mistakes {
            logger.warning("\(warning)", source: "configuration")
        }
        return try ResolvedConfiguration(configuration, files: files)
    }

    private func serve(
        _ resolved: ResolvedConfiguration, _ store: any Store, _ transport: CurlTransport,
        _ desk: ReloadDesk
    ) async throws {
        let configuration = resolved.configuration
        logger.info(
            "starting",
            metadata: [
                "version": "\(BuildInformation.current.version)",
                "config": "\(configuration.file)", "ledger": "\(store.summary)",
            ], source: "agent")
        let control = ControlSocketFile(
            path: configuration.controlSocket, group: configuration.controlSocketGroup)
        try control.prepare()
        let meters = Meters()
        let guardian = try guardian(meters)
        let assembly = AgentAssembly(
            configuration: configuration, transport: transport, store: store, meters: meters,
            externalURL: externalURL(speaksTLS: guardian?.speaksTLS == true), logger: logger)
        try await assembly.core.start()
        // A long history does not keep anybody waiting for figures and gate.
        async let history: Void = assembly.core.rebuildHistory()
        await assembly.core.historyBell.wait(atMostMilliseconds: 1000, on: SystemWaiter())
        let runtime = assembly.runtime(resolved)
        let web = AgentWeb(
            core: assembly.core, build: .current, enablesLifecycle: options.enablesLifecycle,
            reload: { await desk.reload() })
        let responder = web.web(configuration, guardian: guardian)
        let reloader = Reloader(
            file: options.configuration.file, controlSocket: configuration.controlSocket,
            runtime: runtime, responder: responder, guardian: guardian, logger: logger)
        let listeners = AgentListeners(
            addresses: addresses, responder: responder, control: control,
            controlPath: configuration.controlSocket, controlResponder: web.control())
        defer { control.remove() }
        try await listeners.run { listening in
            logger.info(
                "listening",
                metadata: [
                    "address": "\(listening.joined(separator: ","))",
                    "tls": "\(guardian?.speaksTLS == true)",
                    "control": "\(configuration.controlSocket)",
                ], source: "web")
            await desk.open { await reloader.reload() }
            logger.info("ready", source: "agent")
            // Cancelled at the end of the scope.
            async let _ = SystemMemory.giveBack(waiter: SystemWaiter())
            try await runtime.run()
        }
        await history
    }

    /// What stands in front of the web, when a file says so.
    private func guardian(_ meters: Meters) throws -> WebGuard? {
        guard let file = options.webConfigurationFile else { return nil }
        return try WebGuard(
            path: file, files: SystemFileAccess(), wallClock: SystemWallClock(),
            waiter: SystemWaiter(), meters: meters, logger: logger)
    }

    /// The URL for links in notifications: as told, else this machine's name and first port.
    private func externalURL(speaksTLS: Bool) -> String {
        if var told = options.externalURL {
            while told.hasSuffix("/") { told.removeLast() }
            return told
        }
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let host = String(
            decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        let scheme = speaksTLS ? "https" : "http"
        guard case .tcp(_, let port)? = addresses.first else { return "\(scheme)://\(host)" }
        return "\(scheme)://\(host):\(port)"
    }
}
