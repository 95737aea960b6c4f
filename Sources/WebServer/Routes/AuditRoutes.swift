// …/audit and …/transitions: who changed what and why, and what blocked and resumed; newest first.

import Agent
import Credits
import ExactJSON
import Ledger
import Ports

/// Serves what the ledger keeps beside its entries.
struct AuditRoutes {
    private static let root = "/api/v1/organizations/{id}"

    let core: AgentCore

    var routes: [Route] {
        [
            Route("GET", Self.root + "/audit", access: .ledger) { request, captures in
                await audit(request, organization: captures.first ?? "")
            },
            Route("GET", Self.root + "/transitions", access: .ledger) { request, captures in
                let id = captures.first ?? ""
                return await page(request, organization: id, Self.transition) {
                    try $0.transitions(of: id, before: $1, limit: $2)
                }
            },
            // Silences and notifications belong to no organization.
            Route("GET", "/api/v1/audit", access: .ledger) { request, _ in
                await audit(request, organization: "")
            },
        ]
    }

    private func audit(_ request: WebRequest, organization id: String) async -> WebResponse {
        await page(request, organization: id, Self.change) {
            try $0.audits(of: id, before: $1, limit: $2)
        }
    }

    private func page<Record>(
        _ request: WebRequest, organization id: String,
        _ view: (Numbered<Record>) -> JSONValue,
        _ read:
            @escaping @Sendable (
                _ rows: any StoreRows, _ before: Int64?, _ limit: Int
            ) throws -> [Numbered<Record>]
    ) async -> WebResponse {
        guard id.isEmpty || core.snapshots.value.organization(id) != nil else {
            return .unknownOrganization(id)
        }
        guard let before = request.number("before", standard: .max, in: 1...Int64.max) else {
            return .failure(.badData, "`before` must be the `sequence` of a record")
        }
        guard let limit = request.pageSize else { return .badPageSize }
        do {
            let records = try await core.ports.store.read { try read($0, before, limit) }
            return .success(.array(records.map(view)))
        } catch {
            return .unreadable(error)
        }
    }

    private static func change(_ change: Numbered<AuditRecord>) -> JSONValue {
        [
            "sequence": .integer(change.number), "at": .string(change.record.at.description),
            "actor": .string(change.record.actor), "action": .string(change.record.action),
            "before": .string(change.record.before), "after": .string(change.record.after),
            "reason": .string(change.record.reason),
        ]
    }

    private static func transition(_ transition: Numbered<LimitTransition>) -> JSONValue {
        [
            "sequence": .integer(transition.number),
            "at": .string(transition.record.at.description),
            "kind": .string(transition.record.kind.rawValue),
            "cause": .string(transition.record.cause),
            "used": .credits(transition.record.used),
            "limit": .credits(transition.record.limit),
        ]
    }
}
