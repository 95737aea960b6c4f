// Alertmanager's API v2 as far as silences need it: amtool works with it.
//
// Source: alertmanager api/v2/openapi.yaml; answers as Alertmanager 0.25 gives them, but for
// DELETE of an unknown silence, which is 404 as later versions answer it.

import Agent
import Alerting
import Credits
import ExactJSON
import Ports
import PromQL

/// Serves silences.
struct SilenceRoutes {
    let core: AgentCore
    let build: BuildInformation
    /// When the program began to serve.
    let startedAt: Timestamp

    private var now: Timestamp { core.ports.wallClock.now() }
    private var book: SilenceBook { core.snapshots.value.silences }

    var routes: [Route] {
        [
            Route("GET", "/api/v2/silences", access: .read) { request, _ in list(request) },
            Route("POST", "/api/v2/silences", access: .change) { request, _ in
                await put(request)
            },
            Route("GET", "/api/v2/silence/{id}", access: .read) { _, captures in
                guard let id = Self.uuid(captures) else { return Self.notUUID(captures) }
                guard let silence = book[id] else { return .empty(status: 404) }
                return .bare(SilenceViews.silence(silence, now: now))
            },
            Route("DELETE", "/api/v2/silence/{id}", access: .change) { request, captures in
                await expire(request, captures)
            },
            Route("GET", "/api/v2/status", access: .read) { _, _ in
                .bare(SilenceViews.status(build: build, startedAt: startedAt))
            },
        ]
    }

    private func list(_ request: WebRequest) -> WebResponse {
        let filters: [LabelMatcher]
        do throws(AlertmanagerRefusal) {
            filters = try AlertmanagerParameters.matchers(request)
        } catch {
            return error.response
        }
        let now = now
        let silences = book.list(at: now.milliseconds).filter { silence in
            filters.allSatisfy(silence.matchers.contains)
        }
        return .bare(.array(silences.map { SilenceViews.silence($0, now: now) }))
    }

    private func put(_ request: WebRequest) async -> WebResponse {
        let proposal: SilenceProposal
        do throws(SilenceBodyError) {
            try SilenceBody.checkType(request.header("content-type"))
            proposal = try SilenceBody.read(request.body)
        } catch {
            return error.response
        }
        do throws(SilenceError) {
            let id = try await core.putSilence(proposal, actor: request.actor)
            return .bare(["silenceID": .string(id)])
        } catch {
            return Self.failure(error, notFound: .bare(.string(error.description), status: 404))
        }
    }

    private func expire(_ request: WebRequest, _ captures: [String]) async -> WebResponse {
        guard let id = Self.uuid(captures) else { return Self.notUUID(captures) }
        do throws(SilenceError) {
            try await core.expireSilence(id, actor: request.actor)
            return .empty(status: 200)
        } catch {
            return Self.failure(error, notFound: .empty(status: 404))
        }
    }

    private static func failure(
        _ error: SilenceError, notFound: WebResponse
    ) -> WebResponse {
        switch error {
        case .notFound: notFound
        case .invalid(let reason): .bare(.string(reason), status: 400)
        case .notWritten: .bare(.string(error.description), status: 500)
        }
    }

    /// The identifier in lower case, as silences have it; nil when it is no UUID.
    private static func uuid(_ captures: [String]) -> String? {
        let text = (captures.first ?? "").lowercased()
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12],
            text.utf8.allSatisfy({
                $0 == UInt8(ascii: "-") || Character(Unicode.Scalar($0)).isHexDigit
            })
        else { return nil }
        return text
    }

    private static func notUUID(_ captures: [String]) -> WebResponse {
        let text = JSONValue.string(captures.first ?? "").text()
        return SilenceBodyError(422, code: 601, "silenceID in path must be of type uuid: \(text)")
            .response
    }
}

/// What silences look like from outside.
enum SilenceViews {
    /// A silence in Alertmanager's shape.
    static func silence(_ silence: Silence, now: Timestamp) -> JSONValue {
        [
            "id": .string(silence.id),
            "status": ["state": .string(silence.state(at: now.milliseconds).rawValue)],
            "updatedAt": instant(silence.updatedAt), "comment": .string(silence.comment),
            "createdBy": .string(silence.createdBy), "endsAt": instant(silence.endsAt),
            "matchers": SilenceMatchers.json(silence.matchers),
            "startsAt": instant(silence.startsAt),
        ]
    }

    /// The agent in the shape of Alertmanager's status; it is no cluster and has no file of
    /// Alertmanager's.
    static func status(build: BuildInformation, startedAt: Timestamp) -> JSONValue {
        [
            "cluster": ["peers": [], "status": "disabled"],
            "config": ["original": "# The configuration of this agent is its agent.yml.\n"],
            "uptime": instant(startedAt.milliseconds),
            "versionInfo": [
                "branch": "", "buildDate": "", "buildUser": "",
                "goVersion": .string("swift\(build.swiftVersion)"),
                "revision": .string(build.revision), "version": .string(build.version),
            ],
        ]
    }

    /// RFC 3339 in UTC, always with milliseconds.
    static func instant(_ milliseconds: Int64) -> JSONValue {
        var text = Timestamp(milliseconds: milliseconds).description
        if !text.contains(".") { text = text.dropLast() + ".000Z" }
        return .string(text)
    }
}

extension WebResponse {
    /// An answer without a body.
    static func empty(status: Int) -> WebResponse {
        var response = WebResponse(status: status, contentType: "", body: [])
        response.headers = []
        return response
    }
}
