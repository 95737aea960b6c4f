// What the tests of an agent on a PostgreSQL ledger share.

import Testing

/// One organization, one source, a ledger by its URL.
enum PostgresStory {
    /// The series of what the organization used.
    static let used = "ai_credits_used_credits{organization=\"acme\"}"

    /// Writes the configuration.
    static func write(
        _ folder: TemporaryFolder, _ simulator: Simulator, ledger: String
    ) throws {
        try folder.write(
            AgentFile.text(
                organizations: AgentFile.organization("acme", base: "1000"),
                sources: AgentFile.source("usage", of: "acme", at: simulator.url + "/v1/usage"),
                ledger: ledger, hasRules: false), to: "agent.yml")
    }

    /// Waits until a write has failed and was counted.
    static func expectFailures(of agent: Agent, within seconds: Double) async throws {
        try await eventually("a write fails and is counted", within: seconds) { detail in
            let failures = try await agent.metrics()["ai_credits_ledger_write_failures_total"]
            detail = failures ?? "none"
            return failures.flatMap { Int($0) } ?? 0 > 0
        }
    }
}
