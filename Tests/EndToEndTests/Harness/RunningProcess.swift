// One started program: its output in files, its end found by its process identifier.
//
// 1. A process is waited for once; its identifier is not signalled afterwards.
// 2. It leads its own process group, so that what it started ends with it.

import Foundation
import Glibc
import Synchronization

/// How a process ended.
enum ProcessEnd: Equatable {
    case exited(Int32)
    case signalled(Int32)
}

/// A finished command.
struct CommandResult {
    let end: ProcessEnd
    let output: String
    let error: String

    /// Both outputs, for messages of failed expectations.
    var text: String { "\(end)\n\(output)\n\(error)" }
}

/// A started program.
final class RunningProcess: Sendable {
    let identifier: pid_t
    private let outputFile: String
    private let errorFile: String
    private let end = Mutex<ProcessEnd?>(nil)

    /// Starts a program; nothing of this process is inherited but the environment.
    init(
        _ program: String, _ arguments: [String], in folder: TemporaryFolder,
        environment: [String: String] = [:], name: String
    ) throws {
        outputFile = folder.file("\(name).out")
        errorFile = folder.file("\(name).err")
        identifier = try Spawn.start(
            program, arguments, folder: folder.path,
            environment: Self.environment(environment), output: outputFile, error: errorFile)
    }

    deinit { kill() }

    private static func environment(_ own: [String: String]) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment.filter { name, _ in
            !name.lowercased().hasSuffix("_proxy")
                && !["STATE_DIRECTORY", "RUNTIME_DIRECTORY"].contains(name)
        }
        environment.merge(own) { _, new in new }
        return environment
    }

    var output: String { (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "" }
    var error: String { (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "" }

    /// How it ended; nil while it runs.
    var ended: ProcessEnd? { wait(WNOHANG) }

    private func wait(_ options: Int32) -> ProcessEnd? {
        end.withLock { end in
            if let end { return end }
            var status: Int32 = 0
            guard waitpid(identifier, &status, options) == identifier else { return nil }
            let signal = status & 0x7F
            end = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
            return end
        }
    }

    /// Sends a signal while it runs.
    func signal(_ number: Int32) {
        if ended == nil { _ = Glibc.kill(identifier, number) }
    }

    /// Ends it and what it started at once.
    func kill() {
        guard ended == nil else { return }
        _ = Glibc.kill(-identifier, SIGKILL)
        _ = Glibc.kill(identifier, SIGKILL)
        _ = wait(0)
    }

    func waitForEnd(within seconds: Double = 30) async throws -> ProcessEnd {
        try await eventually("process \(identifier) ends", within: seconds) { self.ended }
    }

    /// Waits for a line on standard error or output; fails at once when the process has ended.
    func waitForLine(
        containing text: String, within seconds: Double = 60
    ) async throws -> String {
        try await eventually("a line with \(text)", within: seconds) {
            let isOver = self.ended != nil
            let lines = (self.error + "\n" + self.output).split(separator: "\n")
            if let line = lines.last(where: { $0.contains(text) }) { return String(line) }
            if isOver {
                throw GivenUp("the process ended before `\(text)`: \(self.error)")
            }
            return nil
        }
    }

    /// Runs a program to its end.
    static func run(
        _ program: String, _ arguments: [String], in folder: TemporaryFolder,
        environment: [String: String] = [:], within seconds: Double = 60
    ) async throws -> CommandResult {
        let process = try RunningProcess(
            program, arguments, in: folder, environment: environment,
            name: "command-\(UUID().uuidString.prefix(8))")
        defer { process.kill() }
        let end = try await process.waitForEnd(within: seconds)
        return CommandResult(end: end, output: process.output, error: process.error)
    }
}
