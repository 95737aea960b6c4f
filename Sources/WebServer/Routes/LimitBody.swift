// The body of PUT …/limit: {"mode":"soft","allowance":5000,"reason":"…","until":"…"}.

import Credits

/// A policy as it is asked for.
struct LimitBody {
    let policy: LimitPolicy
    let reason: String
    let until: Timestamp?

    init(_ bytes: [UInt8]) throws(JSONBodyError) {
        let body = try JSONBody(bytes, names: ["mode", "allowance", "reason", "until"])
        policy = try Self.policy(body)
        reason = try body.reason()
        until = try body.instant("until")
    }

    private static func policy(_ body: JSONBody) throws(JSONBodyError) -> LimitPolicy {
        let allowance = body.isNull("allowance") ? nil : try body.credits("allowance")
        switch body.word("mode") {
        case "hard":
            guard allowance == nil || allowance == .zero else {
                throw JSONBodyError("a hard limit has no allowance")
            }
            return .hard
        case "soft":
            guard let allowance else { throw JSONBodyError("a soft limit needs `allowance`") }
            return .soft(allowance: allowance)
        default: throw JSONBodyError("`mode` must be \"hard\" or \"soft\"")
        }
    }
}
