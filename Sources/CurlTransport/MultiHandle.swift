// libcurl's multi handle: the connections and the transfers that run on them.
//
// 1. The owned thread alone uses it, but for `wake`, which libcurl allows from any thread while
//    the handle lives; the mailbox calls `wake` only under its lock and before it is closed.

import CLibcurl
import Ports

/// One multi handle with its connection bounds.
struct MultiHandle: @unchecked Sendable {
    // Safe to share by invariant 1.
    private let raw: UnsafeMutableRawPointer

    /// A multi handle with the connection bounds of the options.
    init(options: CurlTransportOptions) throws(TransportError) {
        try Libcurl.prepare()
        guard let raw = curl_multi_init() else {
            throw TransportError(.connect, "libcurl: out of memory")
        }
        self.raw = raw
        let total = Libcurl.bounded(options.maximumConnections, from: 1)
        let perHost = Libcurl.bounded(options.maximumConnectionsPerHost, from: 1)
        let settings: [(CURLMoption, Int)] = [
            (CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX)),
            (CURLMOPT_MAX_TOTAL_CONNECTIONS, total),
            (CURLMOPT_MAX_HOST_CONNECTIONS, perHost),
            (CURLMOPT_MAXCONNECTS, total),
        ]
        for (option, value) in settings {
            let code = ai_credits_curl_multi_set_long(raw, option, value)
            guard code == CURLM_OK else {
                curl_multi_cleanup(raw)
                throw TransportError(.connect, "libcurl refuses a connection bound")
            }
        }
    }

    /// Ends the present or the next `wait`.
    func wake() {
        curl_multi_wakeup(raw)
    }

    /// Hands a configured transfer to libcurl; false when libcurl refuses it.
    func add(_ easy: EasyHandle) -> Bool {
        curl_multi_add_handle(raw, easy.raw) == CURLM_OK
    }

    /// Takes a transfer back; an unfinished one is aborted and its connection closed.
    func remove(_ easy: EasyHandle) {
        curl_multi_remove_handle(raw, easy.raw)
    }

    /// Lets every transfer do what it can without waiting; false when libcurl failed.
    func perform() -> Bool {
        var running: Int32 = 0
        return curl_multi_perform(raw, &running) == CURLM_OK
    }

    /// Waits for the network, a time limit, `wake`, or at most so long; false when libcurl failed.
    func wait(milliseconds: Int32) -> Bool {
        curl_multi_poll(raw, nil, 0, milliseconds, nil) == CURLM_OK
    }

    /// The next finished transfer and its result.
    func nextFinished() -> (easy: EasyHandle, code: CURLcode)? {
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(raw, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle
            else { continue }
            return (EasyHandle(raw: easy), message.pointee.data.result)
        }
        return nil
    }

    /// Closes all connections and frees the handle.
    func cleanUp() {
        curl_multi_cleanup(raw)
    }
}
