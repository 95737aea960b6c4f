// RS256 against the program openssl.

import Foundation
import PositionedYAML
import Testing

@testable import Agent

@Suite("Signed assertions", .timeLimit(.minutes(1)))
struct RSAAssertionSignerTests {
    private static let program = "/usr/bin/openssl"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    private static func openssl(_ arguments: String..., in directory: URL) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = directory
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test("openssl accepts the signature, of that message alone", .enabled(if: isInstalled))
    func signature() throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("assertion-\(UInt64.random(in: 0...UInt64.max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(try Self.openssl("genrsa", "-out", "key.pem", "2048", in: directory) == 0)
        #expect(
            try Self.openssl("rsa", "-in", "key.pem", "-pubout", "-out", "pub.pem", in: directory)
                == 0)
        let pem = try String(
            contentsOf: directory.appendingPathComponent("key.pem"), encoding: .utf8)
        let key = Secret(pem)
        #expect(RSAAssertionSigner().mistake(in: key) == nil)
        let message = Array("header.claims".utf8)
        let signature = try RSAAssertionSigner().signature(of: message, key: key)
        try Data(signature).write(to: directory.appendingPathComponent("signature"))
        for (text, status) in [("header.claims", 0), ("header.Claims", 1)] as [(String, Int32)] {
            try Data(text.utf8).write(to: directory.appendingPathComponent("message"))
            #expect(
                try Self.openssl(
                    "dgst", "-sha256", "-verify", "pub.pem", "-signature", "signature", "message",
                    in: directory) == status)
        }
    }

    @Test("a text that is no key is refused when the configuration is loaded")
    func mistake() throws {
        let auth =
            "{jwt_bearer: {token_url: 'https://l.example/', issuer: a, key: {env: KEY}}}"
        let configuration = try TestConfiguration.read(
            TestConfiguration.yaml().replacing(
                "?to={window.end:date}\"}", with: "?to={window.end:date}\", auth: \(auth)}"))
        let files = TestFiles(contents: [:], variables: ["KEY": "-----BEGIN NOTHING s3cret-----"])
        let error = #expect(throws: Mistakes.self) {
            _ = try ResolvedConfiguration(configuration, files: files)
        }
        let text = error?.list.first?.description ?? ""
        #expect(text.hasPrefix("agent.yml:6:"), "\(text)")
        #expect(text.contains("the key of `auth.jwt_bearer` is no RSA private key"), "\(text)")
        #expect(!text.contains("s3cret"))
    }
}
