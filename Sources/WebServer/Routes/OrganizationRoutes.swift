// /api/v1/organizations and what lies below.

import Agent
import Credits
import ExactJSON
import Ledger
import Ports

/// Serves organizations, usage and limits.
struct OrganizationRoutes {
    let core: AgentCore

    private var now: Timestamp { core.ports.wallClock.now() }

    var routes: [Route] {
        [
            Route("GET", "/api/v1/organizations", access: .read) { _, _ in
                let now = now
                return .success(
                    .array(
                        core.snapshots.value.organizations.map {
                            OrganizationViews.organization($0, now: now)
                        }))
            },
            Route("GET", "/api/v1/organizations/{id}", access: .read) { _, captures in
                with(captures) { .success(OrganizationViews.organization($0, now: now)) }
            },
            Route("GET", "/api/v1/organizations/{id}/usage", access: .read) { request, captures in
                usage(request, captures)
            },
            Route("GET", "/api/v1/organizations/{id}/limit", access: .read) { _, captures in
                with(captures) { .success(OrganizationViews.limit($0, now: now)) }
            },
            Route("PUT", "/api/v1/organizations/{id}/limit", access: .change) { request, captures in
                await setLimit(request, captures)
            },
        ]
    }

    private func with(
        _ captures: [String], _ body: (OrganizationSnapshot) -> WebResponse
    ) -> WebResponse {
        let id = captures.first ?? ""
        guard let organization = core.snapshots.value.organization(id) else {
            return .unknownOrganization(id)
        }
        return body(organization)
    }

    private func usage(_ request: WebRequest, _ captures: [String]) -> WebResponse {
        with(captures) { organization in
            let calendar = organization.state.terms.terms(at: now).calendar
            guard let text = request.parameter("month") else {
                return .success(
                    OrganizationViews.usage(organization, month: calendar.month(at: now)))
            }
            guard let month = BillingMonth(iso: text) else {
                return .failure(.badData, "`month` is \"\(text)\"; write it as YYYY-MM")
            }
            return .success(OrganizationViews.usage(organization, month: month))
        }
    }

    private func setLimit(_ request: WebRequest, _ captures: [String]) async -> WebResponse {
        let id = captures.first ?? ""
        do throws(JSONBodyError) {
            let body = try LimitBody(request.body)
            let change = LimitChange(
                organization: id, policy: body.policy, until: body.until,
                actor: request.actor, reason: body.reason)
            do throws(LimitChangeError) {
                try await core.setLimit(change)
            } catch {
                return Self.refusal(of: error)
            }
            return with(captures) { .success(OrganizationViews.limit($0, now: now)) }
        } catch {
            return .failure(.badData, error.description)
        }
    }

    /// Why a limit or a cap was not changed.
    static func refusal(of error: LimitChangeError) -> WebResponse {
        let kind: WebErrorKind =
            switch error {
            case .unknownOrganization, .unknownProduct: .notFound
            case .ownedByFile, .capOwnedByFile: .conflict
            case .endsInThePast, .endsTooLate: .badData
            case .notWritten: .unavailable
            }
        return .failure(kind, error.description)
    }
}
