// Counters and histograms of what happens beside the ledger: they start at 0 with the process.

import Exposition
import Synchronization

/// A decision of the gate, as counted.
package struct GateDecisionKey: Sendable, Hashable {
    /// Identifier of the organization; empty when it is unknown.
    package let organization: String
    /// `allow` or `block`.
    package let decision: String
    /// Why.
    package let reason: String
}

/// What became of holds, as counted.
package struct HoldKey: Sendable, Hashable {
    /// Identifier of the organization; empty when it is unknown.
    package let organization: String
    /// `held`, `settled`, `voided`, `expired` or `refused`.
    package let outcome: String
}

/// An answered HTTP request, as counted.
package struct HTTPRequestKey: Sendable, Hashable {
    /// The route's pattern, from a closed list.
    package let route: String
    /// The status code.
    package let code: Int
}

/// A receiver's integration.
package struct IntegrationKey: Sendable, Hashable {
    /// Name of the receiver.
    package let receiver: String
    /// Kind of integration.
    package let integration: String
}

/// What is counted; copied as a whole for each scrape.
package struct MeterReadings: Sendable {
    /// Decisions of the gate.
    package var gateDecisions: [GateDecisionKey: Int64] = [:]
    /// Holds.
    package var holds: [HoldKey: Int64] = [:]
    /// Answered requests.
    package var httpRequests: [HTTPRequestKey: Int64] = [:]
    /// Open HTTP connections.
    package var httpConnections: Int64 = 0
    /// HTTP connections that were cut, by reason.
    package var httpConnectionCuts: [String: Int64] = [:]
    /// Attempts to notify.
    package var notifications: [IntegrationKey: Int64] = [:]
    /// Failed attempts by reason.
    package var notificationFailures: [IntegrationKey: [String: Int64]] = [:]
    /// What was lost when bodies were written, by kind.
    package var notificationRemarks: [IntegrationKey: [String: Int64]] = [:]
    /// Alerts that silences kept from a receiver, one at each look at its group.
    package var suppressedAlerts: [String: Int64] = [:]
    /// Duration of one attempt.
    package var notificationLatency: [IntegrationKey: Histogram] = [:]
    /// From the transition to a 2xx.
    package var notificationDelay: [IntegrationKey: Histogram] = [:]
    /// Receivers that answered 410 and are off until the next reload.
    package var disabledReceivers: [String] = []
    /// From the causing commit to the gate's new answer, by organization.
    package var limitResponse: [String: Histogram] = [:]
    /// Duration of a write to the ledger.
    package var commitDuration = Histogram(upperBounds: Meters.commitBounds)
    /// Failed writes to the ledger.
    package var ledgerWriteFailures: Int64 = 0
    /// Jumps of the wall clock.
    package var clockSteps: Int64 = 0
    /// How far a large step of the wall clock goes that is not believed yet; 0 without one.
    package var unconfirmedStepMilliseconds: Int64 = 0
    /// Releases of settled holds that are not marked in the ledger yet.
    package var waitingReleases: Int64 = 0
    /// Samples that the rules' store refused: a full store or a clock set back.
    package var refusedSamples: Int64 = 0
}

/// The meters of the running agent; safe to use from any thread.
package final class Meters: Sendable {
    static let commitBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5]
    static let delayBounds = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 21_600]
    static let responseBounds = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1]

    /// What was asked of the sources.
    package let requestBook = RequestBook()
    /// What is counted about Alertmanagers.
    package let alertmanagers = AlertmanagerMeters()
    /// What is counted about the guard in front of the web.
    package let webGuard = WebGuardMeters()
    private let readings = Mutex(MeterReadings())

    /// Meters at zero.
    package init() {}

    /// What was counted so far.
    package var current: MeterReadings {
        readings.withLock { $0 }
    }

    /// Counts a decision of the gate.
    package func countGate(_ decision: GateDecision) {
        let isUnknown = decision.reason == .unknownOrganization
        let key = GateDecisionKey(
            organization: isUnknown ? "" : decision.organization, decision: decision.word,
            reason: decision.reason.rawValue)
        readings.withLock { $0.gateDecisions[key, default: 0] += 1 }
    }

    /// Counts what became of a hold.
    package func countHold(organization: String, outcome: String) {
        let key = HoldKey(organization: organization, outcome: outcome)
        readings.withLock { $0.holds[key, default: 0] += 1 }
    }

    /// Counts an answered request.
    package func countRequest(route: String, code: Int) {
        let key = HTTPRequestKey(route: route, code: code)
        readings.withLock { $0.httpRequests[key, default: 0] += 1 }
    }

    /// Counts HTTP connections that began, or ended when negative.
    package func countConnection(_ difference: Int64) {
        readings.withLock { $0.httpConnections += difference }
    }

    /// Counts an HTTP connection that was cut.
    package func countConnectionCut(reason: String) {
        readings.withLock { $0.httpConnectionCuts[reason, default: 0] += 1 }
    }

    /// Counts an attempt to notify.
    package func countNotification(
        receiver: String, integration: String, latencySeconds: Double, failure: String?
    ) {
        let key = IntegrationKey(receiver: receiver, integration: integration)
        readings.withLock { readings in
            readings.notifications[key, default: 0] += 1
            if let failure {
                readings.notificationFailures[key, default: [:]][failure, default: 0] += 1
            }
            readings.notificationLatency[
                key, default: Histogram(upperBounds: Histogram.requestSeconds)
            ].observe(latencySeconds)
        }
    }

    /// Counts something that was lost when a notification's body was written.
    package func countRemark(receiver: String, integration: String, kind: String) {
        let key = IntegrationKey(receiver: receiver, integration: integration)
        readings.withLock { $0.notificationRemarks[key, default: [:]][kind, default: 0] += 1 }
    }

    /// Counts alerts that silences kept from receivers.
    package func countSuppressed(_ counts: [String: Int64]) {
        guard !counts.isEmpty else { return }
        readings.withLock { $0.suppressedAlerts.merge(counts) { $0 + $1 } }
    }

    /// Observes how long a transition took to reach its receiver.
    package func observeDelivery(receiver: String, integration: String, delaySeconds: Double) {
        let key = IntegrationKey(receiver: receiver, integration: integration)
        readings.withLock {
            $0.notificationDelay[key, default: Histogram(upperBounds: Self.delayBounds)]
                .observe(delaySeconds)
        }
    }

    /// Sets which receivers are off until the next reload.
    package func setDisabledReceivers(_ names: [String]) {
        readings.withLock { $0.disabledReceivers = names }
    }

    /// Observes a write to the ledger.
    package func observeCommit(seconds: Double) {
        readings.withLock { $0.commitDuration.observe(seconds) }
    }

    /// Counts a failed write to the ledger.
    package func countWriteFailure() {
        readings.withLock { $0.ledgerWriteFailures += 1 }
    }

    /// Observes how long the gate took to answer anew after a commit.
    package func observeLimitResponse(organization: String, seconds: Double) {
        readings.withLock {
            $0.limitResponse[organization, default: Histogram(upperBounds: Self.responseBounds)]
                .observe(seconds)
        }
    }

    /// Counts a jump of the wall clock.
    package func countClockStep() {
        readings.withLock { $0.clockSteps += 1 }
    }

    /// Sets how many releases of settled holds are not marked in the ledger yet.
    func setWaitingReleases(_ count: Int) {
        readings.withLock { $0.waitingReleases = Int64(count) }
    }

    /// Sets how far a large step of the wall clock goes that is not believed yet.
    package func setUnconfirmedStep(milliseconds: Int64) {
        readings.withLock { $0.unconfirmedStepMilliseconds = milliseconds }
    }

    /// Counts samples that the rules' store refused.
    package func countRefusedSamples(_ count: Int64) {
        readings.withLock { $0.refusedSamples += count }
    }
}
