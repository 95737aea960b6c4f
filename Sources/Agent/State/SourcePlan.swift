// What a configuration says about its sources taken together, worked out once a load.

import AgentConfiguration
import Ledger
import UsageSources

/// Who has posted what.
struct PostedSources: Sendable {
    /// The sources that have posted, by organization.
    private(set) var sources: [String: Set<String>] = [:]
    /// The products that they have posted, by source.
    private(set) var products: [String: Set<String>] = [:]

    /// Takes note of what was posted.
    mutating func take(_ key: PostedProduct) {
        sources[key.organization, default: []].insert(key.source)
        products[key.source, default: []].insert(key.product)
    }
}

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
    /// - Parameter posting: who has posted what.
    init(_ configuration: AgentConfiguration, posting: PostedSources = PostedSources()) {
        definitions = Dictionary(
            configuration.sources.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        identifiers = Set(definitions.keys)
        let configured = identifiers
        former = posting.sources.mapValues { $0.subtracting(configured).sorted() }
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
