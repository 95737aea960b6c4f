// Checks and parses the labels and annotations of one rule.

import PositionedYAML

/// Reads the texts of one rule.
struct TemplateReading {
    let mistakes: MistakeCollector
    let alert: String
    let title: String
    let isAlert: Bool

    typealias Pairs = [(Positioned<String>, Positioned<String>)]

    /// The group's labels with the rule's own over them, sorted by name.
    mutating func labels(_ group: Pairs, _ own: Pairs) -> [RuleText] {
        var texts: [String: RuleText] = [:]
        for (name, value) in group + own {
            guard RuleNames.isLabel(name.value), name.value != "__name__" else {
                mistakes.add("\(title): invalid label name: \(name.value)", at: name.position)
                continue
            }
            if isAlert, name.value == "alertname" {
                mistakes.warn(
                    "\(title): the label \"alertname\" is always the alert's name; remove it",
                    at: name.position)
            }
            if isAlert, value.value.contains("$value") || value.value.contains(".Value") {
                mistakes.warn(
                    "\(title): label \"\(name.value)\" contains the value: every change of it "
                        + "makes a new alert and resolves the old one; use an annotation",
                    at: value.position)
            }
            texts[name.value] = text(name.value, value, "label")
        }
        return Self.sorted(texts)
    }

    /// The annotations, sorted by name.
    mutating func annotations(_ pairs: Pairs) -> [RuleText] {
        var texts: [String: RuleText] = [:]
        for (name, value) in pairs {
            guard RuleNames.isLabel(name.value) else {
                mistakes.add(
                    "\(title): invalid annotation name: \(name.value)", at: name.position)
                continue
            }
            texts[name.value] = text(name.value, value, "annotation")
        }
        return Self.sorted(texts)
    }

    private func text(
        _ name: String, _ value: Positioned<String>, _ kind: String
    ) -> RuleText? {
        do {
            // The labels of a recording rule are no templates.
            let template =
                isAlert
                ? try GoTemplate(alert: alert, source: value.value)
                : GoTemplate(plain: value.value)
            return RuleText(name: name, template: template)
        } catch {
            mistakes.add(
                "\(title): \(kind) \"\(name)\": \(error.message)", at: value.position)
            return nil
        }
    }

    private static func sorted(_ texts: [String: RuleText]) -> [RuleText] {
        texts.values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

/// What names may look like.
enum RuleNames {
    /// `[a-zA-Z_][a-zA-Z0-9_]*`
    static func isLabel(_ name: String) -> Bool {
        isName(name, colons: false)
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`
    static func isMetric(_ name: String) -> Bool {
        isName(name, colons: true)
    }

    private static func isName(_ name: String, colons: Bool) -> Bool {
        guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "_")
                || (colons && byte == UInt8(ascii: ":"))
        }
    }
}
