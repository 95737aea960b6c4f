// Decodes the groups and rules of a rule file.

import PositionedYAML
import PromQL

/// One reading of one rule file.
struct RuleFileReader {
    let file: String
    let options: PromQLOptions
    let mistakes: MistakeCollector
    let locator: ScalarLocator

    private var groupNames: [String: SourcePosition] = [:]
    /// How many rules of the present group have the same name and labels.
    private var ordinals: [String: Int] = [:]

    init(
        file: String, options: PromQLOptions, mistakes: MistakeCollector, locator: ScalarLocator
    ) {
        self.file = file
        self.options = options
        self.mistakes = mistakes
        self.locator = locator
    }

    mutating func read(_ root: YAMLNode) -> [RuleGroup] {
        if root.isNull { return [] }
        guard var top = MappingDecoder(root, field: "", into: mistakes) else { return [] }
        var groups: [RuleGroup] = []
        for decoder in top.mappings("groups") ?? [] {
            if let group = group(decoder) { groups.append(group) }
        }
        top.finish()
        return groups
    }

    private mutating func group(_ source: MappingDecoder) -> RuleGroup? {
        var decoder = source
        ordinals = [:]
        let name = decoder.requiredString("name")
        let interval = decoder.duration("interval")
        let limit = decoder.integer("limit", in: 0...Int.max)
        let offset = decoder.duration("query_offset")
        let labelPairs = decoder.stringMap("labels") ?? []
        let ruleDecoders = decoder.mappings("rules") ?? []
        decoder.finish()
        if let name { checkGroupName(name, decoder) }
        let groupName = name?.value ?? ""
        var rules: [Rule] = []
        for (index, rule) in ruleDecoders.enumerated() {
            let place = RulePlace(group: groupName, number: index + 1, groupLabels: labelPairs)
            if let rule = self.rule(rule, place) { rules.append(rule) }
        }
        return RuleGroup(
            file: file, name: groupName,
            // 0 means the agent's own interval, as in Prometheus.
            interval: interval.map(\.value.milliseconds).flatMap { $0 > 0 ? $0 : nil },
            limit: limit?.value ?? 0, queryOffset: offset?.value.milliseconds ?? 0,
            rules: rules, position: decoder.position)
    }

    private mutating func checkGroupName(
        _ name: Positioned<String>, _ decoder: MappingDecoder
    ) {
        if name.value.isEmpty {
            decoder.mistake("name", "the name of a group must not be empty")
        } else if let first = groupNames[name.value] {
            decoder.mistake(
                "name",
                "groupname \"\(name.value)\" is repeated in the same file; the first is in "
                    + "line \(first.line)")
        } else {
            groupNames[name.value] = name.position
        }
    }

    /// Where a rule stands, for messages and identities.
    private struct RulePlace {
        let group: String
        let number: Int
        let groupLabels: [(Positioned<String>, Positioned<String>)]
    }

    private mutating func rule(_ source: MappingDecoder, _ place: RulePlace) -> Rule? {
        var decoder = source
        let record = decoder.string("record")
        let alert = decoder.string("alert")
        let expression = decoder.requiredString("expr")
        let hold = decoder.duration("for")
        let keep = decoder.duration("keep_firing_for")
        let labels = decoder.stringMap("labels") ?? []
        let annotations = decoder.stringMap("annotations") ?? []
        decoder.finish()
        guard let name = checkedName(record: record, alert: alert, decoder) else { return nil }
        let isAlert = alert != nil
        let title = "group \"\(place.group)\", rule \(place.number), \"\(name.value)\""
        if !isAlert {
            var wrong = annotations.isEmpty ? [] : ["annotations"]
            if let hold, hold.value.milliseconds != 0 { wrong.append("for") }
            if let keep, keep.value.milliseconds != 0 { wrong.append("keep_firing_for") }
            refuse(wrong, decoder, title)
        }
        let parsed = expression.flatMap { parse($0, title) }
        var context = TemplateReading(
            mistakes: mistakes, alert: name.value, title: title, isAlert: isAlert)
        let merged = context.labels(place.groupLabels, labels)
        let texts = context.annotations(annotations)
        guard let parsed else { return nil }
        let identity = identity(place.group, name.value, merged)
        let kind: Rule.Kind =
            isAlert
            ? .alerting(
                Rule.AlertingTerms(
                    holdFor: hold?.value.milliseconds ?? 0,
                    keepFiringFor: keep?.value.milliseconds ?? 0, annotations: texts))
            : .recording
        return Rule(
            identity: identity, name: name.value, kind: kind, expression: parsed,
            labels: merged, position: decoder.position)
    }

    private mutating func identity(
        _ group: String, _ name: String, _ labels: [RuleText]
    ) -> String {
        let pairs = labels.map { (name: $0.name, value: $0.template.source) }
        let first = RuleIdentity.make(
            file: file, group: group, name: name, labels: pairs, ordinal: 0)
        let ordinal = ordinals[first, default: 0]
        ordinals[first] = ordinal + 1
        return RuleIdentity.make(
            file: file, group: group, name: name, labels: pairs, ordinal: ordinal)
    }

    private func checkedName(
        record: Positioned<String>?, alert: Positioned<String>?, _ decoder: MappingDecoder
    ) -> Positioned<String>? {
        switch (record, alert) {
        case (.some, .some):
            mistakes.add(
                "\(decoder.field): only one of 'record' and 'alert' must be set",
                at: decoder.position)
            return nil
        case (nil, nil):
            mistakes.add(
                "\(decoder.field): one of 'record' or 'alert' must be set", at: decoder.position)
            return nil
        case (let name?, nil):
            guard RuleNames.isMetric(name.value) else {
                decoder.mistake("record", "invalid recording rule name: \(name.value)")
                return nil
            }
            return name
        case (nil, let name?):
            guard !name.value.isEmpty else {
                decoder.mistake("alert", "the name of an alert must not be empty")
                return nil
            }
            return name
        }
    }

    private func refuse(_ keys: [String], _ decoder: MappingDecoder, _ title: String) {
        for key in keys {
            mistakes.add(
                "\(title): invalid field '\(key)' in recording rule",
                at: decoder.position(of: key) ?? decoder.position)
        }
    }

    private func parse(_ text: Positioned<String>, _ title: String) -> PromQLExpression? {
        do {
            let expression = try PromQLExpression.parse(text.value, options: options)
            if expression.type == .string || expression.type == .matrix {
                mistakes.add(
                    "\(title): expr: the result of a rule must be a vector or a scalar, "
                        + "this is a \(expression.type)",
                    at: text.position)
                return nil
            }
            return expression
        } catch {
            let place = locator.position(
                of: text, line: error.line, column: error.column)
            mistakes.add(
                "\(title): expr: could not parse expression: \(error)", at: place)
            return nil
        }
    }
}
