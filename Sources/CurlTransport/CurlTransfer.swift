// One transfer: the request, its easy handle, and what libcurl's callbacks have gathered.
//
// 1. The easy handle points to this object, the error buffer and the header list; the worker
//    keeps them until the handle was removed from the multi handle and reset.
// 2. Callbacks run on the owned thread only.

import CLibcurl
import Ports

/// A request that libcurl works on.
final class CurlTransfer {
    let submission: Submission
    let easy: EasyHandle
    /// Gathers the response within its bounds.
    var collector: ResponseCollector
    /// What `AddressPolicy` said against an address of the host.
    var addressObjection: String?
    private let errorText: UnsafeMutablePointer<CChar>
    private var headerList: UnsafeMutablePointer<curl_slist>?
    /// How many bytes of a mail were given to libcurl.
    private var mailOffset = 0

    /// A transfer that is not configured yet.
    init(_ submission: Submission, easy: EasyHandle, options: CurlTransportOptions) {
        self.submission = submission
        self.easy = easy
        self.collector = ResponseCollector(
            maximumBodyBytes: submission.request.maximumBodyBytes,
            maximumHeaderBytes: options.maximumHeaderBytes,
            maximumHeaderCount: options.maximumHeaderCount,
            keepsLastLine: submission.request.mail != nil)
        self.collector.cutsLongBody = submission.request.cutsLongBody
        self.errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        self.errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        errorText.deallocate()
        curl_slist_free_all(headerList)
    }

    /// The transfer that an easy handle works for.
    static func of(_ easy: EasyHandle) -> CurlTransfer? {
        from(easy.pointer(CURLINFO_PRIVATE))
    }

    /// The transfer behind a callback's data pointer.
    static func from(_ pointer: UnsafeMutableRawPointer?) -> CurlTransfer? {
        pointer.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: - Before

    /// Sets every option of the request on the easy handle.
    func configure(
        userAgent: String, options: CurlTransportOptions, client: ClientIdentity
    ) throws(SetupFailure) {
        let request = submission.request
        let context = Unmanaged.passUnretained(self).toOpaque()
        try easy.setPointer(CURLOPT_PRIVATE, context)
        try easy.setPointer(CURLOPT_ERRORBUFFER, errorText)
        try easy.setDataCallback(CURLOPT_WRITEFUNCTION, CurlCallbacks.write)
        try easy.setPointer(CURLOPT_WRITEDATA, context)
        try easy.setDataCallback(CURLOPT_HEADERFUNCTION, CurlCallbacks.header)
        try easy.setPointer(CURLOPT_HEADERDATA, context)
        if request.addressPolicy == .publicOnly {
            try easy.setAddressCallbacks(context)
        }
        try easy.setBasics(request, userAgent: userAgent)
        try easy.setTimeLimits(request, remaining: submission.deadline - .now)
        if let mail = request.mail {
            try setMail(mail, context)
        } else {
            try easy.setMethodAndBody(request)
        }
        try easy.setConnection(request, endpoint: submission.endpoint, options: options)
        try easy.setTLS(request.connection, client: client)
        if request.mail != nil { return }
        for line in request.headerLines { try appendHeader(line) }
        try easy.setList(CURLOPT_HTTPHEADER, headerList)
    }

    /// A mail's bytes come from a callback: `COPYPOSTFIELDS` is for HTTP alone.
    private func setMail(
        _ mail: MailEnvelope, _ context: UnsafeMutableRawPointer
    ) throws(SetupFailure) {
        for recipient in mail.recipients { try appendHeader("<\(recipient)>") }
        let limit = submission.request.timeoutMilliseconds / 1000
        try easy.setMail(mail, recipients: headerList, answerSeconds: limit)
        try easy.setDataCallback(CURLOPT_READFUNCTION, CurlCallbacks.read)
        try easy.setPointer(CURLOPT_READDATA, context)
        try easy.setSize(CURLOPT_INFILESIZE_LARGE, submission.request.body?.count ?? 0)
    }

    /// Copies the next bytes of the mail.
    ///
    /// - Returns: how many; 0 at the end.
    func giveMail(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        let rest = (submission.request.body ?? []).dropFirst(mailOffset).prefix(buffer.count)
        buffer.copyBytes(from: rest)
        mailOffset += rest.count
        return rest.count
    }

    /// Once the mail is taken, libcurl waits on this thread for the reply to QUIT: not for long.
    func shortenFarewell() {
        guard submission.request.mail != nil, mailOffset == submission.request.body?.count else {
            return
        }
        try? easy.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, 1)
    }

    private func appendHeader(_ line: String) throws(SetupFailure) {
        guard let list = curl_slist_append(headerList, line) else {
            throw SetupFailure(code: CURLE_OUT_OF_MEMORY)
        }
        headerList = list
    }

    // MARK: - After

    /// The response, or why there is none.
    func outcome(_ code: CURLcode) -> Result<TransportResponse, TransportError> {
        if submission.request.mail != nil { return mailOutcome(code) }
        guard code == CURLE_OK || collector.isCut else { return .failure(error(code)) }
        return .success(
            TransportResponse(
                status: easy.number(CURLINFO_RESPONSE_CODE),
                headers: collector.headers,
                body: collector.body,
                redirectURL: easy.text(CURLINFO_REDIRECT_URL),
                retryAfterSeconds: collector.retryAfterSeconds(
                    fromDate: easy.offset(CURLINFO_RETRY_AFTER)),
                elapsedMilliseconds: easy.offset(CURLINFO_TOTAL_TIME_T) / 1_000))
    }

    /// The server's last reply, whether it has taken the mail or not.
    private func mailOutcome(_ code: CURLcode) -> Result<TransportResponse, TransportError> {
        let reply = easy.number(CURLINFO_RESPONSE_CODE)
        let isTaken = code == CURLE_OK && (200...299).contains(reply)
        // A timeout or a broken connection comes after a good reply.
        guard isTaken || (code != CURLE_OK && (400...599).contains(reply)) else {
            return .failure(error(code))
        }
        return .success(
            TransportResponse(
                status: reply, body: collector.lastLine,
                elapsedMilliseconds: easy.offset(CURLINFO_TOTAL_TIME_T) / 1_000))
    }

    private func error(_ code: CURLcode) -> TransportError {
        if let excess = collector.excess {
            return TransportError(.tooLarge, submission.endpoint, excess)
        }
        let refuses = code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK
        if refuses, let addressObjection {
            return TransportError(.connect, submission.endpoint, addressObjection)
        }
        let words = String(cString: errorText)
        return TransportError(
            .reason(for: code), submission.endpoint,
            words.isEmpty ? Libcurl.text(of: code) : words)
    }
}

extension TransportRequest {
    /// The header lines in libcurl's form, those that it must leave out included.
    fileprivate var headerLines: [String] {
        // libcurl's spelling: "Name;" sends an empty value, "Name:" suppresses its own header.
        var lines = headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        for name in ["Expect", "Content-Type"] where !names(name) { lines.append("\(name):") }
        return lines
    }

    private func names(_ name: String) -> Bool {
        headers.contains { $0.name.lowercased() == name.lowercased() }
    }
}
