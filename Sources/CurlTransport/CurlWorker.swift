// The owned thread: the only place where libcurl works.
//
// 1. Every submission is answered once: finished, cancelled, expired or aborted by the stop.
// 2. A transfer's buffers live until its easy handle was taken out of the multi handle and reset.
// 3. At most `maximumConcurrentTransfers` easy handles are in the multi handle.

import CLibcurl
import Glibc
import Ports

/// Runs transfers until the mailbox asks it to stop.
final class CurlWorker: @unchecked Sendable {
    // Safe to share: made by one thread, then used by the owned thread alone; what the callers
    // touch is the mailbox.
    private let mailbox: CurlMailbox
    private let multi: MultiHandle
    private let options: CurlTransportOptions
    private let userAgent: String
    private let maximumTransfers: Int
    private var queue = SubmissionQueue()
    private var active: [UInt64: CurlTransfer] = [:]
    private var idle: [EasyHandle] = []
    private var clientFiles = ClientFileCache()
    /// Not later than the earliest deadline of all requests; nil when there are none.
    private var nextDeadline: ContinuousClock.Instant?

    /// libcurl's own time limit fires first and says more; this one catches what it does not
    /// watch, transfers that wait for a connection to become free.
    private static let grace = Duration.milliseconds(50)
    private static let maximumIdleHandles = 32
    private static let longestWait = Duration.seconds(60)

    /// A worker that has not started.
    init(
        mailbox: CurlMailbox, multi: MultiHandle, options: CurlTransportOptions,
        userAgent: String
    ) {
        self.mailbox = mailbox
        self.multi = multi
        self.options = options
        self.userAgent = userAgent
        self.maximumTransfers = max(1, options.maximumConcurrentTransfers)
    }

    /// The thread's whole life.
    func run() {
        Self.blockPipeSignal()
        while true {
            let (commands, stops) = mailbox.take()
            for command in commands { handle(command) }
            if stops { break }
            startQueued()
            let performed = multi.perform()
            finishCompleted()
            expireOverdue()
            let waited = multi.wait(milliseconds: waitMilliseconds())
            // A failing libcurl must not turn the loop into a busy one.
            if !performed || !waited { poll(nil, 0, 10) }
        }
        mailbox.close()
        abortAll()
        for easy in idle { easy.cleanUp() }
        multi.cleanUp()
        mailbox.end()
    }

    /// OpenSSL writes to sockets without MSG_NOSIGNAL, and with NOSIGNAL libcurl does not shield
    /// the process from the SIGPIPE of a connection that the peer has closed.
    private static func blockPipeSignal() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    // MARK: - Commands

    private func handle(_ command: CurlMailbox.Command) {
        switch command {
        case .start(let submission): enqueue(submission)
        case .cancel(let identifier): cancel(identifier)
        }
    }

    private func enqueue(_ submission: Submission) {
        // Requests arrive in bursts, before those that may start at once have started.
        let waiting = queue.count - (maximumTransfers - active.count)
        guard waiting < max(0, options.maximumQueuedRequests) else {
            submission.fail(.connect, "\(max(0, waiting)) requests wait already")
            return
        }
        queue.append(submission)
        lowerNextDeadline(to: submission.deadline)
    }

    private func cancel(_ identifier: UInt64) {
        if let submission = queue.remove(identifier) {
            submission.fail(.cancelled(submission.endpoint))
        } else if let transfer = active[identifier] {
            abort(transfer, .cancelled(transfer.submission.endpoint))
        }
    }

    // MARK: - Transfers

    private func startQueued() {
        while active.count < maximumTransfers, let submission = queue.removeFirst() {
            start(submission)
        }
    }

    private func start(_ submission: Submission) {
        let client: ClientIdentity
        do throws(ClientFileCache.Failure) {
            client = try clientFiles.identity(of: submission.request.connection)
        } catch {
            submission.fail(.tls, error.message)
            return
        }
        guard let easy = idle.popLast() ?? EasyHandle() else {
            submission.fail(.connect, "libcurl: out of memory")
            return
        }
        let transfer = CurlTransfer(submission, easy: easy, options: options)
        do throws(SetupFailure) {
            try transfer.configure(userAgent: userAgent, options: options, client: client)
        } catch {
            recycle(transfer)
            submission.fail(error.reason, error.description)
            return
        }
        guard multi.add(easy) else {
            recycle(transfer)
            submission.fail(.connect, "libcurl refuses the transfer")
            return
        }
        active[submission.identifier] = transfer
    }

    private func finishCompleted() {
        var finished = false
        while let (easy, code) = multi.nextFinished() {
            guard let transfer = CurlTransfer.of(easy) else { continue }
            finished = true
            multi.remove(easy)
            active[transfer.submission.identifier] = nil
            let outcome = transfer.outcome(code)
            recycle(transfer)
            transfer.submission.continuation.resume(returning: outcome)
        }
        // New handles set libcurl's timer to now, so the wait that follows returns at once.
        if finished { startQueued() }
    }

    private func abort(_ transfer: CurlTransfer, _ error: TransportError) {
        multi.remove(transfer.easy)
        active[transfer.submission.identifier] = nil
        recycle(transfer)
        transfer.submission.fail(error)
    }

    private func recycle(_ transfer: CurlTransfer) {
        transfer.easy.reset()
        if idle.count < Self.maximumIdleHandles {
            idle.append(transfer.easy)
        } else {
            transfer.easy.cleanUp()
        }
    }

    private func abortAll() {
        for submission in queue.submissions {
            submission.fail(.shutDown(submission.endpoint))
        }
        for (_, transfer) in active.sorted(by: { $0.key < $1.key }) {
            multi.remove(transfer.easy)
            transfer.easy.cleanUp()
            transfer.submission.fail(.shutDown(transfer.submission.endpoint))
        }
        active = [:]
    }

    // MARK: - Time

    private func lowerNextDeadline(to deadline: ContinuousClock.Instant) {
        nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
    }

    private func expireOverdue() {
        let now = ContinuousClock.now
        guard let deadline = nextDeadline, deadline <= now else { return }
        nextDeadline = nil
        for submission in queue.submissions {
            if submission.deadline > now {
                lowerNextDeadline(to: submission.deadline)
            } else if let expired = queue.remove(submission.identifier) {
                expired.fail(expired.timeout(waitingFor: "its turn"))
            }
        }
        for (_, transfer) in active.sorted(by: { $0.key < $1.key }) {
            let last = transfer.submission.deadline.advanced(by: Self.grace)
            if last > now {
                lowerNextDeadline(to: last)
            } else {
                abort(transfer, transfer.submission.timeout(waitingFor: "a free connection"))
            }
        }
    }

    private func waitMilliseconds() -> Int32 {
        guard let nextDeadline else { return Int32(Self.longestWait.components.seconds) * 1_000 }
        let rest = min(max(nextDeadline - .now, .zero), Self.longestWait).components
        let milliseconds = rest.seconds * 1_000 + rest.attoseconds / 1_000_000_000_000_000
        return Int32(milliseconds) + 1
    }
}

extension Submission {
    /// Answers with an error.
    func fail(_ error: TransportError) {
        continuation.resume(returning: .failure(error))
    }

    /// Answers with an error that names the endpoint.
    func fail(_ reason: TransportError.Reason, _ message: String) {
        fail(TransportError(reason, endpoint, message))
    }

    /// What happened when the worker's own watch ends the request.
    fileprivate func timeout(waitingFor thing: String) -> TransportError {
        let limit = Libcurl.bounded(request.timeoutMilliseconds, from: 1)
        return TransportError(
            .timeout, endpoint, "timed out after \(limit) ms, still waiting for \(thing)")
    }
}
