// The outbox on the control socket: what waits, what was sent, what was given up, sent again.

import Agent
import Credits
import ExactJSON
import Ports

/// Serves the outbox.
struct NotificationRoutes {
    /// The most notifications of one answer.
    private static let maximumLimit = 10_000
    private static let usualLimit = 100

    let core: AgentCore

    var routes: [Route] {
        [
            Route("GET", "/api/v1/notifications", access: .change) { request, _ in
                await list(request)
            },
            Route("POST", "/api/v1/notifications/{id}/replay", access: .change) {
                request, captures in
                await replay(captures.first ?? "", request)
            },
        ]
    }

    private func list(_ request: WebRequest) async -> WebResponse {
        var state: OutboxRow.State?
        if let text = request.parameter("state") {
            guard let known = OutboxRow.State(rawValue: text) else {
                return .failure(
                    .badData, "`state` is \"\(text)\"; it is one of pending, sent, failed")
            }
            state = known
        }
        let text = request.parameter("limit") ?? "\(Self.usualLimit)"
        guard let limit = Int(text), (1...Self.maximumLimit).contains(limit) else {
            return .failure(
                .badData,
                "`limit` is \"\(text)\"; write a number from 1 to \(Self.maximumLimit)")
        }
        let receiver = request.parameter("receiver")
        do {
            let rows = try await core.ports.store.read { [state] rows in
                try rows.newestOutbox(receiver: receiver, state: state, limit: limit)
            }
            let disabled = Set(core.meters.current.disabledReceivers)
            let now = core.ports.wallClock.now()
            return .success(
                .array(
                    rows.map { NotificationView.json($0, disabledReceivers: disabled, now: now) }))
        } catch {
            return .failure(.unavailable, "the outbox cannot be read: \(error)")
        }
    }

    private func replay(_ id: String, _ request: WebRequest) async -> WebResponse {
        do throws(ReplayError) {
            let row = try await core.replayNotification(
                id, actor: "user:\(request.peerUser ?? "unknown")")
            return .success(
                NotificationView.json(
                    row, disabledReceivers: Set(core.meters.current.disabledReceivers),
                    now: core.ports.wallClock.now()))
        } catch {
            switch error {
            case .unknown: return .failure(.notFound, error.description)
            case .notFailed: return .failure(.conflict, error.description)
            case .notWritten: return .failure(.unavailable, error.description)
            }
        }
    }
}

/// A notification as JSON.
enum NotificationView {
    static func json(
        _ row: OutboxRow, disabledReceivers: Set<String>, now: Timestamp
    ) -> JSONValue {
        let isOff = disabledReceivers.contains(row.receiver)
        let hasNext = row.state == .pending && !row.isClaimed && !isOff
        return [
            "id": .string(row.id), "state": .string(row.state.rawValue),
            "receiver": .string(row.receiver), "integration": .string(row.integration),
            "integration_index": .integer(row.integrationIndex), "group": .string(row.group),
            "created_at": .string(row.createdAt.description),
            "attempts": .integer(row.attempts),
            "last_attempt_at": row.endedAt.map { .string($0.description) } ?? .null,
            "next_attempt_at": hasNext ? .string(row.nextAttemptAt.description) : .null,
            "why": .string(why(row, isOff: isOff, now: now)),
        ]
    }

    private static func why(_ row: OutboxRow, isOff: Bool, now: Timestamp) -> String {
        guard row.state == .pending else { return row.lastError }
        if isOff { return "the receiver is off until the next reload: it answered 410" }
        if !row.lastError.isEmpty { return row.lastError }
        if row.isClaimed { return "under way" }
        return "first attempt due"
    }
}
