// Starting: everything in memory is rebuilt from the store before anybody is answered.

import AgentConfiguration
import Alerting
import Credits
import Ledger
import Logging
import Ports
import PositionedYAML
import UsageSources

/// Why the agent does not start or cannot go on.
package enum AgentError: Error, Sendable, CustomStringConvertible {
    /// The ledger's entries do not agree with each other.
    case ledgerDamaged([LedgerFinding])
    /// The ledger was deleted, replaced or taken over under the agent.
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

/// What the store held.
private struct StoredState: Sendable {
    var organizations: [RebuiltOrganization]
    var successes: [String: Timestamp]
    var covered: [String: Set<CalendarDay>]
    var alerts: [AlertRecord]
    var log: [NotificationLogRecord]
    var silences: [Silence]
    /// Nil for a reload, which changes none.
    var holds: HoldBook?
}

/// What a configuration changes in the store; written in one transaction, so that a load that
/// fails has changed nothing.
private struct LoadedChanges: Sendable {
    var products: [(organization: String, products: [ProductState])] = []
    var terms: [(record: TermsRecord, audit: AuditRecord)] = []
    var months: [(organization: String, month: BillingMonth)] = []
    var endedRules: [String] = []
    var notifications = NotifierRows()
    var events: [OutboxRow] = []

    func write(to rows: any StoreRows) throws {
        for (organization, products) in products {
            try Self.put(products, of: organization, in: rows)
        }
        for (record, audit) in terms {
            try rows.appendTerms(record)
            try rows.appendAudit(audit)
        }
        for (organization, month) in months { try rows.putOpenMonth(month, of: organization) }
        for identity in endedRules { try rows.replaceAlertRecords(ofRule: identity, with: []) }
        for record in notifications.log { try rows.putNotificationLog(record) }
        try rows.enqueue(notifications.outbox + events)
    }

    var isEmpty: Bool {
        products.isEmpty && terms.isEmpty && months.isEmpty && endedRules.isEmpty
            && notifications.isEmpty
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
}

extension AgentCore {
    /// Verifies the ledger, rebuilds all state, records what the configuration changes.
    ///
    /// - Throws: `AgentError.ledgerDamaged`, or what the store throws.
    package func start() async throws {
        try await exclusively {
            try await load(configuration, for: .start)
            isReady = true
            publish()
        }
    }

    /// Puts another configuration in force, whole; what is unchanged goes on as it was.
    ///
    /// - Throws: what `start` throws; the former configuration stays in force then.
    package func reload(_ configuration: AgentConfiguration) async throws {
        try await exclusively {
            try await load(configuration, for: .reload)
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
    func load(_ configuration: AgentConfiguration, for occasion: LoadOccasion) async throws {
        let now = ports.wallClock.now()
        let stored = try await readState(for: configuration, occasion, now: now)
        let findings = stored.organizations.flatMap(\.findings)
        guard findings.isEmpty else { throw AgentError.ledgerDamaged(findings) }
        // Which sources there are, and had posted before, does not change without a load.
        let posting = occasion == .recovery ? nil : try await refuseConflicts(configuration)
        var changes = LoadedChanges()
        var nextRules = rules
        let reach = RuleReach(configuration)
        let ended = nextRules.load(
            configuration, reach: reach, externalURL: externalURL,
            stored: occasion == .start ? stored.alerts : nil, now: now)
        if occasion == .recovery { nextRules.restore(stored: stored.alerts) }
        var next = Notifier(configuration: configuration, externalURL: externalURL)
        next.silences = SilenceBook(stored.silences)
        next.restore(
            book: nextRules.book, ended: ended.transitions, log: stored.log, now: now)
        changes.notifications = next.handle(
            transitions: ended.transitions, book: nextRules.book, now: now, random: ports.random)
        changes.endedRules = Set(ended.removed.map(\.ruleIdentity)).sorted()
        let states = stored.organizations.map {
            reconciled($0.state, notifier: next, now: now, changes: &changes)
        }
        if !changes.isEmpty { try await write { [changes] in try changes.write(to: $0) } }
        // From here on nothing fails: the configuration is in force.
        self.configuration = configuration
        rules = nextRules
        notifier = next
        feed = AlertmanagerFeed()
        organizations = Dictionary(
            states.map { ($0.configuration.id, $0) }, uniquingKeysWith: { first, _ in first })
        if let posting { plan = SourcePlan(configuration, posting: posting) }
        rebuildSources(stored, reported: posting?.products ?? [:], now: now)
        if let book = stored.holds {
            holds = book
            hasEndedHolds = occasion == .recovery || book.openCount > 0
        }
        for mistake in reach.mistakes(in: configuration) {
            logger.warning("\(mistake.position): \(mistake.message)", source: "rules")
        }
        for (record, _) in changes.terms {
            logger.info("\(TermsAudit.sentence(of: record))", source: "limits")
        }
        if occasion != .recovery {
            lastReloadSuccess = now
            lastReloadSucceeded = true
        }
        publish()
        outboxBell.ring()
        let cause = occasion.cause
        for state in states { await settleOrReport(state.configuration.id, cause: cause, now: now) }
    }

    /// How many entries a start verifies, shared by the organizations; `ledger verify` reads all.
    private static let verifiedEntries: Int64 = 20_000
    private static let fewestVerifiedEntries: Int64 = 20

    private func readState(
        for configuration: AgentConfiguration, _ occasion: LoadOccasion, now: Timestamp
    ) async throws -> StoredState {
        let today = ZonedCalendar.utc.day(at: now)
        let known = DayWindow(
            first: today.adding(days: -SourceState.rememberedDays), last: today.adding(days: 1))
        let share = Self.verifiedEntries / Int64(max(1, configuration.organizations.count))
        let count = occasion == .recovery ? 1 : max(Self.fewestVerifiedEntries, share)
        let due = dueReleases
        let body: @Sendable (any StoreRows) throws -> StoredState = { rows in
            StoredState(
                organizations: try configuration.organizations.map {
                    try LedgerRebuild.organization(
                        $0, from: rows, verifyingLast: count)
                },
                successes: try rows.sourceSuccesses(),
                covered: try rows.coveredDays(of: nil, in: known), alerts: try rows.alertRecords(),
                log: try rows.notificationLog(), silences: try rows.silences(),
                holds: occasion == .reload ? nil : try Self.readHolds(rows, due: due))
        }
        guard occasion == .recovery else {
            try requireCertainty()
            return try await ports.store.read(body)
        }
        let state = try await writeAnyway(body)
        isMemoryUncertain = false
        return state
    }

    /// What the configuration changes about terms and products of an organization.
    private func reconciled(
        _ state: OrganizationState, notifier: Notifier, now: Timestamp,
        changes: inout LoadedChanges
    ) -> OrganizationState {
        var state = state
        let before = state
        let records = TermsReconciliation.records(
            for: state.configuration, history: state.terms, now: now)
        let products = state.products.values.filter(\.wasEverEnabled).sorted { $0.id < $1.id }
        if !products.isEmpty { changes.products.append((state.configuration.id, products)) }
        let isNew = before.terms.records.isEmpty
        for record in records {
            let audit = TermsAudit.record(
                of: record, before: before.terms, at: now, now: now)
            changes.terms.append((record, audit))
            state.terms.append(record)
            guard !isNew, changesLimit(record, of: before) else { continue }
            changes.events += notifier.events(
                of: record, before: before, at: now, transition: nil,
                standing: before.standing(at: now), random: ports.random)
        }
        if state.openMonth == nil {
            let month = state.terms.terms(at: now).calendar.month(at: now)
            state.openMonth = month
            changes.months.append((state.configuration.id, month))
        }
        return state
    }

    /// Whether a record brings another policy or cap, not only another owner.
    private func changesLimit(_ record: TermsRecord, of state: OrganizationState) -> Bool {
        let former = state.terms.terms(at: record.recordedAt)
        return switch record.change {
        case .policy(let policy, _): policy != former.policy
        case .cap(let cap, let product): cap != former.caps[product]
        case .base, .pricing, .zone: false
        }
    }

    /// Sources keep their counters through a reload.
    private func rebuildSources(
        _ stored: StoredState, reported: [String: Set<String>], now: Timestamp
    ) {
        let successes = stored.successes
        var next: [SourceState] = []
        for source in configuration.sources {
            var state =
                sources[source.id]
                ?? SourceState(
                    id: source.id, organization: source.organization, addedAt: now,
                    lastSuccess: successes[source.id].map { min($0, now) })
            if state.organization != source.organization {
                state = SourceState(
                    id: source.id, organization: source.organization, addedAt: now,
                    lastSuccess: nil)
            }
            let covered = ([source.id] + source.replaces).compactMap { stored.covered[$0] }
            state.settled = nil
            state.coveredDays = covered.reduce(into: []) { $0.formUnion($1) }
            for id in [source.id] + source.replaces {
                state.reportedProducts.formUnion(reported[id] ?? [])
            }
            state.configure(source, organization: calendar(of: source.organization))
            next.append(state)
        }
        sources = SourceTable(next)
    }

    /// A new source must not report again what a removed one has posted.
    ///
    /// Products known only from the rows are judged by the poll itself.
    ///
    /// - Returns: what each source has posted.
    private func refuseConflicts(
        _ configuration: AgentConfiguration
    ) async throws -> PostedSources {
        try await ports.store.read { rows in
            let posted = try configuration.organizations.flatMap {
                try rows.postedProducts(of: $0.id)
            }
            let configured = Set(configuration.sources.map(\.id))
            let known = Set(posted.map(\.source))
            let removed = posted.filter { !configured.contains($0.source) }
            for source in configuration.sources where !known.contains(source.id) {
                guard let product = source.literalProduct else { continue }
                let conflict = try removed.first { former in
                    try former.organization == source.organization && former.product == product
                        && !source.replaces.contains(former.source) && rows.holdsCredits(former)
                }
                if let conflict {
                    throw ConfigurationConflict(
                        source: source.id, removed: conflict.source, product: product,
                        organization: source.organization)
                }
            }
            return posted.reduce(into: PostedSources()) { $0.take($1) }
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
