// Watches a connection until its handshake is done.
//
// 1. Nothing passes before the handshake is done, and nothing after it was refused here.
// 2. A handshake has a time limit; every refusal is counted by its reason.

import Agent
import Glibc
import Logging
import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind the TLS handler of a server's connection.
final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private enum State {
        case waiting
        case done
        case refused
    }

    private static let limit = TimeAmount.seconds(10)

    private let clientNames: [String]?
    private let meters: WebGuardMeters
    private let logger: Logger
    private var state = State.waiting
    private var deadline: (() -> Void)?

    init(clientNames: [String]?, meters: WebGuardMeters, logger: Logger) {
        self.clientNames = clientNames
        self.meters = meters
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let scheduled = context.eventLoop.assumeIsolated().scheduleTask(in: Self.limit) {
            self.refuse(.timeout, "the handshake took too long", context)
        }
        deadline = { scheduled.cancel() }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?()
        deadline = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent, state == .waiting {
            guard hasAllowedName(context) else {
                refuse(
                    .clientCertificate,
                    "the client's certificate carries no name of client_allowed_sans", context)
                return
            }
            state = .done
            deadline?()
            deadline = nil
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if state == .done { context.fireChannelRead(data) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if state == .waiting {
            let words = "\(error)"
            let isAboutClient =
                words.contains("CERTIFICATE_VERIFY_FAILED")
                || words.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
            refuse(isAboutClient ? .clientCertificate : .handshake, words, context)
        }
        context.fireErrorCaught(error)
    }

    private func refuse(
        _ reason: HandshakeRefusal, _ words: String, _ context: ChannelHandlerContext
    ) {
        guard state == .waiting else { return }
        state = .refused
        meters.change { $0.refusedHandshakes[reason, default: 0] += 1 }
        logger.debug(
            "handshake refused",
            metadata: [
                "peer": "\(context.remoteAddress?.description ?? "unknown")",
                "reason": "\(reason.rawValue)", "error": "\(words)",
            ], source: "web")
        context.close(promise: nil)
    }

    private func hasAllowedName(_ context: ChannelHandlerContext) -> Bool {
        guard let clientNames else { return true }
        guard
            let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
        else { return false }
        return certificate._subjectAlternativeNames().contains { name in
            Self.text(of: name).map(clientNames.contains) ?? false
        }
    }

    /// A name of a certificate as a person writes it; nil for kinds that cannot be configured.
    private static func text(of name: _SubjectAlternativeName) -> String? {
        let bytes = Array(name.contents)
        switch name.nameType {
        case .dnsName, .email, .uri: return String(validating: bytes, as: UTF8.self)
        case .ipAddress:
            let family = bytes.count == 4 ? AF_INET : AF_INET6
            guard bytes.count == 4 || bytes.count == 16 else { return nil }
            var text = [CChar](repeating: 0, count: 64)
            guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
            return String(
                decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        default: return nil
        }
    }
}
