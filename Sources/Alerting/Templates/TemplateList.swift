// Lists and records: the values that notification templates add to those of rules.

/// A slice with the Go type that error messages name.
struct TemplateList: Sendable {
    /// The type of a list of texts.
    static let strings = "[]string"
    static let alerts = "template.Alerts"
    static let pairs = "template.Pairs"

    let typeName: String
    let elements: [TemplateValue]

    init(_ typeName: String, _ elements: [TemplateValue]) {
        self.typeName = typeName
        self.elements = elements
    }

    /// A list of texts.
    init(strings: [String]) {
        self.init(Self.strings, strings.map(TemplateValue.string))
    }

    /// The text of a type that has a `String` method.
    var stringer: String? {
        guard typeName == Self.pairs else { return nil }
        return Self.text(of: namesAndValues)
    }

    /// Names and values of pairs.
    var namesAndValues: [(name: String, value: String)] {
        elements.compactMap { element in
            guard case .record(let record) = element, let name = record["Name"]?.text,
                let value = record["Value"]?.text
            else { return nil }
            return (name, value)
        }
    }

    /// `a=b, c=d`, as Alertmanager prints pairs.
    static func text(of pairs: [(name: String, value: String)]) -> String {
        pairs.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")
    }
}

/// A struct with its fields in order.
struct TemplateRecord: Sendable {
    let typeName: String
    let fields: [(name: String, value: TemplateValue)]

    subscript(name: String) -> TemplateValue? {
        fields.first { $0.name == name }?.value
    }
}

extension TemplateLabels {
    /// Alertmanager's order: `alertname` first, then by name.
    var alertmanagerPairs: [(name: String, value: String)] {
        pairs.filter { $0.name == "alertname" } + pairs.filter { $0.name != "alertname" }
    }
}
