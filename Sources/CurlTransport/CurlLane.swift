// One owned thread with a libcurl multi handle, and the way to it.
//
// 1. A calling task waits in a continuation, never in a blocked thread; each is resumed once.
// 2. Only the owned thread touches libcurl handles; the others post to the mailbox.
// 3. After `shutdown()` returned the thread has ended and every request was answered.

import Glibc
import Ports
import Synchronization

/// Sends requests through libcurl's multi interface.
final class CurlLane: Sendable {
    private let mailbox: CurlMailbox
    private let thread: Mutex<pthread_t?>

    /// Starts the thread.
    ///
    /// - Throws: `.connect` when libcurl or the thread cannot be started.
    init(userAgent: String, options: CurlTransportOptions) throws(TransportError) {
        let multi = try MultiHandle(options: options)
        let mailbox = CurlMailbox(multi: multi)
        let worker = CurlWorker(
            mailbox: mailbox, multi: multi, options: options, userAgent: userAgent)
        let context = Unmanaged.passRetained(worker)
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { context in
                if let context {
                    Unmanaged<CurlWorker>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            context.release()
            multi.cleanUp()
            throw TransportError(.connect, "cannot start the transfer thread (error \(code))")
        }
        self.mailbox = mailbox
        self.thread = Mutex(handle)
    }

    deinit {
        // `send` keeps the lane alive, so nothing is in flight here.
        mailbox.requestStop(notifying: nil)
        if let handle = takeThread() { pthread_detach(handle) }
    }

    /// Sends a request that was checked.
    func send(
        _ request: TransportRequest, to endpoint: Endpoint
    ) async throws(TransportError) -> TransportResponse {
        if Task.isCancelled { throw .cancelled(endpoint) }
        let identifier = mailbox.nextIdentifier()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: TransferContinuation) in
                let submission = Submission(
                    identifier: identifier, request: request, endpoint: endpoint,
                    submitted: .now, continuation: continuation)
                guard mailbox.post(.start(submission)) else {
                    continuation.resume(returning: .failure(.shutDown(endpoint)))
                    return
                }
                // A cancellation that came before the post found nothing to cancel.
                if Task.isCancelled { mailbox.post(.cancel(identifier)) }
            }
        } onCancel: {
            mailbox.post(.cancel(identifier))
        }
        return try result.get()
    }

    /// Aborts every transfer with `.cancelled`, refuses new ones and waits for the thread to end.
    ///
    /// May be called more than once.
    func shutdown() async {
        await withCheckedContinuation { continuation in
            mailbox.requestStop(notifying: continuation)
        }
        // The thread has nothing left to do but to return, so this join does not wait.
        if let handle = takeThread() { pthread_join(handle, nil) }
    }

    private func takeThread() -> pthread_t? {
        thread.withLock { handle in
            defer { handle = nil }
            return handle
        }
    }
}
