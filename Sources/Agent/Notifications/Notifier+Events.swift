// Events that are not alerts: changed limits, blocks, resumes, the end of a month.

import AgentConfiguration
import Alerting
import Credits
import ExactJSON
import Ledger
import Ports

extension Notifier {
    /// `limit.blocked` or `limit.resumed`.
    func events(
        of transition: LimitTransition, standing: Standing, name: String,
        random: any RandomSource
    ) -> [OutboxRow] {
        let data: JSONValue = [
            "organization": .string(transition.organization), "name": .string(name),
            "cause": .string(transition.cause), "used": .credits(transition.used),
            "limit": .credits(transition.limit), "overage": .credits(standing.overage),
            "remaining": .credits(standing.remaining),
            "resets_at": .string(standing.periodReset.description),
        ]
        return events(
            transition.kind == .blocked ? .limitBlocked : .limitResumed,
            organization: transition.organization, at: transition.at, data: data, random: random)
    }

    /// `limit.changed`, of a product's cap as well, followed by the block or resume it causes.
    ///
    /// - Parameter former: the instant of which the event says what was before.
    func events(
        of record: TermsRecord, before: OrganizationState, at former: Timestamp,
        transition: LimitTransition?, standing: Standing, random: any RandomSource
    ) -> [OutboxRow] {
        guard
            let (product, former, next) = Self.limits(
                of: record, before: before.terms.terms(at: former))
        else { return [] }
        let members: [(String, JSONValue)] =
            [
                ("organization", .string(record.organization)),
                ("name", .string(before.configuration.name)),
            ] + (product.map { [("product", .string($0))] } ?? []) + [
                ("before", former), ("after", next), ("changed_by", .string(record.changedBy)),
                ("reason", .string(record.reason)),
                ("until", record.until.map { .string($0.description) } ?? .null),
            ]
        let data = JSONValue.object(JSONObject(members))
        let changed = events(
            .limitChanged, organization: record.organization, at: record.recordedAt, data: data,
            random: random)
        let caused =
            transition.map {
                events(
                    of: $0, standing: standing, name: before.configuration.name, random: random)
            } ?? []
        return changed + caused
    }

    /// `period.reset` with the summary of a month that ended.
    func events(
        ofEnd month: BillingMonth, in state: OrganizationState, isUsageKnown: Bool,
        now: Timestamp, random: any RandomSource
    ) -> [OutboxRow] {
        let calendar = state.terms.terms(at: now).calendar
        let reset = calendar.start(of: month.next)
        // The terms that were in force to the end.
        let last = reset.adding(milliseconds: -1)
        let terms = state.terms.terms(at: last)
        let standing = Standing(account: state.account, terms: terms, now: last)
        func known(_ value: JSONValue) -> JSONValue { isUsageKnown ? value : .null }
        let data: JSONValue = [
            "organization": .string(state.configuration.id),
            "name": .string(state.configuration.name),
            "month": .string(month.description),
            "period": [
                "start": .string(calendar.start(of: month).description),
                "reset": .string(reset.description),
            ],
            "base_allocation": .credits(standing.base),
            "limit": .credits(standing.limit),
            "used": known(.credits(standing.used)),
            "overage": known(.credits(standing.overage)),
            "remaining": known(.credits(standing.remaining)),
            "usage_percent": known(standing.usagePercent.map(JSONValue.double) ?? .null),
            "blocked": .bool(isUsageKnown && standing.reachesLimit),
            "products": .array(
                state.products.keys.sorted().map { product in
                    [
                        "id": .string(product),
                        "used": known(.credits(state.account.used(product: product, in: month))),
                    ]
                }),
        ]
        return events(
            .periodReset, organization: state.configuration.id, at: reset, data: data,
            queuedAt: now, random: random)
    }

    /// The product, when it is about a cap, and the limit before and after a change; nil when the
    /// change is about something else.
    private static func limits(
        of record: TermsRecord, before former: Terms
    ) -> (product: String?, before: JSONValue, after: JSONValue)? {
        switch record.change {
        case .policy(let policy, _): return (nil, Self.policy(former.policy), Self.policy(policy))
        case .cap(let cap, let product):
            return (product, Self.cap(former.caps[product]), Self.cap(cap))
        case .base, .pricing, .zone: return nil
        }
    }

    private static func cap(_ cap: CreditAmount?) -> JSONValue {
        ["cap": cap.map { .credits($0) } ?? .null]
    }

    private static func policy(_ policy: LimitPolicy) -> JSONValue {
        ["mode": .string(policy.mode.rawValue), "allowance": .credits(policy.allowance)]
    }

    private func events(
        _ type: EventType, organization: String, at instant: Timestamp, data: JSONValue,
        queuedAt: Timestamp? = nil, random: any RandomSource
    ) -> [OutboxRow] {
        EventNotification.drafts(
            type: type, timestamp: instant.milliseconds, data: data,
            group: "event:\(organization)", createdAt: (queuedAt ?? instant).milliseconds,
            for: configuration.eventEndpoints.map(\.identity)
        ).map { OutboxRow($0, random: random) }
    }
}
