// agent.yml as a value: complete, checked, with every file it names read.
//
// 1. A configuration that exists is valid: identifiers are unique, references lead somewhere.
// 2. Secrets are references until they are resolved, so `check --syntax-only` needs none.

import Alerting
import Credits
import PositionedYAML
import PromQL
import UsageSources

/// What may be asked without a token.
package enum AnonymousAccess: String, Sendable, Hashable, CaseIterable {
    case metrics
    case gate
    case read
}

/// What the bearer of a token may do.
package enum APITokenRole: String, Sendable, Hashable, CaseIterable {
    case viewer
    case gate
    case admin
    case owner
}

/// A token of `api_tokens`.
package struct APIToken: Sendable, Hashable {
    /// Name for the audit.
    package let name: String
    /// What its bearer may do.
    package let role: APITokenRole
    /// SHA-256 of the token, 32 bytes.
    package let sha256: [UInt8]

    /// What is wrong with a token's name; nil when it can stand in the audit as an author.
    package static func mistake(inName name: String) -> String? {
        if name.isEmpty || name.utf8.count > 100 { return "expected 1 to 100 bytes" }
        if name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            return "control characters are not allowed"
        }
        // So do the file and the users of the control socket appear as authors of changes.
        if name == "file" || name.hasPrefix("user:") {
            return "`file` and names that begin with `user:` mean other authors of changes"
        }
        return nil
    }
}

/// The whole configuration.
package struct AgentConfiguration: Sendable {
    /// Default of `evaluation_interval`, in milliseconds.
    package static let defaultEvaluationInterval: Int64 = 15_000
    /// Default of `query_retention`, in milliseconds.
    package static let defaultQueryRetention: Int64 = 35 * 86_400_000
    /// The shortest `stale_after` that is chosen by itself, in milliseconds.
    package static let leastStaleAfter: Int64 = 30 * 60_000

    /// Path of the file, as given.
    package let file: String
    /// Where the ledger lives.
    package let ledger: LedgerLocation
    /// The organizations, in the order of the file.
    package let organizations: [OrganizationConfiguration]
    /// The sources, in the order of the file.
    package let sources: [SourceDefinition]
    /// The rule files, in the order named.
    package let ruleFiles: [RuleFile]
    /// Milliseconds from one evaluation to the next.
    package let evaluationIntervalMilliseconds: Int64
    /// Labels of the agent's own samples.
    package let scrapeLabels: [LabelPair]
    /// Labels added to alerts that leave the agent.
    package let externalLabels: [LabelPair]
    /// Milliseconds of history kept for rules and queries.
    package let queryRetentionMilliseconds: Int64
    /// Routes and receivers.
    package let notifications: NotificationConfiguration
    /// Tokens of the API.
    package let apiTokens: [APIToken]
    /// What needs no token.
    package let anonymousAccess: Set<AnonymousAccess>
    /// Path of the control socket.
    package let controlSocket: String
    /// Group that may use the control socket; nil for the owner alone.
    package let controlSocketGroup: String?

    /// The directory that relative paths are relative to.
    package var directory: String { FilePathText.directory(of: file) }

    /// Milliseconds without success after which usage is unknown.
    ///
    /// - Source: contract section 2, `stale_after`.
    package func staleAfterMilliseconds(of organization: OrganizationConfiguration) -> Int64 {
        if let configured = organization.staleAfterMilliseconds { return configured }
        let slowest =
            sources.filter { $0.organization == organization.id }.map(\.everyMilliseconds).max()
        return max(Self.leastStaleAfter, 3 * (slowest ?? 0))
    }
}
