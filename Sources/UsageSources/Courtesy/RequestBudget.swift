// Which requests fit the budgets of a source.
//
// 1. In no 60 seconds of the monotonic clock are more requests taken than the minute allows.
// 2. In no 24 hours are more taken than the day allows: requests are remembered by the minute of
//    the wall clock and counted for 24 hours and one minute. That memory can be kept as text.
// 3. A request counts when it is taken, whatever becomes of it.

import Credits
import ExactJSON

/// The requests of one source within its budgets.
package struct RequestBudget: Sendable, Equatable {
    private static let minute: Int64 = 60_000
    private static let minutesOfDay: Int64 = 1440

    /// Requests in one minute of the wall clock.
    private struct MinuteCount: Equatable {
        var minute: Int64
        var count: Int
    }

    /// The most requests in 60 seconds.
    package private(set) var perMinute: Int?
    /// The most requests in 24 hours.
    package private(set) var perDay: Int?
    private var recent: [Int64] = []
    private var minutes: [MinuteCount] = []

    /// A budget of which nothing is used.
    package init(perMinute: Int? = nil, perDay: Int? = nil) {
        self.perMinute = perMinute
        self.perDay = perDay
    }

    /// Puts other bounds in force; what was used stays used.
    package mutating func setBounds(_ rules: CourtesyRules) {
        perMinute = rules.requestsPerMinute
        perDay = rules.requestsPerDay
        if perMinute == nil { recent = [] }
        if perDay == nil { minutes = [] }
    }

    // MARK: Minute

    /// Milliseconds until one more request fits the minute.
    package func minuteWait(at elapsed: Int64) -> Int64 {
        guard let perMinute else { return 0 }
        let live = recent.filter { $0 > elapsed - Self.minute }
        guard live.count >= perMinute else { return 0 }
        return max(0, live[live.count - perMinute] + Self.minute - elapsed)
    }

    /// Requests that still fit the minute; nil without a bound.
    package func minuteRemaining(at elapsed: Int64) -> Int? {
        perMinute.map { bound in
            max(0, bound - recent.count { $0 > elapsed - Self.minute })
        }
    }

    /// Counts a request against the minute.
    package mutating func takeMinute(at elapsed: Int64) {
        guard perMinute != nil else { return }
        recent.removeAll { $0 <= elapsed - Self.minute }
        recent.append(elapsed)
    }

    // MARK: Day

    /// Milliseconds until so many requests fit the day; more than it ever allows count as all.
    package func dayWait(for count: Int, at wall: Timestamp) -> Int64 {
        guard let perDay else { return 0 }
        let needed = min(max(count, 1), perDay)
        let live = live(at: wall)
        var used = live.reduce(0) { $0 + $1.count }
        for entry in live {
            if used + needed <= perDay { break }
            used -= entry.count
            guard used + needed <= perDay else { continue }
            let free = (entry.minute + Self.minutesOfDay + 1) * Self.minute
            return max(1, free - wall.milliseconds)
        }
        return 0
    }

    /// Requests that still fit the day; nil without a bound.
    package func dayRemaining(at wall: Timestamp) -> Int? {
        perDay.map { bound in max(0, bound - live(at: wall).reduce(0) { $0 + $1.count }) }
    }

    /// Counts a request against the day.
    ///
    /// - Returns: the memory as text, to be kept before the request is sent; nil without a bound.
    package mutating func takeDay(at wall: Timestamp) -> String? {
        guard perDay != nil else { return nil }
        var live = live(at: wall)
        let minute = Self.minute(of: wall)
        if let last = live.last, last.minute == minute {
            live[live.count - 1].count += 1
        } else {
            live.append(MinuteCount(minute: minute, count: 1))
        }
        minutes = live
        let members = live.map { JSONValue.array([.integer($0.minute), .integer($0.count)]) }
        return String(decoding: JSONValue.array(members).serialized(), as: UTF8.self)
    }

    /// Takes up what `takeDay` returned before a restart; false when the text is none of its own.
    package mutating func restoreDay(_ text: String) -> Bool {
        guard
            let list = try? JSONReader.read(Array(text.utf8)).arrayValue,
            list.count <= Int(Self.minutesOfDay) + 2
        else { return false }
        var restored: [MinuteCount] = []
        for entry in list {
            guard let pair = entry.arrayValue, pair.count == 2,
                let minute = pair[0].integerValue, let count = pair[1].integerValue,
                (0...1_000_000).contains(count), (0...1_000_000_000).contains(minute)
            else { return false }
            restored.append(MinuteCount(minute: minute, count: Int(count)))
        }
        minutes = restored.sorted { $0.minute < $1.minute }
        return true
    }

    /// What still counts, oldest first. A clock that was set back leaves minutes ahead of it: they
    /// count as now, else they would count for too long.
    private func live(at wall: Timestamp) -> [MinuteCount] {
        let now = Self.minute(of: wall)
        var output: [MinuteCount] = []
        for entry in minutes where entry.minute >= now - Self.minutesOfDay {
            let minute = min(entry.minute, now)
            if let last = output.last, last.minute == minute {
                output[output.count - 1].count += entry.count
            } else {
                output.append(MinuteCount(minute: minute, count: entry.count))
            }
        }
        return output
    }

    private static func minute(of wall: Timestamp) -> Int64 {
        let (quotient, rest) = wall.milliseconds.quotientAndRemainder(dividingBy: minute)
        return rest < 0 ? quotient - 1 : quotient
    }
}
