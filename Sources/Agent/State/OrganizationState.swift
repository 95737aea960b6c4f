// Everything the agent knows about one organization.
//
// 1. `account` is the sum of the ledger's entries; it changes only with a committed transaction.
// 2. `isBlocked` is the last recorded transition; the gate itself judges by `Standing`.

import AgentConfiguration
import Credits
import Ledger

/// A product of an organization, listed or reported.
package struct ProductState: Sendable, Hashable {
    /// Stable identifier.
    package let id: String
    /// Name for people.
    package let name: String
    /// Whether its rows are counted and its requests allowed.
    package let isEnabled: Bool
    /// Whether it was enabled at any time.
    package let wasEverEnabled: Bool
}

/// One organization in the agent's memory.
package struct OrganizationState: Sendable {
    /// As configured.
    package var configuration: OrganizationConfiguration
    /// The sums of its entries.
    package var account: Account
    /// Its terms through time.
    package var terms: TermsHistory
    /// Its products by identifier.
    package var products: [String: ProductState] = [:]
    /// Whether the last recorded transition was a block.
    package var isBlocked = false
    /// When the last transition was recorded; nil before the first.
    package private(set) var lastTransition: Timestamp?
    /// Blocks ever recorded.
    package var blockCount: Int64 = 0
    /// Resumes ever recorded.
    package var resumeCount: Int64 = 0
    /// Entries ever written.
    package var entryCount: Int64 = 0
    /// Those of them that people wrote; they say nothing of whether a source was ever read.
    package var handmadeCount: Int64 = 0
    /// The first month whose end was not announced.
    package var openMonth: BillingMonth?

    /// An organization before anything was read from the store.
    package init(configuration: OrganizationConfiguration) {
        self.configuration = configuration
        account = Account(organization: configuration.id)
        terms = TermsHistory()
    }

    /// Where it stands.
    package func standing(at now: Timestamp) -> Standing {
        Standing(account: account, terms: terms.terms(at: now), now: now)
    }

    /// Identifiers of the products whose rows are passed over.
    package var disabledProducts: Set<String> {
        Set(products.values.filter { !$0.isEnabled }.map(\.id))
    }

    /// Whether there are products, none of which was ever enabled: it has used nothing.
    package var hasOnlyProductsNeverEnabled: Bool {
        !products.isEmpty && products.values.allSatisfy { !$0.wasEverEnabled }
    }

    /// Merges the products that the ledger knows with those that the file lists.
    package mutating func mergeProducts(known: [ProductRecord]) {
        var merged: [String: ProductState] = [:]
        for record in known {
            // A product that a source reported and no file lists is enabled.
            merged[record.id] = ProductState(
                id: record.id, name: record.id, isEnabled: true,
                wasEverEnabled: record.wasEverEnabled)
        }
        for listed in configuration.products {
            let wasEnabled = merged[listed.id]?.wasEverEnabled ?? false
            merged[listed.id] = ProductState(
                id: listed.id, name: listed.name, isEnabled: listed.isEnabled,
                wasEverEnabled: wasEnabled || listed.isEnabled)
        }
        products = merged
    }

    /// Counts a transition that was committed.
    package mutating func note(_ transition: LimitTransition) {
        isBlocked = transition.kind == .blocked
        lastTransition = transition.at
        if isBlocked { blockCount += 1 } else { resumeCount += 1 }
    }

    /// The transition that the present standing calls for, or nil.
    package func dueTransition(at now: Timestamp, cause: String) -> LimitTransition? {
        let standing = standing(at: now)
        guard standing.reachesLimit != isBlocked else { return nil }
        return LimitTransition(
            organization: configuration.id, kind: isBlocked ? .resumed : .blocked, at: now,
            cause: cause, used: standing.used, limit: standing.limit)
    }
}
