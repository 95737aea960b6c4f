// One organization through time, as the ledger has it: entries, terms, blocks, days.
//
// 1. What the ledger does not know (sources, staleness, configuration of the past) is not made up:
//    those families begin with the first live sample.
// 2. What was written before the history begins is taken as sums, not entry by entry.
// 3. Between two instants nothing changes but the run-out estimate, so only changes are computed.

import AgentConfiguration
import Credits
import Exposition
import Ledger
import Ports

/// Replays one organization.
struct OrganizationCourse {
    /// Families that the ledger does not determine, or that change all the time.
    private static let leftOut: Set<String> = ["ai_credits_usage_stale", Self.runOutName]
    private static let runOutName = "ai_credits_run_out_timestamp_seconds"

    private var state: OrganizationState
    private let sources: [SharedSource]
    private let terms: [TermsRecord]
    private let transitions: [LimitTransition]
    private let wasEverEnabled: [String: Bool]
    private let rows: any StoreRows
    private var entries: EntryCursor
    private var nextTerms = 0
    private var nextTransition = 0
    private var reported: Set<String> = []
    private var nextDay: Timestamp?

    /// What an instant brought.
    private struct Change {
        var products: Set<String> = []
        var days: Set<CalendarDay> = []
        /// Everything has to be computed anew.
        var isFull = false
        /// Samples were taken at that instant.
        var isSampled = false
    }

    /// An organization at the beginning of the ledger.
    ///
    /// - Parameter hasSources: without any source its usage is known from the start.
    init(
        _ configuration: OrganizationConfiguration, hasSources: Bool, rows: any StoreRows
    ) throws {
        state = OrganizationState(configuration: configuration)
        let id = configuration.id
        sources =
            hasSources
            ? [
                SharedSource(
                    SourceState(
                        id: "", organization: id, addedAt: Timestamp(milliseconds: 0),
                        lastSuccess: nil))
            ] : []
        terms = try rows.terms(of: id)
        transitions = try rows.transitions(of: id)
        wasEverEnabled = Dictionary(
            try rows.products(of: id).map { ($0.id, $0.wasEverEnabled) },
            uniquingKeysWith: { first, _ in first })
        self.rows = rows
        entries = EntryCursor(rows, organization: id)
        mergeProducts()
    }

    /// Writes the organization's series.
    mutating func write(to writer: inout HistoryWriter) throws {
        guard let beginning = terms.first?.recordedAt else { return }
        let organizationGroup = writer.addGroup()
        let productGroup = writer.addGroup()
        var time = max(Timestamp(milliseconds: writer.first), beginning)
        let end = Timestamp(milliseconds: writer.end)
        guard time < end else { return }
        try begin(at: time)
        var change = try apply(through: time)
        change.isFull = true
        change.isSampled = false
        while true {
            show(
                change, at: time, to: &writer, organizationGroup: organizationGroup,
                productGroup: productGroup)
            let next = try nextInstant(after: time)
            writeRunOut(
                from: time, before: min(next ?? end, end), isSampled: change.isSampled,
                to: &writer)
            guard let next, next < end else { return }
            time = next
            change = try apply(through: time)
        }
    }

    /// Takes what was written before an instant as sums: those of today without what came later.
    private mutating func begin(at time: Timestamp) throws {
        let id = state.configuration.id
        let sequence = try rows.lastSequence(of: id, before: time)
        guard sequence > 0 else { return }
        var later: [CalendarDay: [String: GrossUse]] = [:]
        for total in try rows.dayTotals(of: id, after: sequence) {
            later[total.day, default: [:]][total.product] = total.use
        }
        for total in try rows.dayTotals(of: id, after: 0) {
            let use = total.use.removing(later[total.day]?[total.product] ?? GrossUse())
            guard use != GrossUse() else { continue }
            try state.account.add(use, product: total.product, day: total.day)
            reported.insert(total.product)
        }
        state.entryCount = sequence
        mergeProducts()
        entries = EntryCursor(rows, organization: id, after: sequence)
    }

    // MARK: What happens

    private mutating func nextInstant(after time: Timestamp) throws -> Timestamp? {
        var next = [nextDay, state.terms.nextChange(after: time)].compactMap { $0 }.min()
        let written = [
            try entries.peek()?.recordedAt,
            nextTerms < terms.count ? terms[nextTerms].recordedAt : nil,
            nextTransition < transitions.count ? transitions[nextTransition].at : nil,
        ]
        for candidate in written.compactMap({ $0 }) {
            // After a clock that went back, what was written later still comes later.
            let instant = max(candidate, time)
            next = min(next ?? instant, instant)
        }
        return next
    }

    /// Applies all that was written up to an instant.
    private mutating func apply(through time: Timestamp) throws -> Change {
        var change = Change()
        while nextTerms < terms.count, terms[nextTerms].recordedAt <= time {
            change.isFull = true
            change.isSampled = change.isSampled || terms[nextTerms].changedBy != "file"
            state.terms.append(terms[nextTerms])
            nextTerms += 1
        }
        while nextTransition < transitions.count, transitions[nextTransition].at <= time {
            state.note(transitions[nextTransition])
            nextTransition += 1
        }
        while let entry = try entries.peek(), entry.recordedAt <= time {
            try post(entry, &change)
            entries.advance()
        }
        // A record that begins or ceases to count, and a new day, change everything.
        let calendar = state.terms.terms(at: time).calendar
        let tomorrow = calendar.start(of: calendar.day(at: time).adding(days: 1))
        if tomorrow != nextDay
            || state.terms.records.contains(where: {
                $0.effectiveFrom == time || $0.until == time
            })
        {
            change.isFull = true
        }
        nextDay = tomorrow > time ? tomorrow : nil
        return change
    }

    private mutating func post(_ entry: Entry, _ change: inout Change) throws {
        try state.account.post(entry.credits, product: entry.product, day: entry.day)
        state.entryCount += 1
        if reported.insert(entry.product).inserted {
            mergeProducts()
            change.isFull = true
        }
        change.products.insert(entry.product)
        change.days.insert(entry.day)
        change.isSampled = true
    }

    /// The products that the file lists, and those reported so far.
    private mutating func mergeProducts() {
        state.mergeProducts(
            known: reported.sorted().map {
                ProductRecord(
                    organization: state.configuration.id, id: $0,
                    wasEverEnabled: wasEverEnabled[$0] ?? true)
            })
    }

    // MARK: What is seen

    private func snapshot(_ state: OrganizationState) -> AgentSnapshot {
        var snapshot = AgentSnapshot()
        snapshot.organizations = [
            OrganizationSnapshot(state: state, sources: sources, staleAfterMilliseconds: .max)
        ]
        return snapshot
    }

    private func show(
        _ change: Change, at time: Timestamp, to writer: inout HistoryWriter,
        organizationGroup: Int, productGroup: Int
    ) {
        var families = FamilyBuilder()
        OrganizationFamilies(snapshot(state), now: time).add(to: &families)
        writer.show(
            families.families.filter { !Self.leftOut.contains($0.name) },
            group: organizationGroup, isComplete: true, at: time.milliseconds,
            isChange: change.isSampled)
        var touched = state
        if !change.isFull {
            guard !change.products.isEmpty else { return }
            touched.products = touched.products.filter { change.products.contains($0.key) }
        }
        var products = FamilyBuilder()
        ProductFamilies(
            snapshot(touched), now: time, onlyDays: change.isFull ? nil : change.days
        ).add(to: &products)
        writer.show(
            products.families, group: productGroup, isComplete: change.isFull,
            at: time.milliseconds, isChange: change.isSampled)
    }

    /// The estimate moves with the time: it is computed for every slot.
    private func writeRunOut(
        from time: Timestamp, before end: Timestamp, isSampled: Bool,
        to writer: inout HistoryWriter
    ) {
        let sample = MetricSample.instant([Label("organization", state.configuration.id)], time)
        let family = MetricFamily(
            name: Self.runOutName, help: "", type: .gauge, unit: nil, samples: [sample])
        guard let labels = writer.labels(family) else { return }
        let organization = snapshot(state).organizations.first
        guard organization?.hasKnownUsage == true else { return }
        let standing = state.standing(at: time)
        func value(_ instant: Timestamp) -> Double? {
            standing.runOut(now: instant).map {
                MetricValue.decimal(scaled: $0.milliseconds, places: 3).double
            }
        }
        if isSampled { writer.point(labels, value(time), at: time.milliseconds) }
        for slot in writer.slots(from: time.milliseconds, before: end.milliseconds) {
            writer.point(labels, value(Timestamp(milliseconds: slot)), at: slot)
        }
    }
}
