// Matchers as Alertmanager prints and sorts them: part of every group's key.

import PromQL

extension LabelMatcher {
    /// As Alertmanager prints a matcher, in a group's key and in lists of silences.
    package var alertmanagerText: String {
        let reserved = "{}!=~,\\\"'`".unicodeScalars
        let isPlain = !name.unicodeScalars.contains {
            reserved.contains($0) || $0.properties.isWhitespace
        }
        guard isPlain else {
            return GoText.quoted(name) + operation.rawValue + GoText.quoted(value)
        }
        var escaped = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"": escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\(name)\(operation.rawValue)\"\(escaped)\""
    }

    /// Alertmanager's order of the matchers of a route: name, value, kind.
    static func precedes(_ left: LabelMatcher, _ right: LabelMatcher) -> Bool {
        let names = ByteOrder.compare(left.name, right.name)
        if names != 0 { return names < 0 }
        let values = ByteOrder.compare(left.value, right.value)
        if values != 0 { return values < 0 }
        return left.rank < right.rank
    }

    private var rank: Int {
        switch operation {
        case .equal: 0
        case .notEqual: 1
        case .matches: 2
        case .notMatches: 3
        }
    }
}
