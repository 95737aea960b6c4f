// Which settled holds cease to count because their use is in the ledger by now.
//
// 1. Nothing is released before the poll that reports it is durable.
// 2. A release counts at once; its rows are marked afterwards, a bounded part in each transaction.
//    Those that a crash leaves unmarked count again until the next poll: longer, never too short.

import AgentConfiguration
import Credits
import Ledger
import Logging
import Ports
import UsageSources

extension AgentCore {
    /// The most releases whose rows wait to be marked; what comes then is left to the next poll.
    private static let maximumReleases = 10_000
    /// How many rows one transaction looks at to mark some, and for how many a release counts at
    /// least.
    private static let markedAtATime = 2000
    private static let fewestMarked = 100
    /// How many such transactions follow each other before others have their turn.
    private static let marksInARow = 4
    /// How far the days of a source and its organization may lie apart, and more.
    private static let daysApart: Int64 = 2 * 86_400_000

    // MARK: What is released

    /// What a complete poll makes cease to count: what was settled in the time that it asked for,
    /// longer than the source's report lag before it began, of every product that it speaks for,
    /// but for the days on which what another source states counts instead.
    func holdReleases(
        after poll: CompletedPoll, of source: SourceState,
        passedOver: [String: Set<CalendarDay>]
    ) -> [HoldRelease] {
        guard !holds.credits(of: source.organization).isEmpty,
            let definition = plan.definitions[source.id]
        else { return [] }
        let reported = poll.startedAt.adding(milliseconds: -definition.reportLagMilliseconds)
        let end = poll.askedUntil.map { min($0, reported) } ?? reported
        let stated = Set(poll.request.readings.map(\.key.product))
        let calendar = definition.window.calendar ?? calendar(of: source.organization)
        return holds.releases(of: source.organization) { product in
            guard stated.contains(product) || speaks(source, for: product) else { return [] }
            return Self.times(until: end, without: passedOver[product] ?? [], in: calendar)
        }
    }

    private static func times(
        until end: Timestamp, without days: Set<CalendarDay>, in calendar: ZonedCalendar
    ) -> [Range<Timestamp>] {
        var times: [Range<Timestamp>] = []
        var start = Timestamp(milliseconds: .min)
        for day in days.sorted() {
            let midnight = calendar.start(of: day)
            guard midnight < end else { break }
            if start < midnight { times.append(start..<midnight) }
            start = max(start, calendar.start(of: day.adding(days: 1)))
        }
        if start < end { times.append(start..<end) }
        return times
    }

    /// Settled holds of months that ended, whose use nobody reports: where no source of the
    /// organization can, they count until the reset; where one could, until its report would be
    /// one of the month that ended in any zone. A report without days is one of the day of its
    /// poll, so it is waited for until the next reset.
    private func outlivedHolds(of state: OrganizationState, now: Timestamp) -> [HoldRelease] {
        let id = state.configuration.id
        guard !holds.credits(of: id).isEmpty else { return [] }
        let always = Timestamp(milliseconds: .min)
        let calendar = state.terms.terms(at: now).calendar
        let month = calendar.month(at: now)
        let reset = calendar.start(of: month.firstDay)
        let old = Set(holds.releases(of: id) { _ in [always..<reset] }.flatMap(\.products))
        guard !old.isEmpty else { return [] }
        let definitions = plan.definitions.values.filter { $0.organization == id }
        return holds.releases(of: id) { product in
            guard old.contains(product) else { return [] }
            let able = definitions.filter { $0.literalProduct.map { $0 == product } ?? true }
            guard let lag = able.map(\.reportLagMilliseconds).max() else { return [always..<reset] }
            guard able.allSatisfy(\.style.hasDays) else {
                return [always..<calendar.start(of: month.previous.firstDay)]
            }
            return [always..<min(reset, now.adding(milliseconds: -lag - Self.daysApart))]
        }
    }

    /// Lets them cease to count.
    func releaseOutlivedHolds(of id: String, now: Timestamp) {
        guard let state = organizations[id] else { return }
        let releases = outlivedHolds(of: state, now: now)
        guard !releases.isEmpty else { return }
        release(releases)
        snapshots.publish(holds: holds.credits)
    }

    /// Whether the polls of a source are those of a product: it is the source's own, or was
    /// reported by it; where nobody has reported it, any source may whose rows name products.
    private func speaks(_ source: SourceState, for product: String) -> Bool {
        if let own = plan.definitions[source.id]?.literalProduct { return own == product }
        if source.reportedProducts.contains(product) { return true }
        return !sources.all.map(\.state).contains { other in
            other.organization == source.organization
                && (other.reportedProducts.contains(product)
                    || plan.definitions[other.id]?.literalProduct == product)
        }
    }

    // MARK: How

    /// When rows are marked next: at once if some wait, unless the ledger refused it the last time.
    var nextMark: Timestamp? {
        dueReleases.isEmpty || areMarksFailing ? nil : ports.wallClock.now()
    }

    /// Lets holds cease to count; the caller publishes it.
    ///
    /// - Precondition: what makes them is durable.
    func release(_ releases: [HoldRelease]) {
        for release in releases.prefix(max(0, Self.maximumReleases - dueReleases.count)) {
            holds.take(release)
            dueReleases.append(release)
        }
        meters.setWaitingReleases(dueReleases.count)
    }

    /// Marks rows of what was released, as many as fit a turn.
    func markReleases() async {
        for _ in 0..<Self.marksInARow where !dueReleases.isEmpty {
            let due = Array(dueReleases.prefix(Self.markedAtATime / Self.fewestMarked))
            do {
                let rest = try await write { try Self.mark(due, $0) }
                dueReleases.replaceSubrange(0..<due.count, with: rest)
                hasEndedHolds = true
                areMarksFailing = false
            } catch {
                areMarksFailing = true
                logger.error(
                    "reported holds were not marked, trying again: \(error)", source: "holds")
                break
            }
        }
        meters.setWaitingReleases(dueReleases.count)
        if nextMark != nil { tickBell.ring() }
    }

    /// Marks rows in a transaction.
    ///
    /// - Returns: what is left to do.
    private static func mark(
        _ due: [HoldRelease], _ rows: any StoreRows
    ) throws -> [HoldRelease] {
        var room = markedAtATime
        for (index, release) in due.enumerated() {
            guard room > 0 else { return Array(due[index...]) }
            let part = try rows.releaseHolds(release, limit: room)
            room -= max(part.examined, fewestMarked)
            if let rest = part.rest { return [rest] + due[(index + 1)...] }
        }
        return []
    }
}
