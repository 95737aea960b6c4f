// One entry of `organizations` in agent.yml.

import Credits
import PositionedYAML

/// What happens while the usage of an organization is unknown.
package enum StalenessPolicy: String, Sendable, Hashable, CaseIterable {
    case allow
    case block
}

/// A product listed in the configuration.
package struct ProductConfiguration: Sendable, Hashable {
    /// Stable identifier, the label `product`.
    package let id: String
    /// Name for people.
    package let name: String
    /// Whether its rows are counted and its requests allowed.
    package let isEnabled: Bool
    /// The most that it may use in a month, inside the organization's limit; nil for no cap.
    package var cap: CreditAmount?
}

/// An organization as configured.
package struct OrganizationConfiguration: Sendable, Hashable {
    /// The most products of one organization, listed and reported together.
    package static let maximumProducts = 200
    /// Default of `daily_series`, in days.
    package static let defaultDailySeriesDays = 35
    /// Default of `settle_after`, in milliseconds.
    package static let defaultSettleAfter: Int64 = 3 * 86_400_000

    /// Stable identifier, the label `organization`.
    package let id: String
    /// Name for people; the identifier when not given.
    package let name: String
    /// The calendar of its zone.
    package let calendar: ZonedCalendar
    /// Credits a month.
    package let baseAllocation: CreditAmount
    /// The limit that this file owns; nil leaves it to command line and API.
    package let limit: LimitPolicy?
    /// Prices of a credit.
    package let pricing: Pricing?
    /// Milliseconds without a successful poll after which usage is unknown; nil: the default.
    package let staleAfterMilliseconds: Int64?
    /// Milliseconds after a month's end in which late data is still expected: then it is closed.
    package let settleAfterMilliseconds: Int64
    /// What the gate answers while usage is unknown.
    package let whenStale: StalenessPolicy
    /// How many days of per-day series /metrics shows.
    package let dailySeriesDays: Int
    /// Products listed in the file.
    package let products: [ProductConfiguration]
    /// Where the organization is defined.
    package let position: SourcePosition
}

extension OrganizationConfiguration {
    /// Who may change the cap of a product: the file where it names one.
    package func capOwner(of product: String) -> LimitOwner {
        products.contains { $0.id == product && $0.cap != nil } ? .file : .api
    }

    /// Decodes one organization; nil after a mistake in what it cannot do without.
    static func decode(_ mapping: MappingDecoder) -> OrganizationConfiguration? {
        var mapping = mapping
        let id = identifier("id", in: &mapping)
        let name = mapping.string("name")?.value
        let zone = mapping.string("time_zone")
        let base = amount("base_allocation", in: &mapping, isRequired: true)
        let limit = limit(in: &mapping)
        let pricing = pricing(in: &mapping)
        let staleAfter = mapping.duration("stale_after")?.value.milliseconds
        let settleAfter = settleAfter(in: &mapping)
        let whenStale = mapping.choice("when_stale", of: StalenessPolicy.allCases.map(\.rawValue))
        let days = dailySeriesDays(in: &mapping)
        let products = products(in: &mapping)
        let position = mapping.position
        if let staleAfter, staleAfter < 1000 {
            mapping.mistake("stale_after", "must be 1s or more")
        }
        let calendar = zone.map { ZonedCalendar(identifier: $0.value) } ?? .utc
        if calendar == nil {
            mapping.mistake(
                "time_zone",
                "\"\(zone?.value ?? "")\" is no IANA time zone; write one such as Europe/Berlin")
        }
        mapping.finish()
        guard let id, let base, let calendar else { return nil }
        return OrganizationConfiguration(
            id: id, name: name ?? id, calendar: calendar, baseAllocation: base, limit: limit,
            pricing: pricing, staleAfterMilliseconds: staleAfter,
            settleAfterMilliseconds: settleAfter,
            whenStale: whenStale.flatMap { StalenessPolicy(rawValue: $0.value) } ?? .allow,
            dailySeriesDays: days, products: products, position: position)
    }

    static func identifier(_ key: String, in mapping: inout MappingDecoder) -> String? {
        guard let text = mapping.requiredString(key) else { return nil }
        if let mistake = Identifier.mistake(in: text.value) {
            mapping.mistake(key, "the identifier \(mistake)")
            return nil
        }
        return Identifier.normalized(text.value)
    }

    private static func amount(
        _ key: String, in mapping: inout MappingDecoder, isRequired: Bool
    ) -> CreditAmount? {
        let text = isRequired ? mapping.requiredDecimal(key) : mapping.decimal(key)
        guard let text else { return nil }
        do throws(AmountError) {
            let amount = try CreditAmount(exactly: text.value)
            if !amount.isNegative { return amount }
            mapping.mistake(key, "must be 0 or more, found \(text.value)")
        } catch {
            mapping.mistake(key, error.description)
        }
        return nil
    }

    private static func limit(in mapping: inout MappingDecoder) -> LimitPolicy? {
        guard var limit = mapping.mapping("limit") else { return nil }
        let mode = limit.requiredChoice("mode", of: LimitMode.allCases.map(\.rawValue))
        let isSoft = mode?.value == LimitMode.soft.rawValue
        let allowance = amount("allowance", in: &limit, isRequired: isSoft)
        if mode?.value == LimitMode.hard.rawValue, let allowance, allowance > .zero {
            limit.mistake(
                "allowance", "a hard limit has no allowance; write mode: soft, or remove it")
        }
        limit.finish()
        guard let mode else { return nil }
        guard mode.value == LimitMode.soft.rawValue else { return .hard }
        return allowance.map { .soft(allowance: $0) }
    }

    private static func pricing(in mapping: inout MappingDecoder) -> Pricing? {
        guard var pricing = mapping.mapping("pricing") else { return nil }
        let currency = pricing.requiredString("currency")
        let base = price("base", in: &pricing)
        let overage = price("overage", in: &pricing)
        if let currency, currency.value.isEmpty || currency.value.utf8.count > 16 {
            pricing.mistake("currency", "expected a currency code such as USD")
        }
        pricing.finish()
        guard let currency, let base, let overage else { return nil }
        return Pricing(currency: currency.value, base: base, overage: overage)
    }

    private static func price(_ key: String, in mapping: inout MappingDecoder) -> ExactDecimal? {
        guard let text = mapping.requiredDecimal(key) else { return nil }
        do throws(AmountError) {
            let price = try ExactDecimal(text.value)
            if !price.isNegative { return price }
            mapping.mistake(key, "a price is 0 or more, found \(text.value)")
        } catch {
            mapping.mistake(key, error.description)
        }
        return nil
    }

    private static func settleAfter(in mapping: inout MappingDecoder) -> Int64 {
        guard let duration = mapping.duration("settle_after")?.value.milliseconds else {
            return defaultSettleAfter
        }
        guard duration <= 31 * 86_400_000 else {
            mapping.mistake("settle_after", "expected 0s to 31d")
            return defaultSettleAfter
        }
        return duration
    }

    private static func dailySeriesDays(in mapping: inout MappingDecoder) -> Int {
        guard let duration = mapping.duration("daily_series")?.value.milliseconds else {
            return defaultDailySeriesDays
        }
        let day: Int64 = 86_400_000
        guard duration >= day, duration % day == 0, duration <= 400 * day else {
            mapping.mistake("daily_series", "expected whole days from 1d to 400d")
            return defaultDailySeriesDays
        }
        return Int(duration / day)
    }

    private static func products(in mapping: inout MappingDecoder) -> [ProductConfiguration] {
        var products: [ProductConfiguration] = []
        var places: [String: SourcePosition] = [:]
        for var product in mapping.mappings("products") ?? [] {
            let id = identifier("id", in: &product)
            let name = product.string("name")?.value
            let enabled = product.boolean("enabled")?.value ?? true
            let cap = amount("cap", in: &product, isRequired: false)
            if let id {
                if let first = places[id] {
                    product.mistake("id", "product `\(id)` is listed twice, first at \(first)")
                }
                places[id] = product.position
                products.append(
                    ProductConfiguration(
                        id: id, name: name ?? id, isEnabled: enabled, cap: cap))
            }
            product.finish()
        }
        if products.count > maximumProducts {
            mapping.mistake(
                "products", "at most \(maximumProducts) products, found \(products.count)")
        }
        return products
    }
}
