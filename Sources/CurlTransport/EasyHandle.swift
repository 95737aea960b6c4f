// libcurl's easy handle, its option calls typed and checked.
//
// 1. An option that libcurl refuses stops the request: nothing is sent half configured.

import CLibcurl
import Ports

/// libcurl refused an option.
struct SetupFailure: Error, CustomStringConvertible {
    /// libcurl's result code.
    let code: CURLcode

    var description: String { "libcurl refuses the request: \(Libcurl.text(of: code))" }

    /// The reason that a caller sees.
    var reason: TransportError.Reason { .reason(for: code) }
}

/// One reusable easy handle.
struct EasyHandle {
    let raw: UnsafeMutableRawPointer

    /// A handle that libcurl returned.
    init(raw: UnsafeMutableRawPointer) {
        self.raw = raw
    }

    /// A new handle; nil when memory is short.
    init?() {
        guard let raw = curl_easy_init() else { return nil }
        self.raw = raw
    }

    /// Restores every option; connections and TLS sessions stay.
    func reset() {
        curl_easy_reset(raw)
    }

    /// Frees the handle.
    func cleanUp() {
        curl_easy_cleanup(raw)
    }

    // MARK: - Options

    /// Sets a number or a bit mask.
    func set(_ option: CURLoption, _ value: Int) throws(SetupFailure) {
        try check(ai_credits_curl_set_long(raw, option, value))
    }

    /// Sets a switch.
    func set(_ option: CURLoption, _ value: Bool) throws(SetupFailure) {
        try set(option, value ? 1 : 0)
    }

    /// Sets a text, or removes it.
    func set(_ option: CURLoption, _ value: String?) throws(SetupFailure) {
        try check(ai_credits_curl_set_string(raw, option, value))
    }

    /// Sets a pointer that libcurl keeps.
    func setPointer(
        _ option: CURLoption, _ value: UnsafeMutableRawPointer
    ) throws(SetupFailure) {
        try check(ai_credits_curl_set_pointer(raw, option, value))
    }

    /// Sets a list that libcurl keeps.
    func setList(
        _ option: CURLoption, _ value: UnsafeMutablePointer<curl_slist>?
    ) throws(SetupFailure) {
        try check(ai_credits_curl_set_list(raw, option, value))
    }

    /// Sets a callback that takes bytes.
    func setDataCallback(
        _ option: CURLoption, _ callback: curl_write_callback?
    ) throws(SetupFailure) {
        try check(ai_credits_curl_set_data_callback(raw, option, callback))
    }

    /// Sets a size in bytes.
    func setSize(_ option: CURLoption, _ bytes: Int) throws(SetupFailure) {
        try check(ai_credits_curl_set_offset(raw, option, curl_off_t(bytes)))
    }

    /// Has the addresses of new and reused connections judged.
    func setAddressCallbacks(_ context: UnsafeMutableRawPointer) throws(SetupFailure) {
        try check(
            ai_credits_curl_set_open_socket_callback(raw, CurlCallbacks.openSocket))
        try setPointer(CURLOPT_OPENSOCKETDATA, context)
        try check(
            ai_credits_curl_set_prerequest_callback(raw, CurlCallbacks.beforeRequest))
        try setPointer(CURLOPT_PREREQDATA, context)
    }

    /// Sets the bytes to send, which libcurl copies.
    func setBody(_ bytes: [UInt8]) throws(SetupFailure) {
        try check(
            ai_credits_curl_set_offset(
                raw, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count)))
        // An empty array may have no address, and no address would mean the read callback.
        let code = (bytes.isEmpty ? [0] : bytes).withUnsafeBytes { buffer in
            ai_credits_curl_set_pointer(
                raw, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: buffer.baseAddress))
        }
        try check(code)
    }

    /// Sets an option that takes bytes, which libcurl copies.
    func set(_ option: CURLoption, bytes: [UInt8]) throws(SetupFailure) {
        let code = bytes.withUnsafeBytes { buffer in
            ai_credits_curl_set_blob(raw, option, buffer.baseAddress, buffer.count)
        }
        try check(code)
    }

    private func check(_ code: CURLcode) throws(SetupFailure) {
        guard code == CURLE_OK else { throw SetupFailure(code: code) }
    }

    // MARK: - Information

    /// A `long` of the finished transfer; 0 when unknown.
    func number(_ information: CURLINFO) -> Int {
        var value = 0
        return ai_credits_curl_get_long(raw, information, &value) == CURLE_OK ? value : 0
    }

    /// A `curl_off_t` of the finished transfer; 0 when unknown.
    func offset(_ information: CURLINFO) -> Int {
        var value: curl_off_t = 0
        return ai_credits_curl_get_offset(raw, information, &value) == CURLE_OK ? Int(value) : 0
    }

    /// A text of the finished transfer.
    func text(_ information: CURLINFO) -> String? {
        var value: UnsafeMutablePointer<CChar>?
        guard ai_credits_curl_get_string(raw, information, &value) == CURLE_OK else { return nil }
        return value.map { String(cString: $0) }
    }

    /// A pointer that was set on the handle.
    func pointer(_ information: CURLINFO) -> UnsafeMutableRawPointer? {
        var value: UnsafeMutableRawPointer?
        guard ai_credits_curl_get_pointer(raw, information, &value) == CURLE_OK else {
            return nil
        }
        return value
    }
}
