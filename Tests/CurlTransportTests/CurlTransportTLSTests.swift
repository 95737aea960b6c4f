// Certificates: what is trusted, what is not, and that nothing falls back to plain text.

import CurlTransport
import Foundation
import Ports
import Testing

@Suite(
    .enabled(if: TLSServer.program != nil, "the program openssl is not installed"),
    .timeLimit(.minutes(1)))
struct CurlTransportTLSTests {
    private func outcome(
        _ server: TLSServer, host: String = "localhost",
        _ change: (inout ConnectionOptions) -> Void
    ) async throws -> Result<TransportResponse, TransportError> {
        var request = TransportRequest(
            url: "https://\(host):\(server.port)/", timeoutMilliseconds: 20_000)
        change(&request.connection)
        let ready = request
        return try await CurlTransport.with { transport async throws in
            do throws(TransportError) {
                return .success(try await transport.send(ready))
            } catch {
                return .failure(error)
            }
        }
    }

    private func reason(
        _ outcome: Result<TransportResponse, TransportError>
    ) -> TransportError.Reason? {
        if case .failure(let error) = outcome { error.reason } else { nil }
    }

    @Test func `only the named authority makes a private certificate good`() async throws {
        let server = try await TLSServer()
        defer { server.stop() }
        let byDefault = try await outcome(server) { _ in }
        #expect(reason(byDefault) == .tls)
        let withFile = try await outcome(server) {
            $0.certificateAuthorityFile = server.certificate
        }
        #expect(try withFile.get().status == 200)
        let withOther = try await outcome(server) {
            $0.certificateAuthorityFile = server.clientCertificate
        }
        #expect(reason(withOther) == .tls)
        let withNone = try await outcome(server) {
            $0.certificateAuthorityFile = "/nonexistent/ca.pem"
        }
        #expect(reason(withNone) == .tls)
        let unverified = try await outcome(server) { $0.skipsCertificateVerification = true }
        #expect(try unverified.get().status == 200)
    }

    @Test func `a certificate for another name is refused`() async throws {
        let server = try await TLSServer()
        defer { server.stop() }
        let outcome = try await outcome(server, host: "127.0.0.1") {
            $0.certificateAuthorityFile = server.certificate
        }
        #expect(reason(outcome) == .tls)
    }

    @Test func `trust of one request is not lent to another`() async throws {
        let server = try await TLSServer()
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            var request = TransportRequest(url: "https://localhost:\(server.port)/")
            request.connection.certificateAuthorityFile = server.certificate
            #expect(try await transport.send(request).status == 200)
            request.connection.certificateAuthorityFile = nil
            #expect(try await transport.failure(request).reason == .tls)
        }
    }

    @Test func `a server that asks for a client certificate gets it`() async throws {
        let server = try await TLSServer("-Verify", "1", "-verify_return_error")
        defer { server.stop() }
        let without = try await outcome(server) {
            $0.certificateAuthorityFile = server.certificate
        }
        #expect(reason(without) != nil)
        let with = try await outcome(server) {
            $0.certificateAuthorityFile = server.certificate
            $0.clientCertificateFile = server.clientCertificate
            $0.clientKeyFile = server.clientKey
        }
        #expect(try with.get().status == 200)
        let missing = try await outcome(server) {
            $0.certificateAuthorityFile = server.certificate
            $0.clientCertificateFile = "/nonexistent/client.pem"
        }
        #expect(reason(missing) == .tls)
    }

    @Test func `a renewed client certificate is used by the next request`() async throws {
        let server = try await TLSServer("-Verify", "1")
        defer { server.stop() }
        try await CurlTransport.with { transport async throws in
            var request = TransportRequest(url: "https://localhost:\(server.port)/")
            request.connection.certificateAuthorityFile = server.certificate
            request.connection.clientCertificateFile = server.clientCertificate
            request.connection.clientKeyFile = server.clientKey
            for _ in 0..<2 {
                let text = try await transport.send(request).text.replacing(" ", with: "")
                #expect(text.contains("Subject:CN=client"), "\(text)")
            }
            // Written anew under the same names, as a renewal does.
            for (from, to) in [("server.crt", "client.crt"), ("server.key", "client.key")] {
                let bytes = try Data(contentsOf: server.directory.appendingPathComponent(from))
                try bytes.write(
                    to: server.directory.appendingPathComponent(to), options: .atomic)
            }
            let renewed = try await transport.send(request).text.replacing(" ", with: "")
            #expect(renewed.contains("Subject:CN=server"), "\(renewed)")
            #expect(!renewed.contains("Subject:CN=client"))
        }
    }

    @Test func `a server without TLS 1_2 is refused`() async throws {
        let server = try await TLSServer("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
        defer { server.stop() }
        let outcome = try await outcome(server) {
            $0.certificateAuthorityFile = server.certificate
        }
        #expect(reason(outcome) == .tls)
    }

    @Test func `a server that speaks plain text is a TLS error`() async throws {
        let server = try ScriptedServer(greeting: [.text("220 mail ready\r\n"), .hang]) { _ in [] }
        defer { server.stop() }
        let request = TransportRequest(url: "https://127.0.0.1:\(server.port)/")
        let error = try await CurlTransport.with { try await $0.failure(request) }
        #expect(error.reason == .tls, "\(error)")
    }

    @Test func `a handshake that hangs ends at the connect time limit`() async throws {
        let server = try ScriptedServer(.hang)
        defer { server.stop() }
        var request = TransportRequest(url: "https://127.0.0.1:\(server.port)/")
        request.connectTimeoutMilliseconds = 200
        let ready = request
        let error = try await CurlTransport.with { try await $0.failure(ready) }
        #expect(error.reason == .timeout)
    }
}
