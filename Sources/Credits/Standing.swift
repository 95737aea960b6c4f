// Where an organization stands: a pure function of account, terms and now.

/// What an organization may use, at one instant.
package struct Terms: Sendable, Hashable {
    /// Credits a month.
    package var baseAllocation: CreditAmount
    /// The limit policy in force.
    package var policy: LimitPolicy
    /// Who may change the policy.
    package var owner: LimitOwner
    /// Prices, when configured.
    package var pricing: Pricing?
    /// The zone that decides what a day is.
    package var calendar: ZonedCalendar
    /// The most that single products may use in a month, inside the limit.
    package var caps: [String: CreditAmount] = [:]

    /// Terms in force at one instant.
    package init(
        baseAllocation: CreditAmount,
        policy: LimitPolicy,
        owner: LimitOwner,
        pricing: Pricing?,
        calendar: ZonedCalendar
    ) {
        self.baseAllocation = baseAllocation
        self.policy = policy
        self.owner = owner
        self.pricing = pricing
        self.calendar = calendar
    }

    /// base + allowance.
    package var limit: CreditAmount { policy.limit(base: baseAllocation) }
}

/// Where an organization stands in the current month.
package struct Standing: Sendable, Hashable {
    /// The current month in the organization's zone.
    package let month: BillingMonth
    /// Its first instant.
    package let periodStart: Timestamp
    /// The first instant of the next month.
    package let periodReset: Timestamp
    /// Whole calendar days from today to the next 1st.
    package let daysUntilReset: Int64
    /// Net use of the month.
    package let used: CreditAmount
    /// The base allocation.
    package let base: CreditAmount
    /// The allowance beyond it; zero under hard.
    package let allowance: CreditAmount
    /// base + allowance.
    package let limit: CreditAmount

    /// Where the account stands at an instant.
    package init(account: Account, terms: Terms, now: Timestamp) {
        // One instant alone: how long the day goes on is not asked.
        let page = terms.calendar.page(of: terms.calendar.day(at: now), instants: now..<now)
        self.init(account: account, terms: terms, page: page)
    }

    /// Where the account stands at the instants of a page of the terms' calendar.
    package init(account: Account, terms: Terms, page: CalendarPage) {
        month = page.month
        periodStart = page.monthStart
        periodReset = page.monthEnd
        daysUntilReset = month.next.firstDay.daysSinceEpoch - page.day.daysSinceEpoch
        used = account.used(in: month)
        base = terms.baseAllocation
        allowance = terms.policy.allowance
        limit = terms.limit
    }

    /// Use beyond the base allocation.
    package var overage: CreditAmount {
        (try? used.subtracting(base)).map { max($0, .zero) } ?? .zero
    }

    /// limit − used, never negative.
    package var remaining: CreditAmount {
        // Only a negative use can overflow: all of the limit and more is left.
        guard let rest = try? limit.subtracting(used) else { return limit }
        return max(rest, .zero)
    }

    /// Whether the use has reached the limit.
    package var reachesLimit: Bool { used >= limit }

    /// used ÷ base × 100; nil for a base of 0.
    package var usagePercent: Double? { quotient(times: 100) }

    /// used ÷ base; nil for a base of 0.
    package var usageRatio: Double? { quotient(times: 1) }

    /// The factor is applied to the integer, so that 90 % of the base reads exactly 90.
    private func quotient(times factor: Int64) -> Double? {
        guard base > .zero else { return nil }
        let (product, overflow) = used.microCredits.multipliedReportingOverflow(by: factor)
        let numerator = overflow ? Double(used.microCredits) * Double(factor) : Double(product)
        return numerator / Double(base.microCredits)
    }

    /// When the limit is reached at the month's average pace; nil when not before the reset, and
    /// once it is reached.
    package func runOut(now: Timestamp) -> Timestamp? {
        let elapsed = Double(now.milliseconds - periodStart.milliseconds)
        guard elapsed > 0, used > .zero, !reachesLimit else { return nil }
        let left = Double(limit.microCredits) - Double(used.microCredits)
        let wait = left / Double(used.microCredits) * elapsed
        guard wait < Double(periodReset.milliseconds - now.milliseconds) else { return nil }
        return now.adding(milliseconds: Int64(wait.rounded(.up)))
    }

    /// The cost of the overage, exact; nil without pricing or where it does not fit.
    package func overageCost(_ pricing: Pricing?) -> ExactDecimal? {
        guard let pricing, let credits = try? ExactDecimal(overage.description) else { return nil }
        return try? credits.multiplied(by: pricing.overage)
    }
}
