// One listening address on Hummingbird: bytes in, `WebRequest`; `WebResponse`, bytes out.
//
// 1. Header block, body, connections and all times are bounded here; routes never see more.
// 2. A request without exactly one Host header is refused, as RFC 9112 section 3.2 asks; HTTP/1.0
//    needs none.
// 3. The guard, where there is one, judges before anything of a body is read.

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// What a request is answered with: the connection's peer and the framework's own needs.
struct ListenerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Serves one address.
package struct WebListener: Sendable {
    private static let maximumHeaderBytes = 16 * 1024
    private static let maximumHeaderFields = 100
    private static let maximumConnections = 12_000

    private let address: ListenAddress
    private let responder: WebResponder
    private let logger: Logger
    private let limits: ConnectionLimits
    /// Whether routes that wait for nobody are answered on the connection's own thread.
    private let answersPromptly: Bool
    private let census = ConnectionCensus()

    /// A listener of an address that answers through a responder.
    package init(address: ListenAddress, responder: WebResponder, logger: Logger) {
        self.init(
            address: address, responder: responder, logger: logger, limits: ConnectionLimits())
    }

    init(
        address: ListenAddress, responder: WebResponder, logger: Logger,
        limits: ConnectionLimits, answersPromptly: Bool = true
    ) {
        self.address = address
        self.limits = limits
        self.answersPromptly = answersPromptly
        self.responder = responder
        self.logger = logger
    }

    /// Listens and serves until cancelled or shut down gracefully.
    ///
    /// - Parameter listening: called with the address in use once connections are accepted.
    /// - Throws: `ListenError` when the address cannot be used.
    package func run(listening: @escaping @Sendable (String) async -> Void) async throws {
        var quiet = logger
        quiet.logLevel = .error
        let application = Application(
            responder: CallbackResponder<ListenerContext>(callback: answer),
            server: server,
            configuration: ApplicationConfiguration(
                address: bindAddress,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    Self.maximumConnections)),
            onServerRunning: { channel in await listening(Self.text(of: channel)) },
            logger: quiet)
        do {
            try await application.runService(gracefulShutdownSignals: [])
        } catch let error as CancellationError {
            throw error
        } catch {
            throw ListenError(address, error)
        }
    }

    private var server: HTTPServerBuilder {
        let configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                ConnectionGuardInstaller(limits, census, responder.meters, prompt: prompt)
            ],
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: Self.maximumHeaderBytes,
                maxHeaderListSize: Self.maximumHeaderBytes,
                maxHeaderFieldCount: Self.maximumHeaderFields))
        guard let guardian = responder.guardian, guardian.speaksTLS else {
            return .http1(configuration: configuration)
        }
        return HTTPServerBuilder { answer in
            GuardedChannel(
                base: HTTP1Channel(responder: answer, configuration: configuration),
                guardian: guardian)
        }
    }

    /// Answers on the connection's own thread. Names, passwords and the other end's user have to be
    /// waited for, so nothing is answered so where those are asked for.
    private var prompt: WebResponder? {
        guard answersPromptly, responder.guardian == nil, case .tcp = address else { return nil }
        return responder
    }

    private var bindAddress: BindAddress {
        switch address {
        case .unix(let path): .unixDomainSocket(path: path)
        case .tcp(let host, let port):
            .hostname(host.isEmpty ? AllAddresses.text : host, port: port)
        }
    }

    private static func text(of channel: any Channel) -> String {
        guard let address = channel.localAddress else { return "an unknown address" }
        guard let host = address.ipAddress, let port = address.port else {
            return address.pathname ?? "\(address)"
        }
        return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    @Sendable
    private func answer(_ request: Request, _ context: ListenerContext) async -> Response {
        guard let guardian = responder.guardian else {
            return Self.response(await answer(request, on: context.channel), to: request)
        }
        let refusal = await guardian.refusal(
            authorization: request.headers[.authorization], peer: context.channel.remoteAddress)
        var response: WebResponse
        if let refusal {
            responder.countRefused(code: refusal.status)
            response = refusal
        } else {
            response = await answer(request, on: context.channel)
        }
        response.replaceHeaders(guardian.headers)
        return Self.response(response, to: request)
    }

    private func answer(_ request: Request, on channel: any Channel) async -> WebResponse {
        guard let host = request.head.authority, !host.isEmpty else {
            return refusal(.badData, "the Host header is missing")
        }
        guard HostHeader.isValid(host) else {
            return refusal(.badData, "the Host header is malformed")
        }
        guard Self.isWithoutSecondHost(request) else {
            return refusal(.badData, "there are several Host headers")
        }
        guard let path = RequestTarget.segments(of: request.uri.path) else {
            return refusal(.badData, "the path is malformed")
        }
        let method = request.method.rawValue
        var web = WebRequest(
            method: method, path: path,
            parameters: RequestTarget.parameters(of: request.uri.query ?? ""),
            headers: request.headers.map { ($0.name.canonicalName, $0.value) } + [("host", host)])
        guard let (limit, time) = responder.bounds(method: method, path: path) else {
            // No route reads a body here: it is answered without looking at it.
            return await responder.respond(to: web)
        }
        if time != Route.standardDeadline {
            channel.triggerUserOutboundEvent(
                RouteTime(milliseconds: Int64(time) * 1000), promise: nil)
        }
        if let limit {
            if let refusal = responder.refusalBeforeBody(of: web) { return refusal }
            let stated = request.headers[.contentLength].flatMap { Int($0) } ?? 0
            if request.headers[.expect]?.lowercased() == "100-continue", stated <= limit {
                channel.triggerUserOutboundEvent(BodyWanted(), promise: nil)
            }
            do {
                guard stated <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
                web.body = Array(try await request.body.collect(upTo: limit).readableBytesView)
            } catch is NIOTooManyBytesError {
                return refusal(.tooLarge, "the body is larger than \(limit) bytes")
            } catch {
                return refusal(.badData, "the body is malformed or was cut off: \(error)")
            }
            let type = request.headers[.contentType]?.lowercased()
            if type?.hasPrefix("application/x-www-form-urlencoded") == true {
                web.parameters += RequestTarget.parameters(
                    of: String(decoding: web.body, as: UTF8.self))
            }
        }
        if case .unix = address { web.peerUser = await PeerIdentity.userName(of: channel) }
        return await responder.respond(to: web)
    }

    private func refusal(_ kind: WebErrorKind, _ message: String) -> WebResponse {
        responder.countRefused(code: kind.status)
        return .failure(kind, message)
    }

    /// The framework keeps the first Host header apart; any other stays among the headers.
    private static func isWithoutSecondHost(_ request: Request) -> Bool {
        !request.headers.contains { $0.name.canonicalName == "host" }
    }

    private static func response(_ web: WebResponse, to request: Request) -> Response {
        var headers = HTTPFields()
        for (name, value) in web.sentHeaders {
            guard let field = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: field, value: value))
        }
        // A HEAD request gets the headers of the GET, its length included.
        if request.method == .head {
            headers[.contentLength] = String(web.body.count)
            return Response(status: .init(code: web.status), headers: headers)
        }
        return Response(
            status: .init(code: web.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: web.body)))
    }
}
