// Other programs: started, read, ended.

import Foundation
import Glibc

/// Why a peer gave nothing.
struct PeerFailure: Error, CustomStringConvertible {
    let description: String
}

/// Runs peers.
enum Peer {
    /// The folder of the peers' sources.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Peers")

    /// Starts a program, found along `PATH`.
    static func start(_ program: String, _ arguments: [String], output: Any? = nil) throws
        -> Process
    {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // Children of a concurrency thread are born with signals blocked: a program that ends by an
        // alarm, as pgbench does, would go on for ever.
        process.arguments = ["--default-signal", program] + arguments
        process.standardOutput = output ?? FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Starts the agent that was built beside this program, on `agent.yml` of a folder.
    static func startAgent(in scratch: ScratchFolder, port: Int) throws -> Process {
        let program = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: "ai-credits-agent").path()
        return try start(
            program,
            [
                "serve", "--config.file", scratch.path("agent.yml"),
                "--web.listen-address", "127.0.0.1:\(port)",
            ])
    }

    /// Starts a server of `Peers`, which chooses a free port and prints it first.
    static func startServer(_ script: String, _ arguments: [String], output: Pipe = Pipe()) throws
        -> (process: Process, port: Int)
    {
        let process = try start(
            "python3", [folder.appending(path: script).path()] + arguments, output: output)
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            end(process)
            throw PeerFailure(description: "\(script) did not start; is python3 installed?")
        }
        return (process, port)
    }

    /// A port of the loopback that was free a moment ago.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound else { throw PeerFailure(description: "no port is free: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// Ends a program that was started, at once, and waits until it is gone.
    static func end(_ process: Process) {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Runs a program to its end and gives what it prints.
    @discardableResult
    static func run(_ program: String, _ arguments: [String]) throws -> String {
        let pipe = Pipe()
        let process = try start(program, arguments, output: pipe)
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw PeerFailure(
                description: "\(program) ended with \(process.terminationStatus); is it installed?")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A number that a program prints under a name: `name value`.
    static func number(_ name: String, in text: String) throws -> Double {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == name, let value = Double(words[1]) { return value }
        }
        throw PeerFailure(description: "the peer printed no `\(name)`")
    }
}

/// A folder that is gone at the end.
final class ScratchFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory
            .appending(path: "benchmarks-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String { url.appending(path: name).path() }
}
