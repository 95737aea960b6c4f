// Events read on from a cursor become absolute readings per day. Source: reference on sources,
// section 2.3.

import Credits
import ExactJSON

/// Reduces events to readings.
package enum EventReduction {
    /// The name of the style in its state.
    static let style = "events"

    /// The readings of a poll of events.
    package static func reduce(
        _ samples: [EventSample], _ span: EventSpan, _ rules: EventRules, state text: String?,
        _ context: StyleContext
    ) throws(PollFailure) -> StyleOutcome {
        let reader = try StateReader(text, style: style, source: context.source)
        var before: EventState?
        if let reader { before = try EventState(reader) }
        var run = EventRun(before, span, context)
        for sample in samples { try run.take(sample) }
        return try run.outcome(rules.cursor ?? EventCursor())
    }
}

/// One poll's way through the events.
private struct EventRun {
    let before: EventState?
    let span: EventSpan
    let context: StyleContext
    var state: EventState
    var repeated = 0
    var unsettled = 0
    var late = 0

    init(_ before: EventState?, _ span: EventSpan, _ context: StyleContext) {
        self.before = before
        self.span = span
        self.context = context
        state = before ?? EventState(span, calendar: context.calendar)
    }

    mutating func take(_ sample: EventSample) throws(PollFailure) {
        guard sample.at < span.end else {
            unsettled += 1
            return
        }
        // Older than asked for: counted by an earlier poll, or before the first one's time.
        guard sample.at >= span.start, state.seen[sample.identity] == nil else {
            repeated += 1
            return
        }
        state.seen[sample.identity] = sample.at
        guard state.seen.count <= EventState.mostIdentities else {
            throw PollFailure(
                .tooLarge,
                "more than \(EventState.mostIdentities) events within the overlap; write a shorter "
                    + "`events.overlap`, or leave out `events.cursor` to read whole days")
        }
        if let before, sample.at < before.cursor { late += 1 }
        guard !context.disabledProducts.contains(sample.product) else { return }
        for quantity in sample.quantities {
            do throws(AmountError) {
                let series = SeriesKey(
                    product: sample.product, unit: quantity.unit, dimensions: sample.dimensions)
                try state.totals.add(quantity.amount, of: series, day: sample.day)
            } catch {
                throw PollFailure(
                    .badValue, "the sum of \(sample.product) on \(sample.day): \(error)")
            }
        }
    }

    mutating func outcome(_ cursor: EventCursor) throws(PollFailure) -> StyleOutcome {
        state.cursor = max(state.cursor, span.end)
        let readings = try state.totals.readings(context)
        state.prune(
            overlapMilliseconds: cursor.overlapMilliseconds, calendar: context.calendar)
        var essence = before
        essence?.cursor = state.cursor
        return StyleOutcome(
            readings: readings, state: state.json, since: state.totals.since,
            isFresh: before == nil, isNews: essence != state, notes: notes)
    }

    private var notes: [StyleNote] {
        let counts: [(StyleNote.Kind, Int, String)] = [
            (.repeated, repeated, "events were counted before"),
            (.late, late, "events of the time before the last poll's end arrived late"),
            (.unsettled, unsettled, "events are too young and left to the next poll"),
        ]
        return counts.filter { $0.1 > 0 }.map {
            StyleNote(kind: $0.0, text: "\($0.1) \($0.2)", count: Int64($0.1))
        }
    }
}
