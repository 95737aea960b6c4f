// The terms in force at an instant, from the history of their parts.
//
// 1. For each part, the last record written counts whose time has come and has not passed.
// 2. So a time-boxed raise ends by itself and gives way to what was written before it.
// 3. What was written first, with the first record, also counts for the time before it: a clock
//    that is set back must not turn an allocation into nothing. Nor must looking at what was known
//    before it, such as before entries were imported.

import Credits

/// The terms of one organization through time.
package struct TermsHistory: Sendable, Hashable {
    /// The records in the order they were written.
    package private(set) var records: [TermsRecord] = []
    /// The records written together with the first one, which began to count at once.
    private var firsts: [TermsRecord] = []
    /// The zones of the records: looking one up takes longer than all the rest.
    private var calendars: [String: ZonedCalendar] = [:]

    /// A history of records in the order they were written.
    package init(records: [TermsRecord] = []) {
        for record in records { append(record) }
    }

    /// Adds a record.
    package mutating func append(_ record: TermsRecord) {
        records.append(record)
        if case .zone(let identifier) = record.change {
            calendars[identifier] = ZonedCalendar(identifier: identifier)
        }
        if isFirst(record) { firsts.append(record) }
    }

    /// Whether a record was written with the first one, and began to count at once.
    private func isFirst(_ record: TermsRecord) -> Bool {
        record.recordedAt == records.first?.recordedAt && record.until == nil
            && record.effectiveFrom <= record.recordedAt
    }

    /// What was known at an instant: the records written by then, and those that count for the
    /// time before them.
    package func known(at instant: Timestamp) -> TermsHistory {
        TermsHistory(records: records.filter { $0.recordedAt <= instant || isFirst($0) })
    }

    /// The terms at an instant; without any record: nothing allocated, hard, UTC.
    package func terms(at now: Timestamp) -> Terms {
        var terms = Terms(
            baseAllocation: .zero, policy: .hard, owner: .api, pricing: nil, calendar: .utc)
        for record in firsts where record.effectiveFrom > now { apply(record, to: &terms) }
        for record in records where isInForce(record, at: now) { apply(record, to: &terms) }
        return terms
    }

    private func apply(_ record: TermsRecord, to terms: inout Terms) {
        switch record.change {
        case .base(let amount): terms.baseAllocation = amount
        case .policy(let policy, let owner):
            terms.policy = policy
            terms.owner = owner
        case .pricing(let pricing): terms.pricing = pricing
        case .zone(let identifier):
            terms.calendar = calendars[identifier] ?? .utc
        case .cap(let amount, let product): terms.caps[product] = amount
        }
    }

    /// The last record of the limit policy in force at an instant.
    package func policyRecord(at now: Timestamp) -> TermsRecord? {
        let inForce = records.last { record in
            guard case .policy = record.change else { return false }
            return isInForce(record, at: now)
        }
        return inForce ?? firsts.first { if case .policy = $0.change { true } else { false } }
    }

    /// The last record of a product's cap in force at an instant; nil when there never was one.
    package func capRecord(of product: String, at now: Timestamp) -> TermsRecord? {
        records.last { record in
            guard case .cap(_, let capped) = record.change else { return false }
            return capped == product && isInForce(record, at: now)
        }
    }

    /// When the last of the recorded changes begins to count; nil without any.
    package var lastBeginning: Timestamp? {
        records.map(\.effectiveFrom).max()
    }

    /// How often the limit was changed: policy records beyond the first.
    package var policyChangeCount: Int {
        let policies = records.count { if case .policy = $0.change { true } else { false } }
        return max(0, policies - 1)
    }

    /// The next instant after `now` at which a record begins or ceases to count.
    package func nextChange(after now: Timestamp) -> Timestamp? {
        records.flatMap { [$0.effectiveFrom, $0.until].compactMap { $0 } }
            .filter { $0 > now }
            .min()
    }

    private func isInForce(_ record: TermsRecord, at now: Timestamp) -> Bool {
        guard record.effectiveFrom <= now else { return false }
        guard let until = record.until else { return true }
        return now < until
    }
}
