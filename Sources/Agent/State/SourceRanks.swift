// The ranks of an organization's sources, from the configuration.

import AgentConfiguration
import Ledger
import UsageSources

/// Reads ranks.
enum SourceRanks {
    /// The sources of an organization that have an `authority`, by the identifiers in their keys:
    /// their own, and those that they replace.
    static func members(
        of organization: String, in sources: [SourceDefinition]
    ) -> [String: Authority.Member] {
        var members: [String: Authority.Member] = [:]
        for source in sources where source.organization == organization {
            guard let rank = source.authority else { continue }
            for identifier in [source.id] + source.replaces {
                members[identifier] = Authority.Member(source: source.id, rank: rank)
            }
        }
        return members
    }
}
