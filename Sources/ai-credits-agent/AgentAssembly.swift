// Puts the rooms together: one agent on real clocks, network and storage.

import Agent
import AgentConfiguration
import Logging
import Ports

/// The parts of an agent that other parts ask for.
struct AgentAssembly {
    let core: AgentCore
    private let backlog = OutboxBacklogBox()
    private let logger: Logger

    /// An agent that has not been started.
    init(
        configuration: AgentConfiguration, transport: any Transport, store: any Store,
        meters: Meters = Meters(), externalURL: String, logger: Logger
    ) {
        let snapshots = SnapshotBox()
        let metrics = MetricsBuilder(
            snapshots: snapshots, meters: meters, backlog: backlog, build: .current,
            includesProcess: true, lease: { store.lease })
        core = AgentCore(
            configuration: configuration,
            ports: AgentPorts(
                transport: transport,
                wallClock: SteadyWallClock(wall: SystemWallClock(), waiter: SystemWaiter()),
                waiter: SystemWaiter(),
                random: SystemRandomSource(), store: store),
            snapshots: snapshots, meters: meters, metrics: metrics, externalURL: externalURL,
            logger: logger)
        self.logger = logger
    }

    /// The loops of the agent.
    func runtime(_ configuration: ResolvedConfiguration) -> AgentRuntime {
        let delivery = NotificationDelivery(
            ports: core.ports, meters: core.meters, backlog: backlog, bell: core.outboxBell,
            directory: configuration.endpoints, logger: logger)
        return AgentRuntime(
            core: core, delivery: delivery, configuration: configuration, logger: logger)
    }
}
