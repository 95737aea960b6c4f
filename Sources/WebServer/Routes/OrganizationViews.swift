// Organizations as JSON: the shapes of contract section 5.

import Agent
import AgentConfiguration
import Credits
import ExactJSON
import Ledger

/// Renders organizations.
package enum OrganizationViews {
    /// One organization; figures that are not known yet are null.
    package static func organization(
        _ organization: OrganizationSnapshot, now: Timestamp
    ) -> JSONValue {
        let standing = organization.standing(at: now)
        let isKnown = organization.hasKnownUsage
        let terms = organization.state.terms.terms(at: now)
        func known(_ value: JSONValue) -> JSONValue { isKnown ? value : .null }
        return [
            "id": .string(organization.id),
            "name": .string(organization.state.configuration.name),
            "time_zone": .string(terms.calendar.identifier),
            "period": [
                "start": .string(standing.periodStart.description),
                "reset": .string(standing.periodReset.description),
            ],
            "base_allocation": .credits(standing.base),
            "limit": [
                "mode": .string(terms.policy.mode.rawValue),
                "allowance": .credits(terms.policy.allowance),
                "owner": .string(terms.owner.rawValue),
            ],
            "used": known(.credits(standing.used)),
            "overage": known(.credits(standing.overage)),
            "remaining": known(.credits(standing.remaining)),
            "usage_percent": known(standing.usagePercent.map(JSONValue.double) ?? .null),
            "days_until_reset": .integer(standing.daysUntilReset),
            "blocked": .bool(isKnown && standing.reachesLimit),
            "stale": .bool(organization.isStale(at: now)),
            "products": .array(
                organization.products.map { product in
                    let used = organization.state.account.used(
                        product: product.id, in: standing.month)
                    var members: [(String, JSONValue)] = [
                        ("id", .string(product.id)), ("name", .string(product.name)),
                        ("enabled", .bool(product.isEnabled)), ("used", known(.credits(used))),
                    ]
                    if let cap = terms.caps[product.id] { members.append(("cap", .credits(cap))) }
                    return .object(JSONObject(members))
                }),
        ]
    }

    /// The usage of one month, product by product and day by day; sums that are not known yet are
    /// null.
    static func usage(
        _ organization: OrganizationSnapshot, month: BillingMonth
    ) -> JSONValue {
        let account = organization.state.account
        let isKnown = organization.hasKnownUsage
        func known(_ amount: CreditAmount) -> JSONValue { isKnown ? .credits(amount) : .null }
        let products = organization.products.map { product -> JSONValue in
            var days: [JSONValue] = []
            var day = month.firstDay
            while month.contains(day) {
                let use = account.use(product: product.id, on: day)
                if use != GrossUse() {
                    days.append(
                        ["day": .string(day.description), "credits": .credits(use.net)])
                }
                day = day.adding(days: 1)
            }
            return [
                "product": .string(product.id),
                "total": known(account.used(product: product.id, in: month)),
                "days": .array(days),
            ]
        }
        return [
            "organization": .string(organization.id),
            "month": .string(month.description),
            "total": known(account.used(in: month)),
            "products": .array(products),
        ]
    }

    /// The limit policy in force.
    package static func limit(_ organization: OrganizationSnapshot, now: Timestamp) -> JSONValue {
        let terms = organization.state.terms.terms(at: now)
        let record = organization.state.terms.policyRecord(at: now)
        var members: [(String, JSONValue)] = [
            ("mode", .string(terms.policy.mode.rawValue)),
            ("allowance", .credits(terms.policy.allowance)),
            ("owner", .string(terms.owner.rawValue)),
        ]
        members += change(record)
        if !terms.caps.isEmpty {
            let products = terms.caps.keys.sorted()
            members.append(("caps", .array(products.map { cap(of: $0, organization, now: now) })))
        }
        return .object(JSONObject(members))
    }

    /// The cap of a product; null without one.
    static func cap(
        of product: String, _ organization: OrganizationSnapshot, now: Timestamp
    ) -> JSONValue {
        let terms = organization.state.terms
        let members: [(String, JSONValue)] = [
            ("product", .string(product)),
            ("cap", terms.terms(at: now).caps[product].map(JSONValue.credits) ?? .null),
            ("owner", .string(organization.state.configuration.capOwner(of: product).rawValue)),
        ]
        return .object(JSONObject(members + change(terms.capRecord(of: product, at: now))))
    }

    /// Who changed something last, and until when it counts.
    private static func change(_ record: TermsRecord?) -> [(String, JSONValue)] {
        [
            ("changed_at", record.map { .string($0.recordedAt.description) } ?? .null),
            ("changed_by", record.map { .string($0.changedBy) } ?? .null),
            ("until", record?.until.map { .string($0.description) } ?? .null),
        ]
    }
}
