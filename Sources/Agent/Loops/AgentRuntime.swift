// The agent's loops, in one place: polling, ticking, delivering.
//
// 1. All loops are children of `run`: they end with it, and an error of one ends all.
// 2. A reload ends the polls under way and starts the new ones; ticking and delivery go on.

import AgentConfiguration
import Logging
import Ports
import Synchronization

/// Runs an agent.
package final class AgentRuntime: Sendable {
    /// The owner of the state.
    package let core: AgentCore
    /// Delivers notifications.
    package let delivery: NotificationDelivery
    private let alertmanagers: AlertmanagerSender
    private let plan: Mutex<ResolvedConfiguration>
    private let reloadBell = Bell()
    private let logger: Logger

    /// A runtime over an agent that has been started.
    package init(
        core: AgentCore, delivery: NotificationDelivery, configuration: ResolvedConfiguration,
        logger: Logger
    ) {
        self.core = core
        self.delivery = delivery
        alertmanagers = AlertmanagerSender(
            core: core, endpoints: configuration.alertmanagers, logger: logger)
        plan = Mutex(configuration)
        self.logger = logger
    }

    /// Runs all loops until cancelled.
    ///
    /// - Throws: `AgentError.ledgerLost` and other errors after which the agent must not go on.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.tick() }
            group.addTask { try await self.delivery.run() }
            group.addTask { await self.alertmanagers.run() }
            group.addTask { await self.poll() }
            // No loop ends by itself: the first to end is the error or the cancellation.
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Puts another configuration in force, whole or not at all.
    ///
    /// - Throws: why it was refused; the former configuration stays in force.
    package func reload(_ configuration: ResolvedConfiguration) async throws {
        let former = plan.withLock { $0.configuration }
        guard configuration.configuration.ledger == former.ledger else {
            throw ReloadRefusal(
                "`ledger.url` cannot change while the agent runs; restart it with the new ledger")
        }
        await delivery.admit(configuration.endpoints)
        do {
            try await core.reload(configuration.configuration)
        } catch {
            await delivery.dismiss()
            throw error
        }
        plan.withLock { $0 = configuration }
        await delivery.replace(configuration.endpoints)
        alertmanagers.replace(configuration.alertmanagers)
        reloadBell.ring()
    }

    private func tick() async throws {
        while !Task.isCancelled {
            let wait = try await core.tick()
            await core.tickBell.wait(atMostMilliseconds: wait, on: core.ports.waiter)
        }
    }

    private func poll() async {
        while !Task.isCancelled {
            let current = plan.withLock { $0 }
            await withTaskGroup(of: Void.self) { group in
                for loop in current.pollLoops(core: core) {
                    group.addTask { await self.run(loop) }
                }
                group.addTask { await self.waitForReload() }
                // Poll loops end by cancellation alone, so the first to end is the reload.
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func waitForReload() async {
        await reloadBell.waitForRing()
    }

    private func run(_ loop: PollLoop) async {
        do {
            try await loop.run()
        } catch {
            guard !Task.isCancelled else { return }
            logger.error(
                "source \(loop.sourceIdentifier): its loop ended: \(error); reload to start it again",
                source: "poll")
            // The other loops go on; this one waits for the reload.
            await Bell().waitForRing()
        }
    }
}

/// Why a reload was refused.
package struct ReloadRefusal: Error, Sendable, CustomStringConvertible {
    /// What happened and what to do.
    package let description: String

    /// A refusal in words.
    package init(_ description: String) {
        self.description = description
    }
}
