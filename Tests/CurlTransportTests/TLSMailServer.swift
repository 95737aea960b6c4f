// A mail server behind TLS: `openssl s_server` carries the bytes, we speak.

import Foundation
import Glibc
import Synchronization

/// One conversation over TLS, begun at once or by STARTTLS.
final class TLSMailServer: Sendable {
    let port: UInt16
    let certificate: String
    let otherCertificate: String
    private let server: TLSServer
    private let received = Mutex(ReceivedMail())

    init(isEncryptedFromStart: Bool) async throws {
        let input = Pipe()
        let output = Pipe()
        server = try await TLSServer(
            arguments: [], input: input.fileHandleForReading, output: output)
        certificate = server.certificate
        otherCertificate = server.clientCertificate
        if isEncryptedFromStart {
            port = server.port
        } else {
            let (listener, port) = try ServerSocket.listenOnLoopback()
            self.port = port
            let target = server.port
            Thread.detachNewThread { Self.startTLS(listener, target) }
        }
        Thread.detachNewThread {
            var conversation = MailConversation(MailScript())
            MailStream.run(
                reading: output.fileHandleForReading.fileDescriptor,
                writing: input.fileHandleForWriting.fileDescriptor, greets: isEncryptedFromStart,
                skips: true, &conversation
            ) { mail in self.received.withLock { $0 = mail } }
        }
    }

    var mail: ReceivedMail { received.withLock { $0 } }

    func stop() { server.stop() }

    /// Speaks in plain text up to STARTTLS, then hands the connection on to a port.
    private static func startTLS(_ listener: Int32, _ target: UInt16) {
        let client = accept(listener, nil, nil)
        close(listener)
        guard client >= 0 else { return }
        var script = MailScript()
        script.extensions = ["STARTTLS"]
        script.replies = ["STARTTLS": "220 go"]
        var conversation = MailConversation(script)
        conversation.endsWith = "STARTTLS"
        MailStream.run(reading: client, writing: client, &conversation) { _ in }
        guard let server = try? ServerSocket.connect(toLoopback: target) else { return }
        Thread.detachNewThread { copy(server, client) }
        copy(client, server)
        close(client)
        close(server)
    }

    private static func copy(_ source: Int32, _ target: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count > 0, write(target, buffer, count) == count else { break }
        }
        shutdown(target, Int32(SHUT_WR))
    }
}
