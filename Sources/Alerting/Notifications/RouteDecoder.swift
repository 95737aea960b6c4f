// Reads the routing tree; a route inherits what it does not say.

import PositionedYAML
import PromQL

struct RouteDecoder {
    private static let maximumRoutes = 1000
    private static let maximumDepth = 50

    private let receivers: [String]
    private var count = 0

    init(receivers: [String]) {
        self.receivers = receivers
    }

    /// The root: it has a receiver and matches everything.
    mutating func root(_ mapping: MappingDecoder) -> NotificationRoute? {
        var decoder = mapping
        for key in ["matchers", "match", "match_re"] where decoder.position(of: key) != nil {
            _ = decoder.contains(key)
            decoder.mistake(key, "the root route matches every alert; move it to `routes`")
        }
        if let continues = decoder.boolean("continue"), continues.value {
            decoder.mistake("continue", "the root route has nothing after it; remove it")
        }
        guard let receiver = decoder.requiredString("receiver") else {
            _ = self.route(&decoder, inheriting: RouteSettings(), parentKey: nil, depth: 0)
            return nil
        }
        var settings = RouteSettings()
        settings.receiver = receiver.value
        return route(&decoder, inheriting: settings, parentKey: nil, depth: 0)
    }

    private mutating func route(
        _ decoder: inout MappingDecoder, inheriting: RouteSettings, parentKey: String?, depth: Int
    ) -> NotificationRoute? {
        let number = count
        count += 1
        guard count <= Self.maximumRoutes, depth <= Self.maximumDepth else {
            decoder.mistakes.add(
                "\(decoder.field): more than \(Self.maximumRoutes) routes, or deeper than "
                    + "\(Self.maximumDepth)", at: decoder.position)
            return nil
        }
        decoder.refuse(RefusedKeys.route)
        var settings = inheriting
        readReceiver(&decoder, into: &settings)
        readGrouping(&decoder, into: &settings)
        readTimes(&decoder, into: &settings)
        let matchers = parentKey == nil ? [] : readMatchers(&decoder)
        let continues = parentKey == nil ? false : decoder.boolean("continue")?.value ?? false
        let own = "{" + matchers.map(\.alertmanagerText).joined(separator: ",") + "}"
        let key = parentKey.map { "\($0)/\(own)" } ?? own
        var routes: [NotificationRoute] = []
        for var child in decoder.mappings("routes") ?? [] {
            if let route = route(
                &child, inheriting: settings, parentKey: key, depth: depth + 1)
            {
                routes.append(route)
            }
        }
        decoder.finish()
        return NotificationRoute(
            number: number, receiver: settings.receiver, matchers: matchers, settings: settings,
            continues: continues, routes: routes, key: key)
    }

    private func readReceiver(_ decoder: inout MappingDecoder, into settings: inout RouteSettings) {
        guard let receiver = decoder.string("receiver") else { return }
        settings.receiver = receiver.value
        guard !receivers.contains(receiver.value) else { return }
        var message = "receiver `\(receiver.value)` is not defined in `notifications.receivers`"
        if let nearest = NearestWord.nearest(to: receiver.value, among: receivers) {
            message += "; did you mean `\(nearest)`?"
        }
        decoder.mistake("receiver", message)
    }

    private func readGrouping(_ decoder: inout MappingDecoder, into settings: inout RouteSettings) {
        guard let names = decoder.strings("group_by") else { return }
        if names.contains(where: { $0.value == "..." }) {
            if names.count > 1 {
                decoder.mistake("group_by", "`...` means every label; write it alone")
            }
            settings.groupBy = .everyLabel
            return
        }
        var known: Set<String> = []
        for name in names {
            if name.value.isEmpty {
                decoder.mistakes.add(
                    "\(decoder.field(of: "group_by")): a label name is empty", at: name.position)
            } else if !known.insert(name.value).inserted {
                decoder.mistakes.add(
                    "\(decoder.field(of: "group_by")): label `\(name.value)` is repeated",
                    at: name.position)
            }
        }
        settings.groupBy = .labels(names.map(\.value).sorted())
    }

    private func readTimes(_ decoder: inout MappingDecoder, into settings: inout RouteSettings) {
        if let wait = decoder.duration("group_wait") {
            settings.groupWait = wait.value.milliseconds
        }
        if let interval = decoder.duration("group_interval") {
            settings.groupInterval = max(1000, interval.value.milliseconds)
            if interval.value.milliseconds < 1000 {
                decoder.mistake("group_interval", "at least 1s, found \(interval.value)")
            }
        }
        if let interval = decoder.duration("repeat_interval") {
            settings.repeatInterval = interval.value.milliseconds
            if interval.value.milliseconds == 0 {
                decoder.mistake("repeat_interval", "must be longer than 0s")
            }
        }
    }

    private func readMatchers(_ decoder: inout MappingDecoder) -> [LabelMatcher] {
        for key in ["match", "match_re"] where decoder.position(of: key) != nil {
            refuseOldMatchers(&decoder, key)
        }
        var matchers: [LabelMatcher] = []
        for (index, text) in (decoder.strings("matchers") ?? []).enumerated() {
            do {
                matchers += try MatcherParser.parse(text.value)
            } catch {
                let field = "\(decoder.field(of: "matchers"))[\(index)]"
                decoder.mistakes.add("\(field): \(error.message)", at: text.position)
            }
        }
        return matchers.sorted(by: LabelMatcher.precedes)
    }

    private func refuseOldMatchers(_ decoder: inout MappingDecoder, _ key: String) {
        let position = decoder.position(of: key) ?? decoder.position
        let sign = key == "match" ? "=" : "=~"
        var example = "severity\(sign)\"critical\""
        let pair = decoder.node(key)?.pairs?.first
        if let name = pair?.key.text, let value = pair?.value.text {
            example = "\(name)\(sign)\(GoText.quoted(value))"
        }
        decoder.mistakes.add(
            "\(decoder.field): `\(key)` is not available in this version; "
                + "write matchers: ['\(example)']",
            at: position)
    }
}
