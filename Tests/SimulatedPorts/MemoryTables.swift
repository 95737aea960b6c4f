// The tables of the store in memory: a value, so that a copy is a transaction.

import Alerting
import Credits
import Ledger
import Ports

/// All tables at one moment.
struct MemoryTables: Sendable {
    /// Identifies a revision of a key: no two entries share one.
    struct KeyRevision: Sendable, Hashable {
        let key: ExactText
        let revision: Int64
    }

    var heads: [ExactText: ChainHead] = [:]
    var entries: [ExactText: [Entry]] = [:]
    var revisions: Set<KeyRevision> = []
    var posted: [ExactText: PostedKey] = [:]
    var polls: [ExactText: PollRecord] = [:]
    var successes: [String: Timestamp] = [:]
    var sourceStates: [ExactText: String] = [:]
    var coveredDays: [ExactText: Set<CalendarDay>] = [:]
    var organizations: [ExactText: String] = [:]
    var products: [ExactText: [ExactText: ProductRecord]] = [:]
    var terms: [ExactText: [TermsRecord]] = [:]
    var transitions: [ExactText: [LimitTransition]] = [:]
    var audits: [ExactText: [AuditLink]] = [:]
    var alerts: [ExactText: [AlertRecord]] = [:]
    var log: [NotificationLogRecord] = []
    var silences: [ExactText: Silence] = [:]
    var adjustmentKeys: [ExactText: [ExactText: Int64]] = [:]
    var holds: [ExactText: Hold] = [:]
    var holdKeys: [ExactText: ExactText] = [:]
    var openMonths: [ExactText: BillingMonth] = [:]
    var outbox: [OutboxRow] = []
    var lastOutboxSequence: Int64 = 0
}
