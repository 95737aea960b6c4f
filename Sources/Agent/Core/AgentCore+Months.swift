// The end of a month: announced once, with its summary, also when the agent was down over it.
//
// 1. The store holds the first month that is not announced; it moves in the transaction that
//    writes the event, and never back.

import Credits
import Ledger
import Logging
import Ports

extension AgentCore {
    /// The most months that are announced at a time; older ones are passed over.
    private static let maximumMonths = 12

    /// Announces the months of an organization that have ended.
    func closeMonths(of id: String, now: Timestamp) async {
        guard let state = organizations[id], let open = state.openMonth else { return }
        let current = state.terms.terms(at: now).calendar.month(at: now)
        guard current > open else { return }
        var months: [BillingMonth] = []
        var month = current.previous
        while month >= open, months.count < Self.maximumMonths {
            months.append(month)
            month = month.previous
        }
        let isKnown = view(state).hasKnownUsage
        let events = months.reversed().flatMap {
            notifier.events(
                ofEnd: $0, in: state, isUsageKnown: isKnown, now: now, random: ports.random)
        }
        do {
            try await write { rows in
                try rows.putOpenMonth(current, of: id)
                try rows.enqueue(events)
            }
            organizations[id]?.openMonth = current
            outboxBell.ring()
            for month in months.reversed() {
                logger.info("organization \(id): the month \(month) ended", source: "limits")
            }
        } catch {
            logger.error(
                "organization \(id): the end of a month was not written, trying again: \(error)",
                source: "limits")
        }
    }
}
