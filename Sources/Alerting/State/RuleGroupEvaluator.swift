// Evaluates the rules of one group in order against a sample store.
//
// 1. Rules see the series that earlier rules of the group wrote in the same evaluation.
// 2. A rule that fails leaves its states and its series' memory as they were.
// 3. A series that a rule wrote last time and not this time gets a stale marker.

import PromQL

/// How a rule fared at its last evaluation.
package enum RuleHealth: String, Sendable {
    case unknown
    case ok
    case err
}

/// What the evaluation of one rule gave.
package struct RuleOutcome: Sendable, Equatable {
    /// The identity of the rule.
    package let identity: String
    /// The name of the alert or of the recorded series.
    package let name: String
    /// Whether the evaluation went well.
    package let health: RuleHealth
    /// What went wrong; nil when nothing did.
    package let error: String?
    /// Remarks of the query engine.
    package let warnings: [String]
    /// How long the evaluation took.
    package var durationSeconds = 0.0
}

/// What the evaluation of a group gave.
package struct RuleGroupOutcome: Sendable, Equatable {
    /// How every rule fared, in order.
    package fileprivate(set) var rules: [RuleOutcome] = []
    /// All changes of alerts, in the order of the rules.
    package fileprivate(set) var transitions: [AlertTransition] = []
    /// Alerts to store: new ones and those whose state changed.
    package fileprivate(set) var changed: [AlertRecord] = []
    /// Alerts to delete from the storage.
    package fileprivate(set) var removed: [AlertRecord] = []
    /// Samples that the store refused (too many series, out of order).
    package fileprivate(set) var refusedSamples = 0
    /// Samples that are in the store now.
    package fileprivate(set) var storedSamples = 0
}

/// One group of rules with everything that lives from one evaluation to the next.
package struct RuleGroupEvaluator: Sendable {
    /// The rules as the file has them.
    package let group: RuleGroup
    /// The present alerts of every rule; recording rules have none.
    package private(set) var states: [AlertRuleState]
    /// The last outcome of every rule.
    package private(set) var outcomes: [RuleOutcome]
    /// When the group was last evaluated, milliseconds since 1970.
    package private(set) var lastEvaluation: Int64?

    private let engine: PromQLEngine
    private let surroundings: RuleSurroundings
    private var written: [Set<SeriesLabels>]
    private var leftovers: Set<SeriesLabels> = []

    /// A group that was never evaluated.
    ///
    /// - Parameter records: stored alerts; those of rules that are not in the group are ignored.
    package init(
        group: RuleGroup, engine: PromQLEngine, surroundings: RuleSurroundings,
        records: [AlertRecord] = []
    ) {
        self.group = group
        self.engine = engine
        self.surroundings = surroundings
        states = Self.states(of: group, in: records)
        outcomes = group.rules.map {
            RuleOutcome(
                identity: $0.identity, name: $0.name, health: .unknown, error: nil,
                warnings: [])
        }
        written = group.rules.map { _ in [] }
    }

    private static func states(
        of group: RuleGroup, in records: [AlertRecord]
    ) -> [AlertRuleState] {
        let byRule = Dictionary(grouping: records, by: \.ruleIdentity)
        return group.rules.map { rule in
            rule.alerting == nil
                ? AlertRuleState() : AlertRuleState(byRule[rule.identity] ?? [])
        }
    }

    /// Puts stored alerts in the place of the present ones.
    mutating func restore(_ records: [AlertRecord]) {
        states = Self.states(of: group, in: records)
    }

    /// Takes over what unchanged rules of the group's former version knew.
    ///
    /// - Returns: the alerts of rules that are gone.
    mutating func adopt(_ former: RuleGroupEvaluator) -> [(rule: Rule, state: AlertRuleState)] {
        var vanished: [(rule: Rule, state: AlertRuleState)] = []
        lastEvaluation = former.lastEvaluation
        leftovers.formUnion(former.leftovers)
        for (index, rule) in former.group.rules.enumerated() {
            let here = group.rules.firstIndex {
                $0.identity == rule.identity && ($0.alerting == nil) == (rule.alerting == nil)
            }
            if let here {
                states[here] = former.states[index]
                outcomes[here] = former.outcomes[index]
                written[here] = former.written[index]
            } else {
                leftovers.formUnion(former.written[index])
                vanished.append((rule, former.states[index]))
            }
        }
        return vanished
    }

    /// Ends all series of a group that is gone.
    func retire(at now: Int64, in store: inout SampleStore) {
        let time = sampleTime(now)
        for labels in written.reduce(into: leftovers, { $0.formUnion($1) }).sorted() {
            store.appendStale(labels, timestamp: time)
        }
    }

    private func sampleTime(_ now: Int64) -> Int64 {
        let (time, overflow) = now.subtractingReportingOverflow(group.queryOffset)
        return overflow ? now : time
    }

    /// Evaluates all rules in order.
    ///
    /// - Parameters:
    ///   - now: the instant of the evaluation, milliseconds since 1970.
    ///   - store: read by the rules, and gets `ALERTS`, `ALERTS_FOR_STATE` and recorded series.
    ///   - measure: seconds on a monotonic clock, for the rules' durations.
    package mutating func evaluate(
        at now: Int64, in store: inout SampleStore, measure: () -> Double = { 0 }
    ) -> RuleGroupOutcome {
        var outcome = RuleGroupOutcome()
        for labels in leftovers.sorted() {
            store.appendStale(labels, timestamp: sampleTime(now))
        }
        leftovers = []
        for index in group.rules.indices {
            let start = measure()
            var fared = evaluate(index, at: now, in: &store, &outcome)
            fared.durationSeconds = measure() - start
            outcome.rules.append(fared)
        }
        lastEvaluation = now
        outcomes = outcome.rules
        return outcome
    }

    private mutating func evaluate(
        _ index: Int, at now: Int64, in store: inout SampleStore,
        _ outcome: inout RuleGroupOutcome
    ) -> RuleOutcome {
        let rule = group.rules[index]
        let time = sampleTime(now)
        var warnings: [String] = []
        var problem: RuleEvaluationError?
        do {
            let (vector, remarks) = try vector(of: rule.expression, at: time, in: store)
            warnings = remarks
            if rule.alerting == nil {
                let samples = try rule.evaluateRecording(vector, limit: group.limit)
                write(samples, rule: index, at: time, in: &store, &outcome)
            } else {
                problem = evaluateAlerts(index, vector, at: now, in: &store, &outcome)
            }
        } catch {
            problem = error
        }
        return RuleOutcome(
            identity: rule.identity, name: rule.name, health: problem == nil ? .ok : .err,
            error: problem?.message, warnings: warnings)
    }

    private func vector(
        of expression: PromQLExpression, at time: Int64, in store: SampleStore
    ) throws(RuleEvaluationError) -> ([VectorElement], [String]) {
        let result: QueryResult
        do {
            result = try engine.instant(expression, at: time, in: store)
        } catch {
            throw RuleEvaluationError(message: error.description)
        }
        let warnings = result.warnings + result.infos
        switch result.value {
        case .vector(let elements): return (elements, warnings)
        case .scalar(let value):
            let element = VectorElement(labels: .empty, value: value, timestamp: time)
            return ([element], warnings)
        case .string, .matrix:
            throw RuleEvaluationError(message: "rule result is not a vector or scalar")
        }
    }

    private mutating func evaluateAlerts(
        _ index: Int, _ vector: [VectorElement], at now: Int64, in store: inout SampleStore,
        _ outcome: inout RuleGroupOutcome
    ) -> RuleEvaluationError? {
        let rule = group.rules[index]
        let previous = states[index]
        let evaluation = alerts(of: rule, vector, previous: previous, at: now, in: store)
        outcome.transitions += evaluation.transitions
        outcome.changed += evaluation.next.records { record in
            previous[record.labels].map { record.differsInState(from: $0) } ?? true
        }
        outcome.removed += previous.records { evaluation.next[$0.labels] == nil }
        states[index] = evaluation.next
        if evaluation.error == nil {
            write(evaluation.samples, rule: index, at: sampleTime(now), in: &store, &outcome)
        }
        return evaluation.error
    }

    /// On its own so that the templates' view of the store is gone before samples are written.
    private func alerts(
        of rule: Rule, _ vector: [VectorElement], previous: AlertRuleState, at now: Int64,
        in store: SampleStore
    ) -> AlertEvaluation {
        rule.evaluateAlerts(
            vector, previous: previous, now: now, limit: group.limit, surroundings: surroundings
        ) { (text) throws(TemplateQueryError) in
            try answer(text, at: sampleTime(now), in: store)
        }
    }

    private mutating func write(
        _ samples: [(labels: SeriesLabels, value: Double)], rule index: Int, at time: Int64,
        in store: inout SampleStore, _ outcome: inout RuleGroupOutcome
    ) {
        var now: Set<SeriesLabels> = []
        now.reserveCapacity(samples.count)
        for sample in samples {
            now.insert(sample.labels)
            let isStored = store.append(
                sample.labels, timestamp: time, value: sample.value
            ).isStored
            if isStored {
                outcome.storedSamples += 1
            } else {
                outcome.refusedSamples += 1
            }
        }
        for gone in written[index].subtracting(now).sorted() {
            store.appendStale(gone, timestamp: time)
        }
        written[index] = now
    }

    /// Answers a template's `query`.
    private func answer(
        _ text: String, at time: Int64, in store: SampleStore
    ) throws(TemplateQueryError) -> [TemplateSample] {
        let expression: PromQLExpression
        do {
            expression = try PromQLExpression.parse(
                text, options: PromQLOptions(profile: engine.options.profile))
        } catch {
            throw TemplateQueryError(message: error.description)
        }
        do {
            let (elements, _) = try vector(of: expression, at: time, in: store)
            return elements.map {
                TemplateSample(labels: TemplateLabels($0.labels), value: $0.value)
            }
        } catch {
            throw TemplateQueryError(message: error.message)
        }
    }
}
