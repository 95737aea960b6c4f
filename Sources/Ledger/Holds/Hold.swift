// A hold: credits reserved before an operation, settled with what it really cost.
//
// 1. held → settled, voided or expired; nothing leaves one of those.
// 2. An open hold counts with its credits, a settled one with what it was settled at until its use
//    is reported, all others with nothing.

import Credits

/// Where a hold is in its life.
package enum HoldState: String, Sendable, Hashable, CaseIterable {
    /// Reserved.
    case held
    /// Used; the source has not reported it yet.
    case settled
    /// Used, and reported by the source: its use is in the ledger.
    case reported
    /// Given back.
    case voided
    /// Given back because its time was over.
    case expired

    /// Whether it counts beside the ledger.
    package var isCounting: Bool { self == .held || self == .settled }

    /// The word for the outside, where what is reported stays settled.
    package var word: String { self == .reported ? Self.settled.rawValue : rawValue }
}

/// A wish to reserve credits.
package struct HoldRequest: Sendable, Hashable {
    /// The shortest and the longest time to live, in milliseconds.
    package static let timesToLive: ClosedRange<Int64> = 1...(7 * 86_400_000)
    /// The time to live of a wish that names none, in milliseconds.
    package static let standardTimeToLive: Int64 = 60_000
    /// The most bytes of an idempotency key.
    package static let maximumKeyBytes = 256

    /// Identifier of the organization.
    package let organization: String
    /// Identifier of the product.
    package let product: String
    /// Credits to reserve, above 0.
    package let credits: CreditAmount
    /// Milliseconds after which the hold ends by itself.
    package let timeToLive: Int64
    /// Repeats of one wish carry the same key; nil when it is not repeated.
    package let key: String?
    /// Who wishes it: a token's name, or a user of the control socket.
    package let actor: String

    /// A wish of somebody.
    package init(
        organization: String, product: String, credits: CreditAmount, timeToLive: Int64,
        key: String?, actor: String
    ) {
        self.organization = organization
        self.product = product
        self.credits = credits
        self.timeToLive = timeToLive
        self.key = key
        self.actor = actor
    }
}

/// A hold.
package struct Hold: Sendable, Hashable {
    /// Random identifier.
    package let id: String
    /// What was wished for.
    package let request: HoldRequest
    /// When it was made.
    package let createdAt: Timestamp
    /// When it ends by itself.
    package let expiresAt: Timestamp
    /// Where it is in its life.
    package private(set) var state = HoldState.held
    /// What was used; nil unless settled.
    package private(set) var settledCredits: CreditAmount?
    /// When it was settled, voided or expired; nil while it is open.
    package private(set) var endedAt: Timestamp?

    /// An open hold.
    package init(id: String, request: HoldRequest, createdAt: Timestamp) {
        self.id = id
        self.request = request
        self.createdAt = createdAt
        expiresAt = createdAt.adding(milliseconds: request.timeToLive)
    }

    /// A hold as it was stored.
    package init(
        id: String, request: HoldRequest, createdAt: Timestamp, state: HoldState,
        settledCredits: CreditAmount?, endedAt: Timestamp?
    ) {
        self.init(id: id, request: request, createdAt: createdAt)
        self.state = state
        self.settledCredits = settledCredits
        self.endedAt = endedAt
    }

    /// What it counts beside the ledger.
    package var countingCredits: CreditAmount {
        switch state {
        case .held: request.credits
        case .settled: settledCredits ?? request.credits
        case .reported, .voided, .expired: .zero
        }
    }

    /// The hold ended another way than by its use being reported.
    ///
    /// - Precondition: it is open.
    package func ended(_ end: HoldEnd, at now: Timestamp) -> Hold {
        precondition(state == .held, "a hold ends once")
        var hold = self
        hold.endedAt = now
        switch end {
        case .settled(let credits):
            hold.state = .settled
            hold.settledCredits = credits
        case .voided: hold.state = .voided
        case .expired: hold.state = .expired
        }
        return hold
    }

    /// Whether a wish is the one that made it.
    package func isMade(by request: HoldRequest) -> Bool {
        self.request.organization == request.organization
            && self.request.product == request.product && self.request.credits == request.credits
            && self.request.timeToLive == request.timeToLive && self.request.key == request.key
    }
}

/// How an open hold ends.
package enum HoldEnd: Sendable, Hashable {
    /// So much was used.
    case settled(CreditAmount)
    /// Nothing was used.
    case voided
    /// Its time was over.
    case expired
}

/// Settled holds whose use a source has reported by now: they cease to count.
package struct HoldRelease: Sendable, Hashable {
    /// Identifier of the organization.
    package let organization: String
    /// Identifiers of the products, sorted.
    package let products: [String]
    /// When they were settled.
    package let settled: Range<Timestamp>
    /// Those behind this place are left to be marked; nil when all are.
    package private(set) var place: HoldPlace?

    /// The holds of some products that were settled in a time.
    package init(organization: String, products: [String], settled: Range<Timestamp>) {
        self.organization = organization
        self.products = products.sorted()
        self.settled = settled
    }

    /// The same holds, behind a place.
    package func following(_ place: HoldPlace) -> HoldRelease {
        var release = self
        release.place = place
        return release
    }
}
