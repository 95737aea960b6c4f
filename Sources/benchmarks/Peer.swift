// Other programs: started, read, ended.

import Foundation

/// Why a peer gave nothing.
struct PeerFailure: Error, CustomStringConvertible {
    let description: String
}

/// Runs peers.
enum Peer {
    /// The folder of the peers' sources.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Peers")

    /// The path of a program that was built beside this one.
    static func sibling(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appending(path: name).path()
    }

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
