// From a request to its response: match, judge, handle, count. No server here.

import Agent
import Synchronization

/// Answers requests of one listener.
package final class WebResponder: Sendable {
    private let table: RouteTable
    private let access: Mutex<AccessControl?>
    private let origins: OriginPolicy
    /// What is counted.
    let meters: Meters
    /// What stands in front of every page; nil when nothing does.
    let guardian: WebGuard?

    /// A responder over a table. Without access control every request may do everything: only
    /// for the control socket, whose permission is the credential.
    package init(
        table: RouteTable, access: AccessControl?, meters: Meters, externalURL: String = "",
        guardian: WebGuard? = nil
    ) {
        self.table = table
        origins = OriginPolicy(externalURL: externalURL)
        self.access = Mutex(access)
        self.meters = meters
        self.guardian = guardian
    }

    /// Puts a reloaded configuration's access in force.
    package func replaceAccess(_ control: AccessControl) {
        access.withLock { $0 = control }
    }

    /// The largest body that the request's route reads, nil when it looks at none, and the seconds
    /// it may take; nil when there is no such route.
    func bounds(method: String, path: [String]) -> (bytes: Int?, seconds: Int)? {
        if case .found(let route, _) = table.match(method: method, path: path) {
            return (route.maximumBodyBytes, route.deadlineSeconds)
        }
        return nil
    }

    /// Answers a request.
    package func respond(to request: WebRequest) async -> WebResponse {
        switch table.match(method: request.method, path: request.path) {
        case .none:
            return counted(
                .failure(.notFound, "there is no such page; see / for what there is"),
                route: "none")
        case .wrongMethod(let allowed):
            var response = WebResponse.failure(
                .methodNotAllowed, "use \(allowed.joined(separator: " or "))")
            response.headers.append(("Allow", allowed.joined(separator: ", ")))
            return counted(response, route: "none")
        case .found(let route, let captures):
            var request = request
            let refusal = admit(&request, to: route)
            if let refusal { return counted(refusal, route: route.pattern) }
            return counted(await route.handler(request, captures), route: route.pattern)
        }
    }

    /// Why a change may not be made at all, known before its body was read; nil when it may go on.
    func refusalBeforeBody(of request: WebRequest) -> WebResponse? {
        guard case .found(let route, _) = table.match(method: request.method, path: request.path),
            route.access.isChange,
            let refusal = refusal(of: request, by: route, access.withLock { $0 })
        else { return nil }
        return counted(refusal, route: route.pattern)
    }

    /// Answers a request whose route waits for nobody.
    ///
    /// - Parameter request: the whole of it, asked for only when there is such a route; nil when it
    ///   is none to be answered so.
    /// - Returns: nil when it is to be answered by `respond`; then nothing was counted.
    func respondPromptly(
        method: String, path: [String], request: () -> WebRequest?
    ) -> ReadyResponse? {
        guard case .found(let route, let captures) = table.match(method: method, path: path),
            let handler = route.promptHandler, var request = request()
        else { return nil }
        let answer =
            admit(&request, to: route).map(ReadyResponse.init) ?? handler(request, captures)
        meters.countRequest(route: route.pattern, code: answer.response.status)
        return answer
    }

    /// Nil when a request may go on to a route, and then it is named after its token.
    private func admit(_ request: inout WebRequest, to route: Route) -> WebResponse? {
        let control = access.withLock { $0 }
        if let refusal = refusal(of: request, by: route, control) { return refusal }
        guard let control else { return nil }
        if route.access.isChange, let refusal = BodyType.refusal(of: request) {
            return .failure(.unsupportedMediaType, refusal)
        }
        request.tokenName = control.tokenName(of: request)
        return nil
    }

    private func refusal(
        of request: WebRequest, by route: Route, _ control: AccessControl?
    ) -> WebResponse? {
        guard let control else { return nil }
        if route.access.isChange, let refusal = origins.refusal(of: request) {
            return .failure(.forbidden, refusal)
        }
        return control.refusal(of: route.access, request: request)
    }

    /// Counts a request that was refused before it reached a route.
    package func countRefused(code: Int) {
        meters.countRequest(route: "none", code: code)
    }

    private func counted(_ response: WebResponse, route: String) -> WebResponse {
        meters.countRequest(route: route, code: response.status)
        return response
    }
}
