// Polls one source once: drives the poll machine with the transport and the waiting clock.
//
// 1. The machine decides, this file only sends and waits.
// 2. A poll that is cancelled posts nothing and counts nothing.

import AgentConfiguration
import Credits
import Ledger
import Ports
import UsageSources

/// How a poll ended.
package enum PollEnd: Sendable {
    /// Complete; not yet posted.
    case complete(PollResult, startedAt: Timestamp)
    /// Failed; the source may have asked to be left alone for so many seconds.
    case failed(PollFailure, retryAfterSeconds: Int?)
    /// Abandoned: the day's budget has no room for the rest of it for so many milliseconds.
    case putOff(milliseconds: Int64)
}

/// Polls sources.
package struct SourcePoller: Sendable {
    private let ports: AgentPorts
    private let directory: String
    private let courtesy: SourceCourtesy?

    /// A poller; relative paths of a definition are relative to a directory.
    ///
    /// - Parameter courtesy: the budgets and turns of the source; nil sends at once.
    package init(ports: AgentPorts, directory: String, courtesy: SourceCourtesy? = nil) {
        self.ports = ports
        self.directory = directory
        self.courtesy = courtesy
    }

    /// Polls once.
    ///
    /// - Parameters:
    ///   - state: what the source remembers, which may decide what is asked for.
    ///   - memory: what the polls of the source share.
    ///   - observe: is shown every step and event, for `source probe`.
    /// - Throws: `CancellationError` when the poll was abandoned.
    package func poll(
        _ definition: SourceDefinition, authentication: ResolvedAuthentication,
        calendar: ZonedCalendar, state: String? = nil, memory: PollMemory? = nil,
        keepsRows: Bool = false,
        observe: (PollStep, PollEvent?, Int64) -> Void = { _, _, _ in }
    ) async throws -> PollEnd {
        let startedAt = ports.wallClock.now()
        let start = ports.waiter.elapsedMilliseconds()
        let span: EventSpan?
        do throws(PollFailure) {
            span = try definition.span(state: state, organization: calendar, now: startedAt)
        } catch {
            return .failed(error, retryAfterSeconds: nil)
        }
        let isSweep = memory?.isSweepDue(at: start) ?? false
        var machine = PollMachine(
            definition: definition, authentication: authentication,
            organizationCalendar: calendar, now: startedAt, keepsRows: keepsRows,
            isSweep: isSweep, token: memory?.token(at: start), asked: span,
            signer: RSAAssertionSigner(), nonce: ports.random.hexadecimal(bytes: 8))
        defer { memory?.keepToken(of: machine, startedAt: start) }
        var step = machine.start()
        observe(step, nil, 0)
        var sent = 0
        var waited: Int64 = 0
        func ended(_ end: PollEnd) -> PollEnd {
            courtesy?.endPoll(end, sent: sent)
            return end
        }
        while true {
            switch step {
            case .finished(let result):
                if isSweep { memory?.completeSweep(startedAt: start) }
                return ended(.complete(result, startedAt: startedAt))
            case .failed(let failure, let seconds):
                return ended(.failed(failure, retryAfterSeconds: seconds))
            case .send(let request, let delay):
                if delay > 0 { try await ports.waiter.wait(milliseconds: Int64(delay)) }
                let event: PollEvent
                switch try await exchange(request, sent: sent, waited: waited) {
                case .event(let answer, let wait):
                    event = answer
                    waited += wait
                case .putOff(let milliseconds): return ended(.putOff(milliseconds: milliseconds))
                case .refused(let failure): return ended(.failed(failure, retryAfterSeconds: nil))
                }
                sent += 1
                let elapsed = ports.waiter.elapsedMilliseconds() - start - waited
                step = machine.handle(
                    event, elapsedMilliseconds: elapsed, waitedMilliseconds: waited,
                    random: ports.random.unit())
                observe(step, event, elapsed)
            }
        }
    }

    private func exchange(
        _ request: SourceRequest, sent: Int, waited: Int64
    ) async throws -> CourteousExchange {
        guard let courtesy else { return .event(try await send(request), waitedMilliseconds: 0) }
        return try await courtesy.exchange(request, sent: sent, waited: waited) {
            try await send($0, adding: $1)
        }
    }

    private func send(
        _ request: SourceRequest, adding headers: [SourceHeader] = []
    ) async throws -> PollEvent {
        do throws(TransportError) {
            var outgoing = transportRequest(request)
            outgoing.headers += headers.map { HTTPHeader($0.name, $0.value) }
            let response = try await ports.transport.send(outgoing)
            return .response(
                SourceResponse(
                    status: response.status,
                    headers: response.headers.map { SourceHeader($0.name, $0.value) },
                    body: response.body, redirectURL: response.redirectURL,
                    retryAfterSeconds: response.retryAfterSeconds))
        } catch {
            guard let reason = Self.reason(of: error.reason) else { throw CancellationError() }
            return .fault(SourceFault(reason, error.message))
        }
    }

    private static func reason(of reason: TransportError.Reason) -> SourceFault.Reason? {
        switch reason {
        case .connect: .connect
        case .tls: .tls
        case .timeout: .timeout
        case .tooLarge: .tooLarge
        case .protocol: .protocol
        case .cancelled: nil
        }
    }

    private func transportRequest(_ request: SourceRequest) -> TransportRequest {
        TransportRequest(
            method: request.method, url: request.url,
            headers: request.headers.map { HTTPHeader($0.name, $0.value) }, body: request.body,
            basicCredentials: request.basic.map {
                BasicCredentials(user: $0.user, password: $0.password)
            },
            awsSignature: request.awsSignature,
            maximumBodyBytes: request.maximumBodyBytes,
            connectTimeoutMilliseconds: min(10_000, request.timeoutMilliseconds),
            timeoutMilliseconds: request.timeoutMilliseconds,
            // The operator wrote the URL, redirects and pages stay on its origin; only files may
            // lie elsewhere.
            addressPolicy: request.isFromAnswer ? .publicOnly : .trusted,
            connection: ConnectionOptions(
                certificateAuthorityFile: path(request.certificateAuthorityFile),
                clientCertificateFile: path(request.clientCertificate?.certificate),
                clientKeyFile: path(request.clientCertificate?.key),
                proxyURL: request.proxyURL))
    }

    private func path(_ written: String?) -> String? {
        written.map { FilePathText.resolve($0, in: directory) }
    }
}

extension SourceDefinition {
    /// The product of every row, when the configuration itself names it.
    package var literalProduct: String? {
        if case .constant(let product) = mapping.product { product } else { nil }
    }
}
