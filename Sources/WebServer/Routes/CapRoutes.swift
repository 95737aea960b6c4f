// …/products/{product}/cap: the most that a product may use in a month, inside the limit.

import Agent
import Credits
import ExactJSON
import Ports

/// Serves and changes caps.
struct CapRoutes {
    private static let path = "/api/v1/organizations/{id}/products/{product}/cap"

    let core: AgentCore

    private var now: Timestamp { core.ports.wallClock.now() }

    var routes: [Route] {
        [
            Route("GET", Self.path, access: .read) { _, captures in show(captures) },
            Route("PUT", Self.path, access: .change) { request, captures in
                await change(request, captures)
            },
        ]
    }

    private func show(_ captures: [String]) -> WebResponse {
        let id = captures.first ?? ""
        let product = captures.last ?? ""
        guard let organization = core.snapshots.value.organization(id) else {
            return .unknownOrganization(id)
        }
        guard organization.state.products[product] != nil else {
            let error = LimitChangeError.unknownProduct(product, organization: id)
            return .failure(.notFound, error.description)
        }
        return .success(OrganizationViews.cap(of: product, organization, now: now))
    }

    private func change(_ request: WebRequest, _ captures: [String]) async -> WebResponse {
        do throws(JSONBodyError) {
            let body = try JSONBody(request.body, names: ["cap", "reason", "until"])
            let change = CapChange(
                organization: captures.first ?? "", product: captures.last ?? "",
                cap: try body.credits("cap"), until: try body.instant("until"),
                actor: request.actor, reason: try body.reason())
            do throws(LimitChangeError) {
                try await core.setCap(change)
            } catch {
                return OrganizationRoutes.refusal(of: error)
            }
            return show(captures)
        } catch {
            return .failure(.badData, error.description)
        }
    }
}
