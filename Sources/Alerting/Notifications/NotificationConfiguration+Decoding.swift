// Reads `notifications` strictly: every key is served, or refused by name.

import PositionedYAML

extension NotificationConfiguration {
    /// Reads the key `notifications` of agent.yml; absent: no receivers, nothing routed.
    ///
    /// - Parameters:
    ///   - top: the top-level mapping of the file.
    ///   - templateFiles: reads the files that one entry of `templates` names, globs included, as
    ///     names and texts; says itself what cannot be read.
    /// - Returns: nil when there is no section that can be used; the mistakes say why.
    package static func decode(
        from top: inout MappingDecoder, into mistakes: MistakeCollector,
        templateFiles: (Positioned<String>) -> [(name: String, text: String)] = { _ in [] }
    ) -> NotificationConfiguration? {
        guard top.node("notifications") != nil else { return NotificationConfiguration.none }
        guard var section = top.mapping("notifications") else { return nil }
        section.refuse(RefusedKeys.top)
        let alertmanagers = AlertmanagerDecoder.list(&section)
        let global = section.mapping("global").map(GlobalSettings.init(decoding:))
        let library = library(&section, templateFiles)
        let decoder = ReceiverDecoder(
            global: global ?? GlobalSettings(), templates: TemplateFields(library: library))
        let receivers = receivers(&section, decoder)
        let route = route(&section, receivers: receivers)
        section.finish()
        let root: NotificationRoute?
        switch route {
        case .absent: root = nil
        case .unusable: return nil
        case .tree(let tree): root = tree
        }
        return NotificationConfiguration(
            route: root, receivers: receivers, alertmanagers: alertmanagers)
    }

    /// The default templates, and those of the files over them.
    private static func library(
        _ section: inout MappingDecoder,
        _ files: (Positioned<String>) -> [(name: String, text: String)]
    ) -> TemplateLibrary {
        var library = TemplateLibrary.standard
        for entry in section.strings("templates") ?? [] {
            for (name, text) in files(entry) {
                do {
                    try library.add(name: name, text: text)
                } catch {
                    section.mistakes.add("templates: \(error.message)", at: entry.position)
                }
            }
        }
        return library
    }

    private static func receivers(
        _ section: inout MappingDecoder, _ integrations: ReceiverDecoder
    ) -> [NotificationReceiver] {
        var places: [String: SourcePosition] = [:]
        var receivers: [NotificationReceiver] = []
        for var decoder in section.mappings("receivers") ?? [] {
            decoder.refuse(RefusedKeys.receiver)
            let name = decoder.requiredString("name")
            let alerts = integrations.integrations(&decoder, of: name?.value)
            let events = EndpointDecoder.events(
                &decoder, of: name?.value, integrations.global.client)
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
                    name: name.value, integrations: alerts, eventWebhooks: events))
        }
        return receivers
    }

    /// Without any integration no alert could be sent, so there need be no tree.
    private static func route(
        _ section: inout MappingDecoder, receivers: [NotificationReceiver]
    ) -> RouteSection {
        if section.node("route") == nil, receivers.allSatisfy(\.integrations.isEmpty) {
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
