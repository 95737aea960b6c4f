// What a configuration says about its sources taken together, worked out once a load.

import AgentConfiguration
import Ledger
import UsageSources

/// What polls ask the configuration for.
struct SourcePlan: Sendable {
    /// The sources by identifier.
    let definitions: [String: SourceDefinition]
    /// Identifiers of all sources.
    let identifiers: Set<String>
    private let ranks: [String: [String: Authority.Member]]
    private let staleAfter: [String: Int64]

    private let former: [String: [String]]

    /// The plan of a configuration.
    ///
    /// - Parameter posting: the sources that have posted, by organization.
    init(_ configuration: AgentConfiguration, posting: [String: Set<String>] = [:]) {
        definitions = Dictionary(
            configuration.sources.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        identifiers = Set(definitions.keys)
        let configured = identifiers
        former = posting.mapValues { $0.subtracting(configured).sorted() }
        let organizations = configuration.organizations
        ranks = Dictionary(
            organizations.map {
                ($0.id, SourceRanks.members(of: $0.id, in: configuration.sources))
            }, uniquingKeysWith: { first, _ in first })
        staleAfter = Dictionary(
            organizations.map { ($0.id, configuration.staleAfterMilliseconds(of: $0)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Sources that have posted for an organization and are no longer configured, in order.
    func formerSources(of organization: String) -> [String] {
        former[organization] ?? []
    }

    /// The ranks of an organization's sources; those replaced have their successor's.
    func ranks(of organization: String) -> [String: Authority.Member] {
        ranks[organization] ?? [:]
    }

    /// Milliseconds without success after which an organization's usage is unknown.
    func staleAfterMilliseconds(of organization: String) -> Int64 {
        staleAfter[organization] ?? .max
    }
}
