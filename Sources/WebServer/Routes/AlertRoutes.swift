// Alertmanager's API v2 as far as alerts need it: `amtool alert query` works with it.
//
// Source: alertmanager api/v2/openapi.yaml; no alert is inhibited here, and none is unprocessed:
// what fires was routed in the same step.

import Agent
import Alerting
import Credits
import ExactJSON
import Ports
import PromQL

/// Serves the alerts that fire.
struct AlertRoutes {
    let core: AgentCore

    var routes: [Route] {
        [
            Route("GET", "/api/v2/alerts", access: .read) { request, _ in await list(request) },
            Route("GET", "/api/v2/receivers", access: .read) { _, _ in
                let names = await core.alertBoard().receivers
                return .bare(.array(names.map { ["name": .string($0)] }))
            },
        ]
    }

    private func list(_ request: WebRequest) async -> WebResponse {
        var filter = AlertFilter()
        do throws(AlertmanagerRefusal) {
            filter.matchers = try AlertmanagerParameters.matchers(request)
            filter.receiver = try AlertmanagerParameters.receiver(request)
        } catch {
            return error.response
        }
        filter.showsActive = AlertmanagerParameters.flag("active", request)
        filter.showsSilenced = AlertmanagerParameters.flag("silenced", request)
        let now = core.ports.wallClock.now().milliseconds
        let alerts = await core.alertBoard().alerts(filter, now: now)
        return .bare(.array(alerts.map(Self.view)))
    }

    /// An alert in Alertmanager's shape.
    private static func view(_ entry: BoardedAlert) -> JSONValue {
        [
            "annotations": map(entry.alert.annotations),
            "endsAt": SilenceViews.instant(entry.endsAt),
            "fingerprint": .string(entry.alert.fingerprint),
            "receivers": .array(entry.receivers.map { ["name": .string($0)] }),
            "startsAt": SilenceViews.instant(entry.alert.startsAt),
            "status": [
                "inhibitedBy": [], "silencedBy": .array(entry.silencedBy.map(JSONValue.string)),
                "state": entry.silencedBy.isEmpty ? "active" : "suppressed",
            ],
            "updatedAt": SilenceViews.instant(entry.updatedAt),
            "generatorURL": .string(entry.alert.generatorURL), "labels": map(entry.alert.labels),
        ]
    }

    private static func map(_ pairs: [LabelPair]) -> JSONValue {
        .object(JSONObject(pairs.map { ($0.name, JSONValue.string($0.value)) }))
    }
}
