// Starting: everything in memory is rebuilt from the store before anybody is answered.

import AgentConfiguration
import Alerting
import Credits
import Ledger
import Logging
import Ports
import UsageSources

/// Why the agent does not start or cannot go on.
package enum AgentError: Error, Sendable, CustomStringConvertible {
    /// The ledger's entries do not agree with each other.
    case ledgerDamaged([LedgerFinding])
    /// The ledger's file was deleted or replaced under the agent.
    case ledgerLost(String)

    package var description: String {
        switch self {
        case .ledgerDamaged(let findings):
            "the ledger is damaged; restore it from a backup, or find the cause with "
                + "`ledger verify`: "
                + findings.prefix(5).map(\.description).joined(separator: "; ")
        case .ledgerLost(let message): message
        }
    }
}

/// What the store held at start.
private struct StoredState: Sendable {
    var organizations: [RebuiltOrganization]
    var successes: [String: Timestamp]
}

extension AgentCore {
    /// Verifies the ledger, rebuilds all state, records what the configuration changes.
    ///
    /// - Throws: `AgentError.ledgerDamaged`, or what the store throws.
    package func start() async throws {
        try await exclusively {
            try await load(configuration, isStart: true)
            isReady = true
            publish()
        }
    }

    /// Puts another configuration in force, whole; what is unchanged goes on as it was.
    ///
    /// - Throws: what `start` throws; the former configuration stays in force then.
    package func reload(_ configuration: AgentConfiguration) async throws {
        try await exclusively {
            try await load(configuration, isStart: false)
        }
        tickBell.ring()
    }

    /// Notes that a reload was refused; the former configuration stays in force.
    package func noteRefusedReload() async {
        await exclusively {
            lastReloadSucceeded = false
            publish()
        }
    }

    /// Loads organizations and sources of a configuration and makes it the one in force.
    func load(_ configuration: AgentConfiguration, isStart: Bool) async throws {
        let stored = try await ports.store.read { rows in
            StoredState(
                organizations: try configuration.organizations.map {
                    try LedgerRebuild.organization($0, from: rows)
                },
                successes: try rows.sourceSuccesses())
        }
        let findings = stored.organizations.flatMap(\.findings)
        guard findings.isEmpty else { throw AgentError.ledgerDamaged(findings) }
        try await refuseConflicts(configuration)
        let now = ports.wallClock.now()
        let states = try await recordTerms(stored.organizations.map(\.state), now: now)
        self.configuration = configuration
        organizations = Dictionary(
            states.map { ($0.configuration.id, $0) }, uniquingKeysWith: { first, _ in first })
        rebuildSources(successes: stored.successes, now: now)
        try await loadRules(isStart: isStart, now: now)
        lastReloadSuccess = now
        lastReloadSucceeded = true
        publish()
        for state in states { try await settle(state.configuration.id, cause: "start", now: now) }
    }

    /// Puts rules and receivers in force; the alerts of rules that are gone end.
    private func loadRules(isStart: Bool, now: Timestamp) async throws {
        let (records, log) = try await ports.store.read { rows in
            (try rows.alertRecords(), try rows.notificationLog())
        }
        let change = rules.load(
            configuration, externalURL: externalURL, stored: isStart ? records : nil, now: now)
        var next = Notifier(configuration: configuration, externalURL: externalURL)
        next.restore(book: rules.book, log: log, now: now)
        let ended = next.handle(
            transitions: change.transitions, book: rules.book, now: now, random: ports.random)
        let removed = Set(change.removed.map(\.ruleIdentity)).sorted()
        if !removed.isEmpty || !ended.isEmpty {
            try await write { rows in
                for identity in removed {
                    try rows.replaceAlertRecords(ofRule: identity, with: [])
                }
                for record in ended.log { try rows.putNotificationLog(record) }
                try rows.enqueue(ended.outbox)
            }
        }
        notifier = next
        outboxBell.ring()
    }

    /// Sources keep their counters through a reload.
    private func rebuildSources(successes: [String: Timestamp], now: Timestamp) {
        var next: [String: SourceState] = [:]
        for source in configuration.sources {
            var state =
                sources[source.id]
                ?? SourceState(
                    id: source.id, organization: source.organization, addedAt: now,
                    lastSuccess: successes[source.id])
            if state.organization != source.organization {
                state = SourceState(
                    id: source.id, organization: source.organization, addedAt: now,
                    lastSuccess: nil)
            }
            next[source.id] = state
        }
        sources = next
    }

    /// Writes what the configuration changes about terms and products.
    private func recordTerms(
        _ states: [OrganizationState], now: Timestamp
    ) async throws -> [OrganizationState] {
        var next: [OrganizationState] = []
        for state in states {
            var state = state
            let records = TermsReconciliation.records(
                for: state.configuration, history: state.terms, now: now)
            let products = state.products.values.filter(\.wasEverEnabled).sorted { $0.id < $1.id }
            let id = state.configuration.id
            let before = state.terms
            if !records.isEmpty || !products.isEmpty {
                try await write { rows in
                    try Self.put(products, of: id, in: rows)
                    for record in records {
                        try rows.appendTerms(record)
                        try rows.appendAudit(
                            TermsAudit.record(of: record, before: before, now: now))
                    }
                }
            }
            for record in records {
                state.terms.append(record)
                logger.info("\(TermsAudit.sentence(of: record))", source: "limits")
            }
            next.append(state)
        }
        return next
    }

    private static func put(
        _ products: [ProductState], of organization: String, in rows: any StoreRows
    ) throws {
        let known = Set(
            try rows.products(of: organization).filter(\.wasEverEnabled).map(\.id))
        for product in products where !known.contains(product.id) {
            try rows.putProduct(
                ProductRecord(
                    organization: organization, id: product.id, wasEverEnabled: true))
        }
    }

    /// A new source must not report again what a removed one has posted.
    ///
    /// Products known only from the rows are judged by the poll itself.
    private func refuseConflicts(_ configuration: AgentConfiguration) async throws {
        let configured = Set(configuration.sources.map(\.id))
        let posted = try await ports.store.read { rows in
            try configuration.organizations.flatMap {
                try rows.postedKeys(of: $0.id, sources: nil, in: nil)
            }
        }
        let known = Set(posted.map(\.source))
        for source in configuration.sources where !known.contains(source.id) {
            guard let product = source.literalProduct else { continue }
            let conflict = posted.first { key in
                key.organization == source.organization && key.product == product
                    && key.credits != .zero && !configured.contains(key.source)
                    && !source.replaces.contains(key.source)
            }
            if let conflict {
                throw ConfigurationConflict(
                    source: source.id, removed: conflict.source, product: product,
                    organization: source.organization)
            }
        }
    }
}

/// A new source that would count again what a removed one has posted.
package struct ConfigurationConflict: Error, Sendable, CustomStringConvertible {
    let source: String
    let removed: String
    let product: String
    let organization: String

    package var description: String {
        "source `\(source)` would count product `\(product)` of organization `\(organization)` "
            + "again, which source `\(removed)`, no longer configured, has posted; write "
            + "`replaces: [\(removed)]` at source `\(source)` if it is the same usage, or put "
            + "`\(removed)` back"
    }
}
