// What Alertmanagers hear of after each evaluation.

import AgentConfiguration
import Alerting
import Credits

extension AgentCore {
    /// Puts the alerts that are due into the queues of all Alertmanagers.
    func feedAlertmanagers(at now: Timestamp) {
        guard !configuration.notifications.alertmanagers.isEmpty else { return }
        var intervals: [String: Int64] = [:]
        for group in rules.listing {
            for outcome in group.evaluator.outcomes where outcome.health != .err {
                intervals[outcome.identity] = group.intervalMilliseconds
            }
        }
        alertmanagers.add(
            feed.due(
                notifier.alerts(of: rules.book), interval: { intervals[$0.ruleIdentity] },
                now: now.milliseconds))
    }
}

extension AgentCore {
    /// The alerts that fire, with the routes and silences in force.
    package func alertBoard() -> AlertBoard {
        var evaluations: [String: AlertBoard.Evaluation] = [:]
        for group in rules.listing {
            for rule in group.evaluator.group.rules {
                evaluations[rule.identity] = AlertBoard.Evaluation(
                    interval: group.intervalMilliseconds, last: group.evaluator.lastEvaluation)
            }
        }
        return AlertBoard(
            notifier.alerts(of: rules.book), evaluations: evaluations,
            configuration: notifier.configuration, silences: notifier.silences)
    }
}
