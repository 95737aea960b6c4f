// Which of several sources that report the same usage counts.
//
// Source: reference on sources, section 2.7.
// 1. Of ranked sources one rank counts on each product, unit and day; sources without a rank
//    always count.
// 2. The highest rank counts that has stated the product in the unit and has covered the day by a
//    complete poll after its end.
// 3. As long as no rank has done so, the lowest that states anything counts: it is the live one.
// 4. So what counts follows from what is stored and configured, whatever the order of polls.

import Credits

/// The ranks of the sources of an organization.
package struct Authority: Sendable, Hashable {
    /// What decides about one source.
    package struct Member: Sendable, Hashable {
        /// The configured source: itself, or the one that replaces it.
        package let source: String
        /// Its rank.
        package let rank: Int64

        /// A source with a rank.
        package init(source: String, rank: Int64) {
            self.source = source
            self.rank = rank
        }
    }

    /// Sources with a rank, by the identifier in their keys.
    package let members: [String: Member]
    /// Days that complete polls covered after their end, by source.
    package var finished: [String: Set<CalendarDay>]

    /// Ranks of sources; without any all of them count.
    package init(members: [String: Member] = [:], finished: [String: Set<CalendarDay>] = [:]) {
        self.members = members
        self.finished = finished
    }

    /// What several sources may report alike.
    struct Cell: Hashable {
        let product: String
        let unit: String
        let day: CalendarDay
    }

    /// Whether a reading counts.
    enum Verdict: Hashable {
        /// It does, and these keys of other ranks no longer do.
        case counts(instead: [PostedKey])
        /// Another source counts.
        case passedOver
    }

    /// Judges what a source states.
    ///
    /// - Parameters:
    ///   - finishes: whether this poll covers the day after its end.
    ///   - posted: what was posted for the product, the unit and the day, by any source.
    func verdict(
        of source: String, on day: CalendarDay, finishes: Bool, posted: [PostedKey]
    ) -> Verdict {
        guard let own = members[source] else { return .counts(instead: []) }
        let others = posted.compactMap { key -> (key: PostedKey, member: Member)? in
            guard let member = members[key.source], member.source != own.source else { return nil }
            return (key, member)
        }
        var final = others.filter { hasFinished($0.key.source, $0.member, day) }.map(\.member.rank)
        if finishes || hasFinished(source, own, day) { final.append(own.rank) }
        let live = others.filter { $0.key.credits != .zero }.map(\.member.rank) + [own.rank]
        guard (final.max() ?? live.min()) == own.rank else { return .passedOver }
        return .counts(
            instead: others.filter { $0.member.rank != own.rank && $0.key.credits != .zero }
                .map(\.key))
    }

    private func hasFinished(_ source: String, _ member: Member, _ day: CalendarDay) -> Bool {
        finished[source]?.contains(day) == true || finished[member.source]?.contains(day) == true
    }
}
