// Polls of styles that make readings only together with what their source remembers.
//
// 1. The state is read, reduced and written in the transaction of the entries: a poll that is
//    posted again finds its own state and posts nothing.
// 2. Days that another style of the same source has posted are never counted on: their sum is not
//    in the state.

import AgentConfiguration
import Credits
import Ledger
import Ports
import UsageSources

extension PostingStep {
    /// Runs in a transaction.
    ///
    /// - Throws: `PollFailure` when the poll cannot be accepted, else what the store throws.
    package func run(_ rows: any StoreRows) throws -> PostingOutcome {
        guard let observations = poll.observations else {
            try forgetState(rows)
            return try runReadings(rows)
        }
        let reduced = try observations.reduced(
            state: SourceMemory.text(of: source.id, replacing: poll.request.replaced, rows),
            source: source.id, organization: organization.configuration.id, now: poll.startedAt,
            disabledProducts: organization.disabledProducts)
        let state = reduced.stateText
        guard state.utf8.count <= SourceMemory.mostBytes else {
            throw PollFailure(
                .tooLarge,
                "source \(source.id): what has to be remembered of it has more than "
                    + "\(SourceMemory.mostBytes >> 20) MiB; select fewer totals or dimensions, or a "
                    + "shorter `overlap`")
        }
        if reduced.refusal != nil {
            try rows.putSourceState(state, of: source.id)
            return refused(reduced)
        }
        try refuseUnknownDays(reduced, rows)
        var step = self
        step.poll = poll.stating(reduced.readings, today: observations.calendar.day(at: now))
        var outcome = try step.runReadings(rows)
        if reduced.isNews || outcome.storedSuccess {
            try rows.putSourceState(state, of: source.id)
        }
        outcome.notes = reduced.notes
        outcome.drift = reduced.driftCredits
        return outcome
    }

    private func refused(_ reduced: StyleOutcome) -> PostingOutcome {
        PostingOutcome(
            organization: organization, entries: [], transition: nil,
            unconfirmedAbsences: source.unconfirmedAbsences, storedSuccess: false, passedOver: 0,
            notes: reduced.notes,
            refusal: reduced.refusal.map {
                PollFailure($0.reason, "source \(source.id): \($0.message)")
            })
    }

    /// What a style remembers is void once the source's rows are readings by themselves.
    private func forgetState(_ rows: any StoreRows) throws {
        guard source.shouldStoreSuccess(at: now) else { return }
        if let state = try rows.sourceState(of: source.id), !state.isEmpty {
            try rows.putSourceState("", of: source.id)
        }
    }

    private func refuseUnknownDays(_ reduced: StyleOutcome, _ rows: any StoreRows) throws {
        guard reduced.isFresh else { return }
        let last = max(reduced.since, poll.request.window.last)
        let posted = try rows.postedKeys(
            of: organization.configuration.id, sources: [source.id] + poll.request.replaced,
            in: DayWindow(first: reduced.since, last: last))
        guard let known = posted.first(where: { $0.credits != .zero }) else { return }
        throw PollFailure(
            .sourceConflict,
            "source \(source.id) begins to count in another way, but \(known.source) has posted "
                + "product \(known.product) on \(known.day) already; it begins once its first day "
                + "is free of such entries, or at once under an id of its own without `replaces`")
    }
}

/// Where the state of a source is found.
enum SourceMemory {
    /// The most bytes that are remembered of a source; less than what can be read back.
    static let mostBytes = 32 << 20

    /// The state of a source, or the one it takes over from a source that it replaces.
    static func text(
        of source: String, replacing replaced: [String], _ rows: any StoreRows
    ) throws -> String? {
        for identifier in [source] + replaced {
            if let state = try rows.sourceState(of: identifier), !state.isEmpty { return state }
        }
        return nil
    }
}

extension CompletedPoll {
    /// The same poll with readings; days that it does not state stay as they are.
    fileprivate func stating(_ readings: [Reading], today: CalendarDay) -> CompletedPoll {
        let days = readings.map(\.key.day)
        let window = DayWindow(
            first: min(today, days.min() ?? today), last: max(today, days.max() ?? today))
        var poll = CompletedPoll(
            id: id,
            request: PostingRequest(
                readings: readings, window: window, source: request.source,
                replaced: request.replaced, absence: .keep,
                finishedThrough: request.finishedThrough),
            startedAt: startedAt, pageCount: pageCount, rowCount: rowCount)
        poll.definition = definition
        return poll
    }
}
