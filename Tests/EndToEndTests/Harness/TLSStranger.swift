// A TLS server whose certificate nobody has vouched for; it names `localhost` alone.

/// `openssl s_server` with a certificate that signed itself.
struct TLSStranger: Sendable {
    let process: RunningProcess
    let port: UInt16
    /// The file of its certificate.
    let certificate: String

    static func start(in folder: TemporaryFolder) async throws -> TLSStranger {
        let openssl = try Programs.needed("openssl")
        let made = try await RunningProcess.run(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "stranger.key", "-out", "stranger.crt", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            ], in: folder)
        guard made.end == .exited(0) else { throw Missing("no certificate: \(made.text)") }
        let port = try LoopbackSocket.freePort()
        let process = try RunningProcess(
            openssl,
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", "stranger.crt",
                "-key", "stranger.key", "-www",
            ], in: folder, name: "stranger")
        _ = try await process.waitForLine(containing: "ACCEPT")
        return TLSStranger(
            process: process, port: port, certificate: folder.file("stranger.crt"))
    }
}
