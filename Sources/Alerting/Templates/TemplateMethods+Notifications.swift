// The methods of Alertmanager's template data.

extension TemplateMethods {
    /// Methods of `template.KV`.
    ///
    /// - Source: alertmanager template/template.go
    static func method(_ name: String, of labels: TemplateLabels) -> TemplateFunction? {
        switch name {
        case "SortedPairs": return constant(.list(pairs(labels.alertmanagerPairs)))
        case "Names":
            return constant(.list(TemplateList(strings: labels.alertmanagerPairs.map(\.name))))
        case "Values":
            return constant(.list(TemplateList(strings: labels.alertmanagerPairs.map(\.value))))
        case "String":
            return constant(.string(TemplateList.text(of: labels.alertmanagerPairs)))
        case "Remove":
            return TemplateFunction([.strings]) { _, values in
                let removed = Set(strings(values[0]))
                return .keyValues(
                    TemplateLabels(labels.pairs.filter { !removed.contains($0.name) }))
            }
        default: return nil
        }
    }

    /// Methods of `template.Alerts` and `template.Pairs`.
    static func method(_ name: String, of list: TemplateList) -> TemplateFunction? {
        switch (list.typeName, name) {
        case (TemplateList.alerts, "Firing"): alerts(of: list, "firing")
        case (TemplateList.alerts, "Resolved"): alerts(of: list, "resolved")
        case (TemplateList.pairs, "Names"):
            constant(.list(TemplateList(strings: list.namesAndValues.map(\.name))))
        case (TemplateList.pairs, "Values"):
            constant(.list(TemplateList(strings: list.namesAndValues.map(\.value))))
        case (TemplateList.pairs, "String"):
            constant(.string(TemplateList.text(of: list.namesAndValues)))
        default: nil
        }
    }

    private static func alerts(of list: TemplateList, _ status: String) -> TemplateFunction {
        let found = list.elements.filter { element in
            guard case .record(let alert) = element else { return false }
            return alert["Status"]?.text == status
        }
        return constant(.list(TemplateList("[]template.Alert", found)))
    }

    private static func pairs(_ pairs: [(name: String, value: String)]) -> TemplateList {
        TemplateList(
            TemplateList.pairs,
            pairs.map { pair in
                .record(
                    TemplateRecord(
                        typeName: "template.Pair",
                        fields: [("Name", .string(pair.name)), ("Value", .string(pair.value))]))
            })
    }

    /// The texts of a list.
    static func strings(_ value: TemplateValue) -> [String] {
        guard case .list(let list) = value else { return [] }
        return list.elements.compactMap(\.text)
    }
}
