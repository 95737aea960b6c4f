// Reads `notifications` strictly: every key is served, or refused by name.

import PositionedYAML

extension NotificationConfiguration {
    /// Reads the key `notifications` of agent.yml; absent: no receivers, nothing routed.
    ///
    /// - Parameter top: the top-level mapping of the file.
    /// - Returns: nil when there is no section that can be used; the mistakes say why.
    package static func decode(
        from top: inout MappingDecoder, into mistakes: MistakeCollector
    ) -> NotificationConfiguration? {
        guard top.node("notifications") != nil else { return NotificationConfiguration.none }
        guard var section = top.mapping("notifications") else { return nil }
        section.refuse(RefusedKeys.top)
        refuseAlertmanagers(&section)
        let receivers = receivers(&section)
        let route = route(&section, receivers: receivers)
        section.finish()
        switch route {
        case .absent: return NotificationConfiguration(route: nil, receivers: receivers)
        case .unusable: return nil
        case .tree(let root): return NotificationConfiguration(route: root, receivers: receivers)
        }
    }

    private static func refuseAlertmanagers(_ section: inout MappingDecoder) {
        guard let list = section.sequence("alertmanagers"), !list.isEmpty else { return }
        section.mistake("alertmanagers", "not available in this version; leave the list empty")
    }

    private static func receivers(_ section: inout MappingDecoder) -> [NotificationReceiver] {
        var places: [String: SourcePosition] = [:]
        var receivers: [NotificationReceiver] = []
        for var decoder in section.mappings("receivers") ?? [] {
            decoder.refuse(RefusedKeys.receiver)
            let name = decoder.requiredString("name")
            let webhooks = EndpointDecoder.list(&decoder, "webhook_configs", of: name?.value)
            let events = EndpointDecoder.list(&decoder, "event_webhook_configs", of: name?.value)
            decoder.finish()
            guard let name else { continue }
            if name.value.isEmpty { decoder.mistake("name", "the name is empty") }
            if let first = places[name.value] {
                decoder.mistake(
                    "name", "receiver `\(name.value)` is repeated; it is first named at \(first)")
                continue
            }
            places[name.value] = name.position
            receivers.append(
                NotificationReceiver(
                    name: name.value, webhooks: webhooks, eventWebhooks: events))
        }
        return receivers
    }

    /// Without any `webhook_configs` no alert could be sent, so there need be no tree.
    private static func route(
        _ section: inout MappingDecoder, receivers: [NotificationReceiver]
    ) -> RouteSection {
        if section.node("route") == nil, receivers.allSatisfy(\.webhooks.isEmpty) {
            return .absent
        }
        guard let root = section.requiredMapping("route") else { return .unusable }
        var decoder = RouteDecoder(receivers: receivers.map(\.name))
        return decoder.root(root).map(RouteSection.tree) ?? .unusable
    }
}

/// What `route` holds.
private enum RouteSection {
    case absent
    case unusable
    case tree(NotificationRoute)
}
