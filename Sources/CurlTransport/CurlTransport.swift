// The real `Transport`: every outgoing request goes through libcurl on one owned thread.
//
// 1. A calling task waits in a continuation, never in a blocked thread; each is resumed once.
// 2. Only the owned thread touches libcurl handles; the others post to the mailbox.
// 3. After `shutdown()` returned the thread has ended and every request was answered.

import Glibc
import Ports
import Synchronization

/// Sends HTTP requests through libcurl's multi interface.
package final class CurlTransport: Transport, Sendable {
    private let mailbox: CurlMailbox
    private let thread: Mutex<pthread_t?>

    /// Starts the transport and its thread.
    ///
    /// - Parameters:
    ///   - userAgent: `product/version`; a request's own `User-Agent` header replaces it.
    ///   - options: bounds on transfers and connections.
    /// - Throws: `.protocol` for a user agent that is no header value, `.connect` when libcurl
    ///   or the thread cannot be started.
    package init(
        userAgent: String,
        options: CurlTransportOptions = CurlTransportOptions()
    ) throws(TransportError) {
        guard RequestCheck.isHeaderValue(userAgent) else {
            throw TransportError(.protocol, "the User-Agent holds a control character")
        }
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
        // `send` keeps the transport alive, so nothing is in flight here.
        mailbox.requestStop(notifying: nil)
        if let handle = takeThread() { pthread_detach(handle) }
    }

    package func send(
        _ request: TransportRequest
    ) async throws(TransportError) -> TransportResponse {
        let endpoint = try RequestCheck.endpoint(of: request)
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
    package func shutdown() async {
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
