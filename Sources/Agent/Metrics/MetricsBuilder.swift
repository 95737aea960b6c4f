// All families of the agent, from one snapshot and one reading of the clock.

import Alerting
import Credits
import Exposition
import Ports

/// What the program says about itself.
package struct BuildInformation: Sendable, Hashable {
    /// Version of the agent.
    package let version: String
    /// Revision of its source.
    package let revision: String
    /// Version of Swift.
    package let swiftVersion: String
    /// Version of libcurl.
    package let curlVersion: String
    /// Version of the ledger's engine.
    package let storeVersion: String

    /// The versions of a build.
    package init(
        version: String, revision: String, swiftVersion: String, curlVersion: String,
        storeVersion: String
    ) {
        self.version = version
        self.revision = revision
        self.swiftVersion = swiftVersion
        self.curlVersion = curlVersion
        self.storeVersion = storeVersion
    }
}

/// Builds everything that `/metrics` and the virtual scrape show.
package struct MetricsBuilder: Sendable {
    private let snapshots: SnapshotBox
    private let meters: Meters
    private let backlog: OutboxBacklogBox
    private let build: BuildInformation
    /// Whether process_* families are read from /proc; the simulation leaves them out.
    private let includesProcess: Bool
    private let lease: @Sendable () -> LedgerLease?

    /// A builder over what the agent publishes and what it knows of its hold on the ledger.
    package init(
        snapshots: SnapshotBox, meters: Meters, backlog: OutboxBacklogBox,
        build: BuildInformation, includesProcess: Bool,
        lease: @escaping @Sendable () -> LedgerLease? = { nil }
    ) {
        self.snapshots = snapshots
        self.meters = meters
        self.backlog = backlog
        self.build = build
        self.includesProcess = includesProcess
        self.lease = lease
    }

    /// The families at an instant.
    package func families(at now: Timestamp) -> [MetricFamily] {
        let snapshot = snapshots.value
        var builder = FamilyBuilder()
        addOrganizations(snapshot, now: now, to: &builder)
        addOthers(snapshot, now: now, to: &builder)
        return builder.families
    }

    /// The same families in parts, for the rules: all of them, or of some organizations alone.
    func scrape(of organizations: Set<String>? = nil, at now: Timestamp) -> AgentScrape {
        let snapshot = snapshots.value
        var parts: [ScrapePart] = []
        for organization in snapshot.organizations
        where organizations?.contains(organization.id) ?? true {
            var alone = AgentSnapshot()
            alone.organizations = [organization]
            var builder = FamilyBuilder()
            addOrganizations(alone, now: now, to: &builder)
            parts.append(
                ScrapePart(organization: organization.id, families: builder.families))
        }
        if organizations == nil {
            var builder = FamilyBuilder()
            addOthers(snapshot, now: now, to: &builder)
            parts.append(ScrapePart(organization: nil, families: builder.families))
        }
        return AgentScrape(parts: parts, isWhole: organizations == nil)
    }

    /// What a change of the ledger changes.
    private func addOrganizations(
        _ snapshot: AgentSnapshot, now: Timestamp, to builder: inout FamilyBuilder
    ) {
        OrganizationFamilies(snapshot, now: now).add(to: &builder)
        ProductFamilies(snapshot, now: now).add(to: &builder)
    }

    private func addOthers(
        _ snapshot: AgentSnapshot, now: Timestamp, to builder: inout FamilyBuilder
    ) {
        HoldFamilies(snapshot, meters.current.holds, now: now).add(to: &builder)
        SourceFamilies(snapshot).add(to: &builder)
        RequestFamilies(snapshot, meters.requestBook, now: now).add(to: &builder)
        SourceYieldFamilies(snapshot, now: now).add(to: &builder)
        MeterFamilies(meters.current, backlog: backlog.value, now: now).add(to: &builder)
        AlertmanagerFamilies(meters.alertmanagers.current).add(to: &builder)
        WebGuardFamilies(readings: meters.webGuard.current).add(to: &builder)
        addAgent(snapshot, now: now, to: &builder)
        if includesProcess { ProcessFamilies().add(to: &builder) }
    }

    private func addAgent(
        _ snapshot: AgentSnapshot, now: Timestamp, to builder: inout FamilyBuilder
    ) {
        builder.add(
            "ai_credits_agent_build_info", .info,
            "Versions of the agent and of the libraries it runs on.",
            [
                .count(
                    [
                        Label("version", build.version), Label("revision", build.revision),
                        Label("swiftversion", build.swiftVersion),
                        Label("libcurl", build.curlVersion), Label("store", build.storeVersion),
                    ], 1)
            ])
        builder.add(
            "ai_credits_config_last_reload_successful", .gauge,
            "Whether the last load of the configuration succeeded.",
            [.flag([], snapshot.lastReloadSucceeded)])
        builder.add(
            "ai_credits_config_last_reload_success_timestamp_seconds", .gauge,
            "When the configuration in force was loaded.", unit: "seconds",
            snapshot.lastReloadSuccess.map { [.instant([], $0)] } ?? [])
        let silences = snapshot.silences.counts(at: now.milliseconds)
        builder.add(
            "ai_credits_silences", .gauge, "Silences by state.",
            SilenceState.allCases.map { state in
                .count([Label("state", state.rawValue)], silences[state] ?? 0)
            })
        let entries = snapshot.organizations.reduce(into: Int64(0)) { $0 += $1.state.entryCount }
        builder.add(
            "ai_credits_ledger_entries_total", .counter, "Entries in the ledger.",
            [.count([], entries)])
        addLease(to: &builder)
    }

    private func addLease(to builder: inout FamilyBuilder) {
        guard let lease = lease() else { return }
        builder.add(
            "ai_credits_ledger_lease_held", .gauge,
            "Whether it is certain that no other agent may write to the ledger.",
            [.flag([], lease.isHeld)])
        builder.add(
            "ai_credits_ledger_epoch", .gauge,
            "How often the ledger was taken; writes of a former epoch are refused.",
            [.count([], lease.epoch)])
    }
}
