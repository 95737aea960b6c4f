// /api/v1/organizations/{id}/entries, …/statements/{month} and …/adjustments.

import Agent
import AgentConfiguration
import Credits
import ExactJSON
import Ledger
import Ports

/// Serves the ledger's entries and what follows from them.
struct BookRoutes {
    private static let root = "/api/v1/organizations/{id}"

    let core: AgentCore

    private var now: Timestamp { core.ports.wallClock.now() }

    var routes: [Route] {
        [
            Route("GET", Self.root + "/entries", access: .ledger) { request, captures in
                await entries(request, captures)
            },
            // The entries of a month may be many.
            Route(
                "GET", Self.root + "/statements/{month}", access: .ledger, deadlineSeconds: 120
            ) { request, captures in
                await statement(request, captures)
            },
            Route("POST", Self.root + "/adjustments", access: .change) { request, captures in
                await adjust(request, captures)
            },
        ]
    }

    // MARK: Entries

    private func entries(_ request: WebRequest, _ captures: [String]) async -> WebResponse {
        let id = captures.first ?? ""
        guard core.snapshots.value.organization(id) != nil else { return .unknownOrganization(id) }
        guard let after = request.number("after", standard: 0, in: 0...Int64.max) else {
            return .failure(.badData, "`after` must be the sequence of an entry, or 0")
        }
        guard let limit = request.pageSize else { return .badPageSize }
        do {
            let page = try await core.ports.store.read { rows in
                try rows.entries(of: id, after: after, limit: limit)
            }
            return .success(.array(page.map(BookViews.entry)))
        } catch {
            return .unreadable(error)
        }
    }

    // MARK: Statements

    private func statement(_ request: WebRequest, _ captures: [String]) async -> WebResponse {
        let id = captures.first ?? ""
        let text = captures.last ?? ""
        guard let organization = core.snapshots.value.organization(id) else {
            return .unknownOrganization(id)
        }
        guard let month = BillingMonth(iso: text) else {
            return .failure(.badData, "the month is \"\(text)\"; write it as YYYY-MM")
        }
        let now = now
        var knownAt: Timestamp?
        if let text = request.parameter("as_known_at") {
            guard let instant = Timestamp(rfc3339: text), instant <= now else {
                return .failure(
                    .badData,
                    "`as_known_at` is \"\(text)\"; write a past instant such as "
                        + "2026-12-01T00:00:00Z")
            }
            knownAt = instant
        }
        let wish = StatementRequest(
            organization: id, month: month, terms: organization.state.terms,
            settleMilliseconds: organization.state.configuration.settleAfterMilliseconds,
            knownAt: knownAt, now: now)
        do {
            let reader = StatementReader(store: core.ports.store)
            guard let statement = try await reader.statement(wish) else {
                return .failure(
                    .notFound, "\(month) had not begun at \(knownAt ?? now) for `\(id)`")
            }
            return .success(BookViews.statement(statement))
        } catch {
            return .unreadable(error)
        }
    }

    // MARK: Adjustments

    private func adjust(_ request: WebRequest, _ captures: [String]) async -> WebResponse {
        do throws(JSONBodyError) {
            let adjustment = try AdjustmentBody(request.body).adjustment(
                of: captures.first ?? "", by: request.actor)
            do throws(AdjustmentError) {
                return .success(BookViews.entry(try await core.adjust(adjustment)))
            } catch {
                return .failure(Self.kind(of: error), error.description)
            }
        } catch {
            return .failure(.badData, error.description)
        }
    }

    private static func kind(of error: AdjustmentError) -> WebErrorKind {
        switch error {
        case .unknownOrganization: .notFound
        case .unknownProduct, .notPossible: .badData
        case .keyTaken: .conflict
        case .notWritten: .unavailable
        }
    }
}
