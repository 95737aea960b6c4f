// GET /api/v1/holds: the holds in a state, in the order in which they end or ended.
//
// 1. A request looks at a bounded number of holds; a page may be short, or empty, and still be
//    followed by another one: `next` says so.

import Agent
import ExactJSON
import Ledger
import Ports

/// The holds that are wanted.
private struct HoldQuery {
    let organization: String?
    let product: String?
    let state: HoldState

    func fits(_ hold: Hold) -> Bool {
        (organization.map { $0 == hold.request.organization } ?? true)
            && (product.map { $0 == hold.request.product } ?? true)
    }
}

extension HoldRoutes {
    /// Holds read at a time, and how often for one page.
    private static let batch = 1000
    private static let maximumBatches = 10

    func list(_ request: WebRequest) async -> WebResponse {
        let word = request.parameter("state") ?? HoldState.held.rawValue
        guard let state = HoldState(rawValue: word) else {
            let known = HoldState.allCases.map(\.rawValue).joined(separator: ", ")
            return .failure(.badData, "`state` must be one of \(known)")
        }
        var place: HoldPlace?
        if let text = request.parameter("after") {
            place = HoldPlace(text)
            guard place != nil else {
                return .failure(.badData, "`after` must be the `next` of the page before")
            }
        }
        guard let limit = request.pageSize else { return .badPageSize }
        let query = HoldQuery(
            organization: request.parameter("organization"), product: request.parameter("product"),
            state: state)
        do {
            let page = try await page(of: query, after: place, limit: limit)
            return .bare([
                "holds": .array(page.holds.map(HoldViews.details)),
                "next": page.next.map { .string($0.description) } ?? .null,
            ])
        } catch {
            return .unreadable(error)
        }
    }

    private func page(
        of query: HoldQuery, after first: HoldPlace?, limit: Int
    ) async throws -> (holds: [Hold], next: HoldPlace?) {
        var found: [Hold] = []
        var place = first
        for _ in 0..<Self.maximumBatches {
            let holds = try await core.ports.store.read { [place] rows in
                try rows.holds(in: query.state, after: place, limit: Self.batch)
            }
            for hold in holds {
                place = HoldPlace(of: hold)
                guard query.fits(hold) else { continue }
                found.append(hold)
                if found.count == limit { return (found, place) }
            }
            if holds.count < Self.batch { return (found, nil) }
        }
        return (found, place)
    }
}
