// A proxy in front of a cluster that cuts connections at a chosen message.

import Foundation

/// A running proxy; it ends with its last reference.
package final class CuttingProxy: Sendable {
    /// The folder of its socket.
    package let folder: String
    private let process: Process
    private let input: Pipe

    /// Starts a proxy.
    package init(to cluster: PostgresCluster) async throws {
        // Short: the path of a socket has 107 bytes at most.
        var template = Array("/tmp/aice-cut.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw ClusterFailure("no temporary folder") }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = [
            URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "cutting-proxy.py").path(),
            "\(folder)/.s.PGSQL.5432", "\(cluster.folder)/.s.PGSQL.5432", "\(folder)/cut",
        ]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let words = await PostgresCluster.firstLine(from: output)
        guard words == "ready" else { throw ClusterFailure("no proxy: \(words)") }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Whether the last cut has been made.
    package var hasCut: Bool { !FileManager.default.fileExists(atPath: folder + "/cut") }

    /// Cuts at a message counted from now on, `before` or `after` it is delivered.
    package func cut(at message: Int, _ how: String) throws {
        try "\(message) \(how)".write(toFile: folder + "/cut", atomically: true, encoding: .utf8)
    }

    /// Takes back a cut that was not reached.
    package func leaveAlone() { try? FileManager.default.removeItem(atPath: folder + "/cut") }
}
