// The seams that the agent reaches the world through, handed over in one value.

import Ports

/// Every effect of the agent goes through one of these.
package struct AgentPorts: Sendable {
    /// Outgoing HTTP.
    package let transport: any Transport
    /// The date.
    package let wallClock: any WallClock
    /// Measuring and waiting.
    package let waiter: any Waiter
    /// Chance: jitter and identifiers.
    package let random: any RandomSource
    /// Durable storage.
    package let store: any Store

    /// The seams of one agent.
    package init(
        transport: any Transport, wallClock: any WallClock, waiter: any Waiter,
        random: any RandomSource, store: any Store
    ) {
        self.transport = transport
        self.wallClock = wallClock
        self.waiter = waiter
        self.random = random
        self.store = store
    }
}
