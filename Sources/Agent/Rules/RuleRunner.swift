// The rules in force, the samples they read, and the grid they are evaluated on.
//
// 1. Samples are taken on the evaluation grid and at each change of the ledger; their timestamps
//    rise strictly.
// 2. Slots are multiples of a group's interval since 1970; a missed slot is skipped. What happens
//    in a slot has the slot's time; the first round and a change of the ledger have their own.
// 3. Alert states follow the store: `restore` puts the last stored ones back.

import AgentConfiguration
import Alerting
import Credits
import PromQL

/// Evaluates rules over the agent's own samples.
struct RuleRunner: Sendable {
    /// The most series kept for rules.
    static let maximumSeries = 200_000

    private(set) var book = RuleBook()
    private(set) var samples = SampleStore(maximumSeries: Self.maximumSeries)
    private(set) var groupStatuses: [RuleGroupStatus] = []
    private(set) var alertCounts: [AlertCount] = []
    private var scrapes = ScrapeBook()
    private var lastTimestamp: Int64?
    private var lastSlots: [Int64?] = []
    private var lastScrapeSlot: Int64?
    /// Whether there was a round since the start, or since the samples began anew.
    private var hasBegun = false
    private var lastDrop: Int64?
    private let engine = PromQLEngine()
    private var settings: Settings

    /// What the configuration says about rules.
    private struct Settings: Sendable {
        let interval: Int64
        let retention: Int64
        let scrapeLabels: [LabelPair]
        let surroundings: RuleSurroundings

        init(_ configuration: AgentConfiguration, externalURL: String) {
            interval = configuration.evaluationIntervalMilliseconds
            retention = configuration.queryRetentionMilliseconds
            scrapeLabels = configuration.scrapeLabels
            // A resolved alert outlives the longest wait of its groups, also over a restart.
            let longestWait =
                configuration.notifications.route?.flattened.map(\.groupInterval).max() ?? 0
            surroundings = RuleSurroundings(
                externalLabels: SeriesLabels(configuration.externalLabels),
                externalURL: externalURL,
                resolvedRetention: max(
                    900_000, longestWait.multipliedReportingOverflow(by: 2).partialValue))
        }
    }

    init(configuration: AgentConfiguration, externalURL: String) {
        settings = Settings(configuration, externalURL: externalURL)
    }

    // MARK: Loading

    /// Puts the rules of a configuration in force.
    ///
    /// - Parameters:
    ///   - reach: which series there are under the configuration.
    ///   - stored: the stored alerts at start; nil for a reload.
    /// - Returns: what ended because its rule is gone.
    mutating func load(
        _ configuration: AgentConfiguration, reach: RuleReach, externalURL: String,
        stored: [AlertRecord]?, now: Timestamp
    ) -> RuleBookChange {
        settings = Settings(configuration, externalURL: externalURL)
        let change: RuleBookChange
        if let stored {
            (book, change) = RuleBook.restored(
                files: configuration.ruleFiles, engine: engine,
                surroundings: settings.surroundings, records: stored, now: now.milliseconds)
        } else {
            change = book.reload(
                files: configuration.ruleFiles, engine: engine,
                surroundings: settings.surroundings, now: now.milliseconds, in: &samples)
        }
        let known = Dictionary(
            groupStatuses.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        groupStatuses = book.groups.map { evaluator in
            let name = "\(evaluator.group.file);\(evaluator.group.name)"
            var status = known[name] ?? RuleGroupStatus(name: name)
            status.unmatchedSelectors = Int64(reach.unmatchedSelectors(of: evaluator.group))
            return status
        }
        lastSlots = book.groups.map { _ in nil }
        countAlerts()
        return change
    }

    /// Begins the samples anew, for a clock that went back.
    mutating func forgetSamples() {
        samples.removeAll()
        scrapes = ScrapeBook()
        lastTimestamp = nil
        lastSlots = book.groups.map { _ in nil }
        lastScrapeSlot = nil
        hasBegun = false
    }

    /// Puts samples before the first round that were rebuilt from the ledger.
    mutating func adopt(_ history: RebuiltHistory) {
        guard !hasBegun else { return }
        samples = history.samples
        scrapes = ScrapeBook(rebuilt: history.live)
        lastTimestamp = history.lastTimestamp
    }

    /// Puts former alert states back when the evaluation could not be stored.
    mutating func restore(_ former: RuleBook) {
        book = former
        countAlerts()
    }

    /// Puts the stored alerts in the place of those in memory; the rules' series go on.
    mutating func restore(stored records: [AlertRecord]) {
        book.restore(records)
        countAlerts()
    }

    // MARK: The grid

    private func interval(_ index: Int) -> Int64 {
        book.groups[index].group.interval ?? settings.interval
    }

    private static func slot(_ instant: Int64, interval: Int64) -> Int64 {
        instant - (instant % interval + interval) % interval
    }

    /// The indices of the groups whose slot has come.
    private func dueGroups(at now: Timestamp) -> [Int] {
        book.groups.indices.filter { index in
            let slot = Self.slot(now.milliseconds, interval: interval(index))
            return lastSlots[index].map { slot > $0 } ?? true
        }
    }

    /// Whether the slot of the agent's own samples has come.
    private func isScrapeDue(at now: Timestamp) -> Bool {
        let slot = Self.slot(now.milliseconds, interval: settings.interval)
        return lastScrapeSlot.map { slot > $0 } ?? true
    }

    /// Whether the slot of the samples or of a group has come.
    func isDue(at now: Timestamp) -> Bool {
        isScrapeDue(at: now) || !dueGroups(at: now).isEmpty
    }

    /// The next slot of the samples or of any group.
    func nextSlot(after now: Timestamp) -> Timestamp {
        let intervals = [settings.interval] + book.groups.indices.map(interval)
        let slots = intervals.map { Self.slot(now.milliseconds, interval: $0) + $0 }
        return Timestamp(milliseconds: slots.min() ?? now.milliseconds)
    }

    /// The time of a round: that of its latest slot.
    private func roundTime(_ indices: [Int], at now: Timestamp, all: Bool) -> Int64 {
        var time = now.milliseconds
        if !all, hasBegun {
            let intervals =
                indices.map(interval) + (isScrapeDue(at: now) ? [settings.interval] : [])
            time = intervals.map { Self.slot(time, interval: $0) }.max() ?? time
        }
        // Two rounds within a millisecond, or a slot after a later change, still get rising times.
        return max(time, (lastTimestamp ?? .min) &+ 1)
    }

    /// The groups with their intervals and last durations.
    var listing: [RuleGroupListing] {
        book.groups.indices.map { index in
            RuleGroupListing(
                evaluator: book.groups[index], intervalMilliseconds: interval(index),
                lastDurationSeconds: groupStatuses[index].lastDurationSeconds)
        }
    }

    // MARK: Evaluating

    /// Whether the next round has to sample all families, not only those that changed.
    func needsWholeScrape(at now: Timestamp) -> Bool {
        !hasBegun || isScrapeDue(at: now)
    }

    /// Samples families and evaluates groups.
    ///
    /// - Parameters:
    ///   - scrape: all families, or when `needsWholeScrape` allows it those that changed.
    ///   - now: the instant of the evaluation.
    ///   - all: every group because the ledger changed, or only those whose slot has come.
    ///   - measure: seconds on a monotonic clock.
    mutating func evaluate(
        _ scrape: AgentScrape, at now: Timestamp, all: Bool, measure: () -> Double
    ) -> RuleRound {
        var round = RuleRound()
        let indices = all ? Array(book.groups.indices) : dueGroups(at: now)
        let timestamp = roundTime(indices, at: now, all: all)
        let isSlot = isScrapeDue(at: now)
        if all || isSlot {
            lastScrapeSlot = Self.slot(now.milliseconds, interval: settings.interval)
            let refused = scrapes.append(
                scrape, labels: settings.scrapeLabels, timestamp: timestamp,
                onlyChanges: !isSlot, to: &samples)
            round.refusedSamples += Int64(refused)
        }
        lastTimestamp = timestamp
        hasBegun = true
        for index in indices {
            let slot = Self.slot(now.milliseconds, interval: interval(index))
            if !all || slot > (lastSlots[index] ?? .min) { lastSlots[index] = slot }
            let start = measure()
            let result = book.evaluate(
                group: index, at: timestamp, in: &samples, measure: measure)
            groupStatuses[index].lastDurationSeconds = measure() - start
            groupStatuses[index].evaluations += Int64(result.rules.count)
            groupStatuses[index].failures += Int64(result.rules.count { $0.health == .err })
            round.take(result)
        }
        dropOldSamples(now: timestamp)
        countAlerts()
        return round
    }

    private mutating func dropOldSamples(now: Int64) {
        // Dropping looks at every series: once a minute is often enough.
        guard lastDrop.map({ now - $0 >= 60_000 }) ?? true else { return }
        lastDrop = now
        samples.drop(before: now - settings.retention)
    }

    private mutating func countAlerts() {
        var counts: [AlertCountKey: Int64] = [:]
        for listed in book.alerts where listed.alert.phase != .inactive {
            let key = AlertCountKey(
                organization: listed.alert.labels["organization"] ?? "",
                name: listed.alert.name, state: listed.alert.phase.rawValue)
            counts[key, default: 0] += 1
        }
        alertCounts = counts.map { key, count in
            AlertCount(
                organization: key.organization, name: key.name, state: key.state, count: count)
        }
    }

    private struct AlertCountKey: Hashable {
        let organization: String
        let name: String
        let state: String
    }
}

/// What one round of evaluations gave.
struct RuleRound: Sendable {
    /// Changes of alerts, in the order of the rules.
    private(set) var transitions: [AlertTransition] = []
    /// Identities of the rules whose alerts have to be stored.
    private(set) var changedRules: Set<String> = []
    /// Rules that failed, with their errors.
    private(set) var failures: [RuleOutcome] = []
    /// Samples that the store refused.
    var refusedSamples: Int64 = 0

    mutating func take(_ outcome: RuleGroupOutcome) {
        transitions += outcome.transitions
        changedRules.formUnion(outcome.changed.map(\.ruleIdentity))
        changedRules.formUnion(outcome.removed.map(\.ruleIdentity))
        failures += outcome.rules.filter { $0.health == .err }
        refusedSamples += Int64(outcome.refusedSamples)
    }
}
