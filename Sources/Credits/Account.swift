// The account of one organization: the sums of its ledger entries.
//
// 1. lifetime[product] = sum of days[*][product]; used and corrected never fall.
// 2. net = used − corrected, for every cell and every sum.
// 3. The account is a function of its entries: posting them in order to an empty account gives
//    the same account.

/// Gross use and downward corrections; neither ever falls.
package struct GrossUse: Sendable, Hashable {
    /// Sum of the positive entries.
    package private(set) var used = CreditAmount.zero
    /// Sum of the magnitudes of the negative entries.
    package private(set) var corrected = CreditAmount.zero

    /// Nothing used.
    package init() {}

    /// Sums that were kept; neither is negative.
    package init(used: CreditAmount, corrected: CreditAmount) {
        self.used = used
        self.corrected = corrected
    }

    /// used − corrected. Both are sums that fit, so the difference fits too.
    package var net: CreditAmount {
        CreditAmount(microCredits: used.microCredits - corrected.microCredits)
    }

    /// Adds one signed amount.
    ///
    /// - Throws: `AmountError.outOfRange`; nothing is changed then.
    package mutating func post(_ amount: CreditAmount) throws(AmountError) {
        if amount.isNegative {
            corrected = try corrected.adding(amount.magnitude)
        } else {
            used = try used.adding(amount)
        }
    }

    /// What is left without a part of it.
    package func removing(_ part: GrossUse) -> GrossUse {
        GrossUse(
            used: CreditAmount(microCredits: used.microCredits &- part.used.microCredits),
            corrected: CreditAmount(
                microCredits: corrected.microCredits &- part.corrected.microCredits))
    }

    fileprivate mutating func add(_ other: GrossUse) throws(AmountError) {
        let used = try used.adding(other.used)
        corrected = try corrected.adding(other.corrected)
        self.used = used
    }
}

/// The sums of an organization's entries, per product and day.
package struct Account: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// Per product since the ledger began.
    package private(set) var lifetime: [String: GrossUse] = [:]
    /// Per day and product.
    package private(set) var days: [CalendarDay: [String: GrossUse]] = [:]
    private var months: [BillingMonth: [String: GrossUse]] = [:]
    private var monthTotals: [BillingMonth: CreditAmount] = [:]

    /// An account without entries.
    package init(organization: String) {
        self.organization = organization
    }

    /// Adds one signed amount.
    ///
    /// - Throws: `AmountError.outOfRange`; the account is unchanged then.
    package mutating func post(
        _ amount: CreditAmount, product: String, day: CalendarDay
    ) throws(AmountError) {
        var use = GrossUse()
        try use.post(amount)
        try add(use, product: product, day: day)
    }

    /// Adds what was used of a product on a day.
    ///
    /// - Throws: `AmountError.outOfRange`; the account is unchanged then.
    package mutating func add(
        _ use: GrossUse, product: String, day: CalendarDay
    ) throws(AmountError) {
        var lifetimeUse = lifetime[product] ?? GrossUse()
        try lifetimeUse.add(use)
        // The narrower sums are parts of the lifetime sum, so they fit when it does.
        var dayUse = days[day]?[product] ?? GrossUse()
        try dayUse.add(use)
        var monthUse = months[day.month]?[product] ?? GrossUse()
        try monthUse.add(use)
        let monthTotal = try (monthTotals[day.month] ?? .zero).adding(use.net)
        monthTotals[day.month] = monthTotal
        lifetime[product] = lifetimeUse
        days[day, default: [:]][product] = dayUse
        months[day.month, default: [:]][product] = monthUse
    }

    /// Net use of a product in a month.
    package func used(product: String, in month: BillingMonth) -> CreditAmount {
        months[month]?[product]?.net ?? .zero
    }

    /// Net use of all products in a month.
    package func used(in month: BillingMonth) -> CreditAmount {
        monthTotals[month] ?? .zero
    }

    /// Use of a product on a day.
    package func use(product: String, on day: CalendarDay) -> GrossUse {
        days[day]?[product] ?? GrossUse()
    }

    /// Every product with an entry, sorted.
    package var products: [String] {
        lifetime.keys.sorted()
    }
}
