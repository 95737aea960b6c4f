// Makes system calls of a running program fail, by way of `strace`.

import Foundation
import Glibc

/// A fault that lasts until it is ended.
struct FaultInjector {
    private let strace: RunningProcess

    /// Whether programs can be traced here: tried once.
    static let isPossible: Bool = {
        guard let program = Programs.installed("strace") else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["-q", "-o", "/dev/null", "-e", "trace=none", "true"]
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Lets calls that touch some files end as `strace`'s expression says, such as `error=EIO`.
    init(
        _ calls: String, _ fault: String, of paths: [String], in agent: Agent,
        folder: TemporaryFolder
    ) async throws {
        let identifier = agent.process.identifier
        strace = try RunningProcess(
            Programs.needed("strace"),
            [
                "-f", "-q", "-o", "/dev/null", "-p", "\(identifier)", "-e", "trace=\(calls)", "-e",
                "inject=\(calls):\(fault)",
            ] + paths.flatMap { ["-P", $0] }, in: folder, name: "strace-\(UUID().uuidString)")
        try await eventually("strace is attached") { [strace] detail in
            detail = strace.error
            return try Self.threads(of: identifier).allSatisfy(Self.isTraced)
        }
    }

    /// Ends the fault; the program goes on.
    func end() async throws {
        strace.signal(SIGINT)
        _ = try await strace.waitForEnd()
    }

    private static func threads(of process: pid_t) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")
            .map { "/proc/\(process)/task/\($0)/status" }
    }

    private static func isTraced(_ status: String) -> Bool {
        // A thread that has ended meanwhile needs no tracer.
        guard let text = try? String(contentsOfFile: status, encoding: .utf8) else { return true }
        return !text.contains("TracerPid:\t0\n")
    }
}
