// A TLS server and its certificates, made by the `openssl` program.

import Foundation
import Glibc

/// `openssl s_server` on a free port of 127.0.0.1; answers every request with a status page.
final class TLSServer: @unchecked Sendable {
    // Safe to share: everything is set by `init` and only read later.
    /// Where `openssl` is, if it is anywhere.
    static let program: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin")
        .split(separator: ":").map { "\($0)/openssl" }
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// openssl could not be run.
    struct Failure: Error {
        let text: String
    }

    let directory: URL
    let port: UInt16
    private let process: Process

    /// The server's certificate, which signed itself.
    var certificate: String { directory.appendingPathComponent("server.crt").path }
    /// A client's certificate, which signed itself.
    var clientCertificate: String { directory.appendingPathComponent("client.crt").path }
    var clientKey: String { directory.appendingPathComponent("client.key").path }

    /// Makes certificates for `localhost` and starts the server.
    convenience init(_ extraArguments: String...) async throws {
        try await self.init(arguments: ["-www"] + extraArguments)
    }

    /// Starts the server with these arguments; its standard input is what it sends to clients.
    init(arguments: [String], input: FileHandle = .nullDevice, output: Pipe = Pipe()) async throws {
        directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("transport-tls-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for name in ["server", "client"] { try await Self.makeCertificate(name, in: directory) }
        process = try Self.start(
            [
                "s_server", "-accept", "127.0.0.1:0", "-cert", "server.crt", "-key", "server.key",
                "-CAfile", "client.crt",
            ] + arguments,
            in: directory, input: input, output: output)
        port = try await Self.port(announcedBy: output)
    }

    /// Ends the server and removes its files.
    func stop() {
        // A child of a pool thread starts with its signals blocked, SIGTERM among them.
        kill(process.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: directory)
    }

    private static func makeCertificate(_ name: String, in directory: URL) async throws {
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "\(name).key", "-out", "\(name).crt", "-days", "2",
            "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost",
        ]
        let output = Pipe()
        let process = try start(arguments, in: directory, output: output)
        _ = await text(of: output) { _ in false }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(text: "openssl req") }
    }

    private static func start(
        _ arguments: [String], in directory: URL, input: FileHandle = .nullDevice, output: Pipe
    ) throws -> Process {
        guard let program else { throw Failure(text: "openssl is not installed") }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// s_server prints `ACCEPT 127.0.0.1:PORT` once it listens.
    private static func port(announcedBy output: Pipe) async throws -> UInt16 {
        let text = await text(of: output) { $0.contains("ACCEPT") && $0.hasSuffix("\n") }
        let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
        guard let port = line?.split(separator: ":").last.flatMap({ UInt16($0) }) else {
            throw Failure(text: "openssl s_server does not listen: \(text)")
        }
        return port
    }

    /// What a program prints until it is enough or the program ends.
    private static func text(
        of output: Pipe, until isEnough: @escaping @Sendable (String) -> Bool
    ) async -> String {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var text = ""
                while !isEnough(text) {
                    let data = output.fileHandleForReading.availableData
                    if data.isEmpty { break }
                    text += String(decoding: data, as: UTF8.self)
                }
                continuation.resume(returning: text)
            }
        }
    }
}
