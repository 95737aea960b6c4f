// /api/v1/holds: credits reserved before an operation, settled or given back after it.

import Agent
import Credits
import ExactJSON
import Ledger
import Ports
import PositionedYAML

/// Serves holds.
struct HoldRoutes {
    private static let root = "/api/v1/holds"
    private static let maximumBody = 4096

    let core: AgentCore

    private var now: Timestamp { core.ports.wallClock.now() }

    var routes: [Route] {
        [
            Route(
                "POST", Self.root, access: .hold, maximumBodyBytes: Self.maximumBody
            ) { request, _ in await make(request) },
            Route("GET", Self.root, access: .hold) { request, _ in await list(request) },
            Route("GET", Self.root + "/{id}", access: .hold) { _, captures in
                await show(captures.first ?? "")
            },
            Route(
                "POST", Self.root + "/{id}/settle", access: .hold,
                maximumBodyBytes: Self.maximumBody
            ) { request, captures in
                do throws(JSONBodyError) {
                    let body = try JSONBody(request.body, names: ["credits"])
                    let id = captures.first ?? ""
                    return await end(
                        id, .settle(id: id, credits: try body.requiredCredits("credits")))
                } catch {
                    return .failure(.badData, error.description)
                }
            },
            Route(
                "POST", Self.root + "/{id}/void", access: .hold,
                maximumBodyBytes: Self.maximumBody
            ) { request, captures in
                do throws(JSONBodyError) {
                    if !request.body.isEmpty { _ = try JSONBody(request.body, names: []) }
                    let id = captures.first ?? ""
                    return await end(id, .void(id: id))
                } catch {
                    return .failure(.badData, error.description)
                }
            },
        ]
    }

    private func make(_ request: WebRequest) async -> WebResponse {
        let wish: HoldRequest
        do throws(JSONBodyError) {
            wish = try Self.wish(request)
        } catch {
            return .failure(.badData, error.description)
        }
        switch await core.hold(.make(wish)) {
        case .made(let hold): return .bare(HoldViews.hold(hold), status: 201)
        case .repeated(let hold): return .bare(HoldViews.hold(hold))
        case .refused(let decision): return GateRoute.response(decision, now: now)
        case .keyTaken(let hold):
            return .failure(
                .conflict,
                "the idempotency key was used for another hold, \(hold.id); use a new key")
        case .unavailable(let reason): return .failure(.unavailable, reason)
        case .ended, .endedBefore, .unknown:
            return .failure(.internal, "a new hold was answered like an old one")
        }
    }

    private static func wish(_ request: WebRequest) throws(JSONBodyError) -> HoldRequest {
        let body = try JSONBody(
            request.body, names: ["organization", "product", "credits", "ttl", "idempotency_key"])
        let credits = try body.requiredAmount("credits")
        guard credits > .zero else {
            throw JSONBodyError("`credits` is \(credits); it must be more than 0")
        }
        return HoldRequest(
            organization: try identifier("organization", in: body),
            product: try identifier("product", in: body), credits: credits,
            timeToLive: try timeToLive(body), key: try body.idempotencyKey(),
            actor: request.actor)
    }

    private static func identifier(
        _ name: String, in body: JSONBody
    ) throws(JSONBodyError) -> String {
        let text = try body.requiredText(name)
        if let mistake = Identifier.mistake(in: text) {
            throw JSONBodyError("`\(name)` \(mistake)")
        }
        return Identifier.normalized(text)
    }

    private static func timeToLive(_ body: JSONBody) throws(JSONBodyError) -> Int64 {
        guard let text = try body.text("ttl") else { return HoldRequest.standardTimeToLive }
        guard let duration = PrometheusDuration.parse(text)?.milliseconds,
            HoldRequest.timesToLive.contains(duration)
        else {
            throw JSONBodyError(
                "`ttl` is \"\(text.prefix(64))\"; write a duration such as 60s, from 1ms to 7d")
        }
        return duration
    }

    private func end(_ id: String, _ command: HoldCommand) async -> WebResponse {
        // No hold has such an identifier, and no database takes it.
        guard id.utf8.count <= 128, !id.utf8.contains(0) else { return Self.unknown }
        switch await core.hold(command) {
        case .ended(let hold): return .bare(HoldViews.hold(hold))
        case .endedBefore(let hold):
            let credits = hold.settledCredits.map { " with \($0) credits" } ?? ""
            let when = hold.endedAt.map { " at \($0)" } ?? ""
            return .failure(
                .conflict, "hold `\(hold.id)` was \(hold.state.word)\(credits)\(when) already")
        case .unknown: return Self.unknown
        case .unavailable(let reason): return .failure(.unavailable, reason)
        case .made, .repeated, .keyTaken, .refused:
            return .failure(.internal, "an old hold was answered like a new one")
        }
    }

    private func show(_ id: String) async -> WebResponse {
        guard !id.utf8.contains(0) else { return Self.unknown }
        do {
            return try await core.storedHold(id).map { .bare(HoldViews.details($0)) }
                ?? Self.unknown
        } catch {
            return .unreadable(error)
        }
    }

    private static var unknown: WebResponse {
        .failure(.notFound, "there is no such hold; ended ones are kept for a day")
    }
}

/// What holds look like from outside.
enum HoldViews {
    /// A hold as its maker sees it: `credits` is what it counts or counted, once settled what it
    /// was settled with.
    static func hold(_ hold: Hold) -> JSONValue {
        .object(JSONObject(members(of: hold)))
    }

    /// A hold with all that is known of it.
    static func details(_ hold: Hold) -> JSONValue {
        .object(
            JSONObject(
                members(of: hold) + [
                    ("organization", .string(hold.request.organization)),
                    ("product", .string(hold.request.product)),
                    ("reserved", .credits(hold.request.credits)),
                    ("reported", .bool(hold.state == .reported)),
                    ("created_at", .string(hold.createdAt.description)),
                    ("created_by", .string(hold.request.actor)),
                    ("ended_at", hold.endedAt.map { .string($0.description) } ?? .null),
                ]))
    }

    private static func members(of hold: Hold) -> [(String, JSONValue)] {
        [
            ("id", .string(hold.id)), ("state", .string(hold.state.word)),
            ("credits", .credits(hold.settledCredits ?? hold.request.credits)),
            ("expires_at", .string(hold.expiresAt.description)),
        ]
    }
}
