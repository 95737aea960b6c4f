// The sums of a ledger's entries by day and product, which are stored beside the entries: an
// account is read back from them, however many entries there are.

import Credits

/// What the entries of an organization sum to on one day, of one product.
package struct DayTotal: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// The ledger day.
    package let day: CalendarDay
    /// Identifier of the product.
    package let product: String
    /// Gross use and corrections.
    package private(set) var use: GrossUse

    /// A sum.
    package init(organization: String, day: CalendarDay, product: String, use: GrossUse) {
        self.organization = organization
        self.day = day
        self.product = product
        self.use = use
    }

    private struct Place: Hashable {
        let organization: String
        let day: CalendarDay
        let product: String
    }

    /// The sums of entries, in the order in which their places appear first.
    ///
    /// - Throws: `AmountError.outOfRange` when a sum does not fit.
    package static func sums(of entries: [Entry]) throws(AmountError) -> [DayTotal] {
        var totals: [DayTotal] = []
        var indexes: [Place: Int] = [:]
        for entry in entries {
            let place = Place(
                organization: entry.organization, day: entry.day, product: entry.product)
            let index = indexes[place] ?? totals.count
            if index == totals.count {
                indexes[place] = index
                totals.append(
                    DayTotal(
                        organization: entry.organization, day: entry.day,
                        product: entry.product, use: GrossUse()))
            }
            try totals[index].use.post(entry.credits)
        }
        return totals
    }
}

/// That a source has posted for a product.
package struct PostedProduct: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// Identifier of the source.
    package let source: String
    /// Identifier of the product.
    package let product: String

    /// A source and one of its products.
    package init(organization: String, source: String, product: String) {
        self.organization = organization
        self.source = source
        self.product = product
    }
}
