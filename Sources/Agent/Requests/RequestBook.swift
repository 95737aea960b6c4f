// What was asked of every source: its budgets, what they leave, and what is counted.
//
// 1. Budgets outlive a reload; the part of the day is also kept in the ledger.
// 2. Requests are counted before they are sent, so a crash never makes them free.

import Credits
import Synchronization
import UsageSources

/// One instant on both clocks.
struct RequestMoment: Sendable {
    /// Milliseconds on the monotonic clock.
    let elapsed: Int64
    /// The date.
    let wall: Timestamp
}

/// What is shown of the requests of one source.
package struct RequestReadings: Sendable, Hashable {
    /// Requests by status, from a closed list; `none` when nothing answered.
    package var requests: [String: Int64] = [:]
    /// Answers that a page is the same as last time.
    package var notModified: Int64 = 0
    /// Bytes of decoded bodies.
    package var receivedBytes: Int64 = 0
    /// Milliseconds spent waiting for budgets and for other requests to the same host.
    package var waitedMilliseconds: Int64 = 0
    /// Polls put off because they would not have fit the day's budget.
    package var putOff: Int64 = 0
    /// Kept pages that were dropped to make room.
    package var droppedAnswers: Int64 = 0
    /// Requests that still fit the minute; nil without such a budget.
    package var minuteRemaining: Int?
    /// Requests that still fit the day; nil without such a budget.
    package var dayRemaining: Int?
    /// Requests that the vendor said to allow; nil when it never did.
    package var vendorRemaining: Int64?
    /// Whether the source is left alone because it refused the credentials.
    package var isCircuitOpen = false
}

/// Budgets and counts of all sources; safe to use from any thread.
package final class RequestBook: Sendable {
    private struct Account {
        var budget = RequestBudget()
        var isDayKnown = false
        /// How many requests the next poll is expected to need.
        var expected = 1
        /// The vendor asked for no requests before this moment.
        var notBefore: Int64 = 0
        var readings = RequestReadings()
        /// When the budget was last used, on both clocks.
        var last: RequestMoment?
    }

    private let accounts = Mutex<[String: Account]>([:])

    /// A book without entries.
    package init() {}

    private func change<Value>(_ source: String, _ body: (inout Account) -> Value) -> Value {
        accounts.withLock { body(&$0[source, default: Account()]) }
    }

    /// Puts the budgets of a loaded source in force and lets it be asked again.
    func enroll(_ definition: SourceDefinition) {
        change(definition.id) { account in
            account.budget.setBounds(definition.courtesy)
            account.readings.isCircuitOpen = false
        }
    }

    // MARK: The day's budget in the ledger

    /// Whether the ledger has to be asked what was used of the day.
    func needsDay(_ source: String) -> Bool {
        change(source) { $0.budget.perDay != nil && !$0.isDayKnown }
    }

    /// Takes up what the ledger knows; nothing before the first request.
    ///
    /// - Returns: false when the text is none of ours.
    func restoreDay(_ source: String, _ text: String?) -> Bool {
        change(source) { account in
            account.isDayKnown = true
            return text.map { account.budget.restoreDay($0) } ?? true
        }
    }

    // MARK: Budgets

    /// Milliseconds until the next poll may begin: its first request fits the minute, all that it
    /// is expected to need fit the day, and the vendor's mark has passed.
    func wait(beforePollOf source: String, at moment: RequestMoment) -> Int64 {
        change(source) { account in
            max(
                account.notBefore - moment.elapsed,
                account.budget.minuteWait(at: moment.elapsed),
                account.budget.dayWait(for: account.expected, at: moment.wall), 0)
        }
    }

    /// Milliseconds until one more request may be sent: by the day's budget, and by what a poll
    /// can wait for.
    func wait(
        beforeRequestOf source: String, at moment: RequestMoment
    ) -> (day: Int64, other: Int64) {
        change(source) { account in
            (
                account.budget.dayWait(for: 1, at: moment.wall),
                max(
                    account.notBefore - moment.elapsed,
                    account.budget.minuteWait(at: moment.elapsed), 0)
            )
        }
    }

    /// Counts a request against the day.
    ///
    /// - Returns: what the ledger has to keep first; nil without such a budget.
    func takeDay(_ source: String, at moment: RequestMoment) -> String? {
        change(source) { account in
            account.last = moment
            return account.budget.takeDay(at: moment.wall)
        }
    }

    /// Counts a request against the minute.
    func takeMinute(_ source: String, at moment: RequestMoment) {
        change(source) { account in
            account.last = moment
            account.budget.takeMinute(at: moment.elapsed)
        }
    }

    /// What the day's budget allows in all; nil without one.
    func perDay(_ source: String) -> Int? { change(source) { $0.budget.perDay } }

    /// Leaves a source alone until a moment.
    func holdOff(_ source: String, untilElapsed moment: Int64) {
        change(source) { $0.notBefore = max($0.notBefore, moment) }
    }

    /// Notes how many requests the next poll may need.
    func expect(_ count: Int, of source: String) {
        change(source) { $0.expected = max(1, count) }
    }

    // MARK: Counts

    /// Changes what is shown of a source.
    func count(_ source: String, _ body: (inout RequestReadings) -> Void) {
        change(source) { body(&$0.readings) }
    }

    /// What is shown of every source at an instant.
    func readings(at now: Timestamp) -> [String: RequestReadings] {
        accounts.withLock { accounts in
            accounts.mapValues { account in
                var readings = account.readings
                // A scrape knows the date alone.
                let passed = account.last.map { now.milliseconds - $0.wall.milliseconds } ?? 0
                let elapsed = (account.last?.elapsed ?? 0) + max(0, passed)
                readings.minuteRemaining = account.budget.minuteRemaining(at: elapsed)
                readings.dayRemaining = account.budget.dayRemaining(at: now)
                return readings
            }
        }
    }
}

extension RequestReadings {
    /// Statuses that are shown as they are; the others by their class.
    private static let shown = [200, 304, 400, 401, 403, 404, 408, 429, 500, 502, 503, 504]

    /// The label value of a status.
    static func code(_ status: Int) -> String {
        shown.contains(status) ? String(status) : "\(min(max(status / 100, 0), 9))xx"
    }
}
