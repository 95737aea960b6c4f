// What a poll sends: requests of each stage, retries, redirects, a new token.

import Credits
import PositionedYAML

extension PollMachine {
    /// The first attempt at the request of the present stage.
    mutating func ask(elapsed: Int64, wait: Int = 0) -> PollStep {
        retries = 0
        redirects = 0
        url = firstURL
        return send(elapsed: elapsed, wait: wait)
    }

    private mutating func send(elapsed: Int64, wait: Int) -> PollStep {
        let left = definition.pollDeadlineMilliseconds - elapsed - Int64(wait)
        guard left > 0 else {
            return fail(
                .timeout,
                "\(place): the poll's deadline of \(deadline) passed after \(requestCount) "
                    + "requests; raise `poll_deadline` or ask for larger pages")
        }
        requestCount += 1
        return .send(request(timeoutMilliseconds: Int(left)), afterMilliseconds: wait)
    }

    // MARK: Requests

    /// What the present stage asks; nil for tokens and files.
    private var shape: RequestShape? {
        switch stage {
        case .token, .file: nil
        case .submit: definition.job?.submit
        case .status: definition.job?.status ?? definition.request.shape
        case .page: definition.request.shape
        }
    }

    /// What takes the page; only the request itself has pages.
    private var target: PaginationDefinition.Target? {
        let isPaged = stage == .page || (stage == .status && definition.job?.status == nil)
        return isPaged ? definition.pagination?.target : nil
    }

    /// What the placeholders stand for.
    func values() -> PlaceholderValues {
        var values = PlaceholderValues(
            span: span, organization: definition.organization, job: job)
        values.cursor = trail.cursor
        return values
    }

    private var firstURL: String {
        switch stage {
        case .token:
            return authentication.tokenURL ?? ""
        case .file(let index): return links[index]
        case .submit, .status, .page: return shape?.url(values(), target: target) ?? ""
        }
    }

    private func request(timeoutMilliseconds: Int) -> SourceRequest {
        let request = definition.request
        if case .token = stage {
            let asked = RequestDefinition.Asked(
                method: "POST", url: url, body: tokenForm,
                contentType: "application/x-www-form-urlencoded")
            return request.request(
                asked, credentials: SentCredentials(.none, token: nil),
                basic: authentication.tokenBasic, timeoutMilliseconds: timeoutMilliseconds)
        }
        let isList = definition.download != nil
        var asked = RequestDefinition.Asked(
            url: url, accept: isList ? "application/json" : definition.accept)
        if let shape {
            let isPage = stage == .page || definition.job?.status == nil && stage == .status
            asked = RequestDefinition.Asked(
                method: shape.method, url: url, headers: shape.headers,
                body: shape.body(values(), target: target),
                accept: isPage ? asked.accept : "application/json")
        } else {
            asked.accept = definition.mapping.shape.accept
            if isForeign {
                return request.foreignRequest(asked, timeoutMilliseconds: timeoutMilliseconds)
            }
        }
        var ready = request.request(
            asked, credentials: SentCredentials(authentication, token: token),
            timeoutMilliseconds: timeoutMilliseconds)
        ready.isConditional = stage == .page && request.asksConditionally
        return ready
    }

    /// Whether the present URL leads elsewhere than the operator wrote.
    private var isForeign: Bool {
        (try? HTTPURL(url))?.origin != definition.request.shape.origin
    }

    // MARK: Trouble

    mutating func retry(
        _ reason: PollFailureReason, _ clause: String, after retryAfter: Int?, _ moment: Moment
    ) -> PollStep {
        retries += 1
        let wait = RetryPolicy.delay(
            retry: retries, retryAfterSeconds: retryAfter, random: moment.random)
        let needed = moment.elapsed + Int64(wait) + RetryPolicy.usefulMilliseconds
        if retries <= RetryPolicy.maximumRetries, needed <= definition.pollDeadlineMilliseconds {
            return send(elapsed: moment.elapsed, wait: wait)
        }
        var message = clause
        if let retryAfter, retryAfter > 0 { message += ", retry after \(retryAfter) s" }
        message += retries == 1 ? " (no time for a retry" : " (\(retries) attempts"
        message += " within `poll_deadline` \(deadline))"
        let failure = PollFailure(reason, message)
        return end(.failed(failure, retryAfterSeconds: retryAfter.map { max(0, $0) }))
    }

    mutating func redirect(
        _ response: SourceResponse, _ answered: String, _ moment: Moment
    ) -> PollStep {
        redirects += 1
        guard redirects <= Self.maximumRedirects else {
            return fail(.httpStatus, "\(answered): more than \(Self.maximumRedirects) redirects")
        }
        // Clients turn the others into a GET without the body.
        guard method == "GET" || response.status == 307 || response.status == 308 else {
            return fail(.httpStatus, "\(answered): a POST is not sent elsewhere; \(addressHint)")
        }
        do throws(RedirectRefusal) {
            url = try RedirectTarget.url(of: response, from: url)
        } catch {
            return fail(.httpStatus, "\(answered) \(error.clause)")
        }
        return send(elapsed: moment.elapsed, wait: 0)
    }

    /// A token of an earlier poll may have been withdrawn; one that was just given was not, unless
    /// the poll waited so long that it ran out.
    func canRefreshToken(_ moment: Moment) -> Bool {
        guard authentication.tokenURL != nil, stage != .token, !isForeign else { return false }
        guard let grant else { return true }
        return moment.elapsed + moment.waited - grant.elapsedMilliseconds
            >= grant.token.usableMilliseconds
    }

    mutating func refreshToken(_ moment: Moment) -> PollStep {
        refusedToken = true
        token = nil
        return askForToken(moment)
    }

    /// Leaves the present stage until a token was given.
    mutating func askForToken(_ moment: Moment) -> PollStep {
        resumed = stage
        stage = .token
        switch authentication {
        case .oauth2(let client): tokenForm = client.form
        case .jwtBearer(let client):
            do throws(PollFailure) {
                guard let signer else {
                    throw PollFailure(.internal, "assertions cannot be signed here")
                }
                let issued = startedAt.milliseconds + moment.elapsed + moment.waited
                tokenForm = try client.form(
                    issuedAt: Timestamp(milliseconds: issued),
                    identifier: nonce.isEmpty ? nil : "\(nonce)-\(requestCount)", signer: signer)
            } catch {
                return end(.failed(error, retryAfterSeconds: nil))
            }
        default: break
        }
        return ask(elapsed: moment.elapsed)
    }

    /// 400, 401 and 403.
    mutating func refuse(_ response: SourceResponse, _ answered: String) -> PollStep {
        switch stage {
        case .token:
            let code = PageBody.errorCode(of: response).map { " (\($0))" } ?? ""
            return fail(
                .unauthorized,
                "\(answered)\(code); check the client in "
                    + "`auth.\(authentication.tokenKey)`")
        case .file where isForeign:
            return fail(.httpStatus, "\(answered); \(addressHint)")
        default:
            if response.status == 400 { return fail(.httpStatus, answered) }
            return fail(.unauthorized, "\(answered); check the credentials in `auth`")
        }
    }

    // MARK: Words

    private var method: String {
        switch stage {
        case .token: "POST"
        case .file: "GET"
        case .submit, .status, .page: shape?.method ?? "GET"
        }
    }

    /// The days of the request, when a poll has several answers.
    var prefix: String { window.spans.count > 1 ? "\(span.words), " : "" }

    /// What was asked for: `page 2`, `2026-11-03, page 1`, `job`.
    var label: String {
        switch stage {
        case .token: "token"
        case .submit: "\(prefix)job"
        case .status: "\(prefix)job status"
        case .page: trail.label
        case .file(let index): "\(prefix)file \(index + 1)"
        }
    }

    /// `page 2: GET https://api.example.com/v1/usage`, no query.
    var place: String { "\(label): \(method) \(url.prefix { $0 != "?" })" }

    /// Where a wrong address is put right.
    var addressHint: String {
        switch stage {
        case .token: "check `auth.\(authentication.tokenKey).token_url`"
        case .submit: "check `job.submit.url`"
        case .status:
            definition.job?.status == nil ? "check `request.url`" : "check `job.status.url`"
        case .page: "check `request.url`"
        case .file: "the link may have expired"
        }
    }

    private var deadline: String { Milliseconds.text(definition.pollDeadlineMilliseconds) }
}
