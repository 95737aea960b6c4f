// The families about what the polls of sources brought.

import Credits
import Exposition
import UsageSources

/// Builds the families of rows, changes of known days, clocks and remarks.
struct SourceYieldFamilies {
    private let sources: [SharedSource]
    private let now: Timestamp

    init(_ snapshot: AgentSnapshot, now: Timestamp) {
        sources = snapshot.sources
        self.now = now
    }

    private func samples(
        _ value: (SourceState, [Label]) -> MetricSample?
    ) -> [MetricSample] {
        sources.compactMap { shared in
            let source = shared.state
            return value(
                source,
                [Label("organization", source.organization), Label("source", source.id)])
        }
    }

    func add(to builder: inout FamilyBuilder) {
        addRows(to: &builder)
        addDays(to: &builder)
        addStyles(to: &builder)
    }

    private func addRows(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_source_last_poll_rows", .gauge, "Rows that the last complete poll took.",
            samples { source, labels in source.yield.lastRows.map { .count(labels, $0) } })
        builder.add(
            "ai_credits_source_rows_total", .counter, "Rows that complete polls took.",
            samples { source, labels in .count(labels, source.yield.rows) })
        builder.add(
            "ai_credits_source_ignored_rows_total", .counter,
            "Rows of days outside the window that were passed over.",
            samples { source, labels in .count(labels, source.yield.ignoredRows) })
        builder.add(
            "ai_credits_source_filtered_rows_total", .counter,
            "Rows that map.where passed over.",
            samples { source, labels in .count(labels, source.yield.filteredRows) })
        builder.add(
            "ai_credits_source_restarts_total", .counter,
            "Polls that read their pages twice because the total changed in between.",
            samples { source, labels in .count(labels, source.yield.restarts) })
        builder.add(
            "ai_credits_source_superseded_readings", .gauge,
            "Readings of the last poll that do not count because a source of another authority"
                + " does.",
            samples { source, labels in .count(labels, source.yield.supersededReadings) })
    }

    private func addDays(to builder: inout FamilyBuilder) {
        builder.add(
            "ai_credits_source_restatements_total", .counter,
            "Entries that changed a day which a poll had covered after its end.",
            samples { source, labels in .count(labels, source.yield.restatements) })
        builder.add(
            "ai_credits_source_late_entries_total", .counter,
            "Entries that changed a covered day after its lock, or after its month.",
            samples { source, labels in .count(labels, source.yield.lateEntries) })
        builder.add(
            "ai_credits_source_gaps", .gauge,
            "Days of this and the last month that no complete poll covered after their end.",
            samples { source, labels in source.gapDays(at: now).map { .count(labels, $0) } })
        builder.add(
            "ai_credits_source_clock_skew_seconds", .gauge,
            "How far the clock here is ahead of the source's, exact to about a second.",
            unit: "seconds",
            samples { source, labels in
                source.yield.clockSkewMilliseconds.map {
                    MetricSample(labels: labels, value: .decimal(scaled: $0, places: 3))
                }
            })
    }

    private func addStyles(to builder: inout FamilyBuilder) {
        var notes: [MetricSample] = []
        for source in sources.map(\.state) where source.style != .daily {
            for kind in StyleNote.Kind.allCases {
                notes.append(
                    .count(
                        [
                            Label("organization", source.organization),
                            Label("source", source.id), Label("kind", kind.rawValue),
                        ], source.yield.notes[kind] ?? 0))
            }
        }
        builder.add(
            "ai_credits_source_notes_total", .counter,
            "What the styles of sources noticed: resets, gaps, grants that hide use, drift.", notes)
        builder.add(
            "ai_credits_source_drift_credits", .gauge,
            "By how much balances and what was counted of them differ, in credits.",
            unit: "credits",
            samples { source, labels in
                source.style == .balance ? .credits(labels, source.yield.drift) : nil
            })
    }
}
