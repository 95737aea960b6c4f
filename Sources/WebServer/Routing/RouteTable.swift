// The one table of routes: method, path, who may, how much, and what it does.
//
// 1. A route is matched by method and path; the first segment pattern that fits wins.
// 2. Access is judged before the handler runs; what is not listed is 404.
// 3. A body of GET, HEAD or DELETE means nothing and is not looked at, however long it is.

import AgentConfiguration

/// Who may use a route.
package enum RouteAccess: String, Sendable, CaseIterable {
    /// Anybody: health and readiness.
    case open
    /// `/metrics`.
    case metrics
    /// The gate.
    case gate
    /// Organizations, usage, landing page.
    case read
    /// Entries and statements: never without a viewer's token.
    case ledger
    /// Holds: never without a gate's token.
    case hold
    /// Changes: an admin's token, or the control socket.
    case change
    /// Reload: an admin's token once tokens exist.
    case reload

    /// The roles whose tokens open it; deny by default.
    package var roles: Set<APITokenRole> {
        switch self {
        case .open, .gate: [.viewer, .gate, .admin, .owner]
        case .metrics, .read, .ledger: [.viewer, .admin, .owner]
        case .hold: [.gate, .admin, .owner]
        case .change, .reload: [.admin, .owner]
        }
    }

    /// Whether it changes something, so that a browser must not be led to it by another page.
    package var isChange: Bool {
        switch self {
        case .open, .metrics, .gate, .read, .ledger: false
        case .hold, .change, .reload: true
        }
    }
}

/// One route.
package struct Route: Sendable {
    /// Handles a request whose path matched; the captured `{…}` segments come in order.
    package typealias Handler =
        @Sendable (_ request: WebRequest, _ captures: [String]) async -> WebResponse
    /// Handles a request from memory, waiting for nobody; its headers are our own words alone.
    package typealias PromptHandler =
        @Sendable (_ request: WebRequest, _ captures: [String]) -> ReadyResponse

    /// The usual deadline, in seconds.
    package static let standardDeadline = 15
    /// That of a change, in seconds: longer than the ledger takes to say that it cannot be written,
    /// so that whoever asks for a change learns what became of it.
    package static let changeDeadline = 60
    /// Answers every method but CONNECT, which asks for a tunnel: a gateway asks with the method of
    /// the request it holds back.
    package static let anyMethod = "*"
    /// What these send along has no meaning.
    ///
    /// - Source: RFC 9110 sections 9.3.1 and 9.3.5
    private static let methodsWithoutBody: Set<String> = ["GET", "DELETE"]

    /// GET, POST, PUT …, or `anyMethod`; GET also answers HEAD.
    package let method: String
    /// The path; `{name}` captures one segment.
    package let pattern: String
    /// Who may.
    package let access: RouteAccess
    /// The largest body that is read, in bytes; nil when a body is not looked at.
    package let maximumBodyBytes: Int?
    /// Seconds from a request's head to the end of its answer.
    package let deadlineSeconds: Int
    /// What it does.
    package let handler: Handler
    /// The same where nobody needs to be waited for; nil where somebody may be.
    package let promptHandler: PromptHandler?
    private let segments: [String]

    /// A route.
    package init(
        _ method: String, _ pattern: String, access: RouteAccess, maximumBodyBytes: Int? = 65_536,
        deadlineSeconds: Int? = nil, handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        self.maximumBodyBytes = Self.methodsWithoutBody.contains(method) ? nil : maximumBodyBytes
        self.deadlineSeconds =
            deadlineSeconds ?? (access.isChange ? Route.changeDeadline : Route.standardDeadline)
        self.handler = handler
        promptHandler = nil
        segments = pattern.split(separator: "/").map(String.init)
    }

    private init(
        prompt method: String, _ pattern: String, access: RouteAccess,
        handler: @escaping PromptHandler
    ) {
        self.method = method
        self.pattern = pattern
        self.access = access
        maximumBodyBytes = nil
        deadlineSeconds = Route.standardDeadline
        self.handler = { handler($0, $1).response }
        promptHandler = handler
        segments = pattern.split(separator: "/").map(String.init)
    }

    /// A route that answers from memory, waits for nobody and looks at no body.
    package static func prompt(
        _ method: String, _ pattern: String, access: RouteAccess,
        handler: @escaping PromptHandler
    ) -> Route {
        Route(prompt: method, pattern, access: access, handler: handler)
    }

    /// The captured segments when the path fits, else nil.
    func captures(_ path: [String]) -> [String]? {
        guard path.count == segments.count else { return nil }
        var captured: [String] = []
        for (segment, part) in zip(segments, path) {
            if segment.hasPrefix("{") {
                captured.append(part)
            } else if segment != part {
                return nil
            }
        }
        return captured
    }
}

/// What a table answers about a request.
package enum RouteMatch: Sendable {
    /// A route and its captures.
    case found(Route, captures: [String])
    /// The path exists, for these methods.
    case wrongMethod(allowed: [String])
    /// No such path.
    case none
}

/// All routes of a listener.
package struct RouteTable: Sendable {
    /// The routes in order.
    package let routes: [Route]

    /// A table of routes.
    package init(_ routes: [Route]) {
        self.routes = routes
    }

    /// Finds the route of a request.
    package func match(method: String, path: [String]) -> RouteMatch {
        let wanted = method == "HEAD" ? "GET" : method
        var allowed: [String] = []
        for route in routes {
            guard let captures = route.captures(path) else { continue }
            let answersAll = route.method == Route.anyMethod
            if route.method == wanted || answersAll && method != "CONNECT" {
                return .found(route, captures: captures)
            }
            allowed.append(answersAll ? "GET" : route.method)
            if allowed.last == "GET" { allowed.append("HEAD") }
        }
        return allowed.isEmpty ? .none : .wrongMethod(allowed: allowed.sorted())
    }
}
