// The routes of the agent's two faces: the web and the control socket.

import Agent
import AgentConfiguration
import Credits
import Ports

/// Builds the routes.
package struct AgentWeb: Sendable {
    private let core: AgentCore
    private let build: BuildInformation
    private let enablesLifecycle: Bool
    private let reload: @Sendable () async -> String?
    private let desk: QueryDesk
    private let startedAt: Timestamp

    /// The faces of an agent.
    ///
    /// - Parameter reload: reloads the configuration; answers the refusal, or nil.
    package init(
        core: AgentCore, build: BuildInformation, enablesLifecycle: Bool,
        reload: @escaping @Sendable () async -> String?
    ) {
        self.core = core
        self.build = build
        self.enablesLifecycle = enablesLifecycle
        self.reload = reload
        startedAt = core.ports.wallClock.now()
        // One processor is left to the agent itself.
        desk = QueryDesk(maximumRunning: min(4, max(1, ProcessorCount.online - 1)))
    }

    /// The routes of one face; the control socket has some of its own.
    func routes(isControl: Bool) -> [Route] {
        let clock = core.ports.wallClock
        let health = HealthRoutes(
            snapshots: core.snapshots, reload: reload,
            allowsReload: enablesLifecycle || isControl)
        return [
            LandingPage(snapshots: core.snapshots, build: build, clock: clock).route,
            MetricsRoute(metrics: core.metrics, clock: clock).route,
            GateRoute(snapshots: core.snapshots, meters: core.meters, clock: clock).route,
        ] + health.routes + OrganizationRoutes(core: core).routes
            + CapRoutes(core: core).routes + AuditRoutes(core: core).routes
            + BookRoutes(core: core).routes + HoldRoutes(core: core).routes
            + QueryRoutes(core: core, build: build, desk: desk).routes
            + (isControl ? NotificationRoutes(core: core).routes : [])
            + SilenceRoutes(core: core, build: build, startedAt: startedAt).routes
            + AlertRoutes(core: core).routes
    }

    /// The web's responder, guarded by the configuration.
    ///
    /// - Parameter guardian: what stands in front of every page.
    package func web(
        _ configuration: AgentConfiguration, guardian: WebGuard? = nil
    ) -> WebResponder {
        WebResponder(
            table: RouteTable(routes(isControl: false)),
            access: AccessControl(configuration), meters: core.meters,
            externalURL: core.externalURL, guardian: guardian)
    }

    /// The control socket's responder; the socket's permission is the credential.
    package func control() -> WebResponder {
        WebResponder(
            table: RouteTable(routes(isControl: true)), access: nil, meters: core.meters)
    }
}
