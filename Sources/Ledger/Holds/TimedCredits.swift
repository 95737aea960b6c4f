// Credits by the instant at which they cease to count, in a bounded number of groups.
//
// 1. Groups are disjoint spans of time in their order; the sum of all is exact, always.
// 2. What shares a group ceases to count with the last of it: never too early.
// 3. When there are too many, neighbours are joined until at most half as many are left, those
//    that lie close together first. So each change costs a bounded number of steps, however many
//    there were and in whatever order they came.

import Credits

/// Sums of credits by instant.
struct TimedCredits: Sendable, Hashable {
    /// Credits of a span of time.
    private struct Group: Sendable, Hashable {
        var first: Timestamp
        var last: Timestamp
        /// 128 bits hold every sum of 64-bit amounts.
        var microCredits: Int128

        /// The milliseconds from its first instant to its last.
        var span: UInt64 { Self.span(from: first, to: last) }

        static func span(from first: Timestamp, to last: Timestamp) -> UInt64 {
            UInt64(bitPattern: last.milliseconds &- first.milliseconds)
        }
    }

    /// The most groups that are kept.
    static let mostGroups = 512

    private var groups: [Group] = []
    /// What neighbours were last joined to: no span of theirs was longer.
    private var grain: UInt64 = 0
    /// The exact sum of all.
    private(set) var microCredits: Int128 = 0

    /// Whether there is nothing, not even zeros.
    var isEmpty: Bool { groups.isEmpty }

    /// How many groups there are.
    var groupCount: Int { groups.count }

    /// By how many milliseconds at most something counts too long.
    var longestSpan: UInt64 { groups.reduce(0) { max($0, $1.span) } }

    /// Adds credits, and be it zero, of an instant.
    mutating func add(_ credits: CreditAmount, at instant: Timestamp) {
        let index = index(of: instant)
        let amount = Int128(credits.microCredits)
        microCredits += amount
        if index < groups.count, groups[index].first <= instant {
            groups[index].microCredits += amount
            return
        }
        groups.insert(Group(first: instant, last: instant, microCredits: amount), at: index)
        if groups.count > Self.mostGroups { joinNeighbours() }
    }

    /// Takes back credits above zero that were added at an instant.
    mutating func subtract(_ credits: CreditAmount, at instant: Timestamp) {
        let index = index(of: instant)
        guard index < groups.count, groups[index].first <= instant else { return }
        let amount = Int128(credits.microCredits)
        microCredits -= amount
        groups[index].microCredits -= amount
        if groups[index].microCredits == 0 { groups.remove(at: index) }
        if groups.isEmpty { grain = 0 }
    }

    /// Removes the groups that lie in a time as a whole.
    mutating func remove(in time: Range<Timestamp>) {
        let indices = indices(in: time)
        microCredits -= groups[indices].reduce(0) { $0 + $1.microCredits }
        groups.removeSubrange(indices)
        if groups.isEmpty { grain = 0 }
    }

    /// The first instant of the groups that lie in a time as a whole; nil when there are none.
    func first(in time: Range<Timestamp>) -> Timestamp? {
        let indices = indices(in: time)
        return indices.isEmpty ? nil : groups[indices.lowerBound].first
    }

    /// The sum of the groups that lie before the end of an instant as a whole.
    func sum(through instant: Timestamp) -> Int128 {
        var sum: Int128 = 0
        for group in groups {
            guard group.last <= instant else { break }
            sum += group.microCredits
        }
        return sum
    }

    /// The first end of a group after an instant.
    func nextEnd(after instant: Timestamp) -> Timestamp? {
        groups.first { $0.last > instant }?.last
    }

    /// The first group that does not end before an instant.
    private func index(of instant: Timestamp) -> Int {
        // Most of the time the latest one comes last.
        guard let last = groups.last, last.last >= instant else { return groups.count }
        var (low, high) = (0, groups.count)
        while low < high {
            let middle = (low + high) / 2
            if groups[middle].last < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func indices(in time: Range<Timestamp>) -> Range<Int> {
        var low = index(of: time.lowerBound)
        if low < groups.count, groups[low].first < time.lowerBound { low += 1 }
        return low..<max(low, index(of: time.upperBound))
    }

    private mutating func joinNeighbours() {
        // Half of what was needed the last time may be enough by now.
        grain /= 4
        while groups.count > Self.mostGroups / 2 {
            grain = grain > .max / 2 ? .max : max(1, 2 * grain)
            var joined: [Group] = []
            for group in groups {
                if let last = joined.last,
                    Group.span(from: last.first, to: group.last) <= grain
                {
                    joined[joined.count - 1].last = group.last
                    joined[joined.count - 1].microCredits += group.microCredits
                } else {
                    joined.append(group)
                }
            }
            groups = joined
        }
    }
}
