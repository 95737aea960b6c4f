// Changing a balance by hand: at once, durably, and followed by everything that reads it.

import AgentConfiguration
import Credits
import Ledger
import Logging
import Ports

/// Why a balance was not changed.
package enum AdjustmentError: Error, Sendable, CustomStringConvertible {
    /// No such organization.
    case unknownOrganization(String)
    /// No such product of the organization.
    case unknownProduct(String, organization: String, known: [String])
    /// The wish itself cannot be met.
    case notPossible(String)
    /// Another wish was met under the same idempotency key.
    case keyTaken(sequence: Int64)
    /// The ledger could not be written.
    case notWritten(String)

    package var description: String {
        switch self {
        case .unknownOrganization(let id): return "there is no organization `\(id)`"
        case .unknownProduct(let id, let organization, let known):
            let list = known.isEmpty ? "it has none yet" : "there are: " + Self.text(known)
            return "organization `\(organization)` has no product `\(id)`, \(list); list the "
                + "product in the configuration first if it is new"
        case .notPossible(let reason): return reason
        case .keyTaken(let sequence):
            return "the idempotency key was used for another adjustment, entry \(sequence); use a "
                + "new key"
        case .notWritten(let error): return "the adjustment was not written: \(error)"
        }
    }

    private static func text(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ")
    }
}

extension AgentCore {
    /// Posts an adjustment, at once and durably.
    ///
    /// - Returns: its entry.
    package func adjust(_ adjustment: Adjustment) async throws(AdjustmentError) -> Entry {
        do {
            return try await exclusively { try await apply(adjustment) }
        } catch let error as AdjustmentError {
            throw error
        } catch {
            throw .notWritten("\(error)")
        }
    }

    private func apply(_ adjustment: Adjustment) async throws -> Entry {
        let now = ports.wallClock.now()
        guard let before = organizations[adjustment.organization] else {
            throw AdjustmentError.unknownOrganization(adjustment.organization)
        }
        let day = try checkedDay(of: adjustment, in: before, now: now)
        let notifier = notifier
        let random = ports.random
        let step = AdjustmentStep(
            adjustment: adjustment, day: day, organization: before,
            hasKnownUsage: view(before).hasKnownUsage, now: now,
            notifications: { transition, standing in
                notifier.events(
                    of: transition, standing: standing, name: before.configuration.name,
                    random: random)
            })
        let outcome = try await write { try step.run($0) }
        let committed = ports.waiter.elapsedNanoseconds()
        organizations[adjustment.organization] = outcome.organization
        publish()
        let entry = outcome.entry
        if outcome.isRepeated {
            noteChange(of: adjustment.organization)
            guard adjustment.made(entry) else {
                throw AdjustmentError.keyTaken(sequence: entry.sequence)
            }
            return entry
        }
        logger.info(
            "organization \(entry.organization): \(entry.kind.rawValue) of \(entry.credits) credits for \(entry.product) on \(entry.day), entry \(entry.sequence), by \(entry.note)",
            source: "ledger")
        note(outcome.transition, committedAt: committed)
        noteChange(of: adjustment.organization)
        return entry
    }

    /// The day that an adjustment counts for, after everything about it was checked.
    private func checkedDay(
        of adjustment: Adjustment, in organization: OrganizationState, now: Timestamp
    ) throws(AdjustmentError) -> CalendarDay {
        guard organization.products[adjustment.product] != nil else {
            throw .unknownProduct(
                adjustment.product, organization: adjustment.organization,
                known: organization.products.keys.sorted())
        }
        guard adjustment.credits != .zero else {
            throw .notPossible("an adjustment of 0 credits changes nothing")
        }
        let reason = adjustment.reason
        guard reason.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw .notPossible("an adjustment needs a reason")
        }
        guard reason.utf8.count <= Adjustment.maximumReasonBytes, !reason.utf8.contains(0) else {
            throw .notPossible(
                "the reason must be text of at most \(Adjustment.maximumReasonBytes) bytes")
        }
        let today = organization.terms.terms(at: now).calendar.day(at: now)
        let day = adjustment.day ?? today
        guard day <= today else {
            throw .notPossible("the day \(day) has not begun; today is \(today)")
        }
        do throws(AmountError) {
            var account = organization.account
            try account.post(adjustment.credits, product: adjustment.product, day: day)
        } catch {
            throw .notPossible("the organization's sums would not fit: \(error)")
        }
        return day
    }
}
