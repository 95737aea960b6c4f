// Certificates for tests, made by the `openssl` program.

import Foundation

/// An authority and the certificates it signs, as files of a folder.
struct Certificates {
    /// Where `openssl` is, if it is anywhere.
    static let program = Programs.installed("openssl")

    let folder: TemporaryFolder

    /// Makes an authority: `NAME.crt` and `NAME.key`.
    func authority(_ name: String) async throws {
        try await openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "\(name).key", "-out", "\(name).crt", "-days", "2",
            "-subj", "/CN=\(name)",
        ])
    }

    /// Makes a certificate signed by an authority: `NAME.crt` and `NAME.key`.
    func certificate(
        _ name: String, by authority: String, names: String = "DNS:localhost,IP:127.0.0.1"
    ) async throws {
        try await openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", "\(name).key", "-out", "\(name).csr", "-subj", "/CN=\(name)",
        ])
        try folder.write("subjectAltName=\(names)\n", to: "\(name).ext")
        try await openssl([
            "x509", "-req", "-in", "\(name).csr", "-CA", "\(authority).crt",
            "-CAkey", "\(authority).key", "-CAcreateserial", "-days", "2",
            "-extfile", "\(name).ext", "-out", "\(name).crt",
        ])
    }

    private func openssl(_ arguments: [String]) async throws {
        let program = try Programs.needed("openssl")
        let result = try await RunningProcess.run(program, arguments, in: folder)
        guard result.end == .exited(0) else { throw Missing("openssl failed: \(result.text)") }
    }
}
