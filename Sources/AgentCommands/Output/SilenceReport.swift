// The list of silences for people and for programs.

import Alerting
import ExactJSON

/// How silences are printed.
package enum SilenceFormat: String, Sendable, Hashable, CaseIterable {
    /// For people.
    case table
    /// Alertmanager's API.
    case json
}

/// Silences in the shape of Alertmanager's API.
package struct SilenceReport: Sendable {
    private let silences: [JSONValue]

    /// The silences of a list that are over, or those that are not.
    package init(_ list: [JSONValue], expired: Bool) {
        silences = list.filter { silence in
            (silence["status"]?["state"]?.stringValue == SilenceState.expired.rawValue) == expired
        }
    }

    /// The silences in a format.
    package func text(_ format: SilenceFormat) -> String {
        switch format {
        case .json: return JSONValue.array(silences).text(.pretty) + "\n"
        case .table:
            guard !silences.isEmpty else { return "no silences\n" }
            var table = TextTable([
                "id", "state", "matchers", "starts at", "ends at", "created by", "comment",
            ])
            for silence in silences { table.add(Self.row(silence)) }
            return table.text
        }
    }

    private static func row(_ silence: JSONValue) -> [TableCell] {
        func text(_ name: String) -> TableCell { .text(silence[name]?.stringValue ?? "") }
        let matchers = (silence["matchers"]?.arrayValue).flatMap {
            try? SilenceMatchers.read($0)
        }
        return [
            text("id"), .text(silence["status"]?["state"]?.stringValue ?? ""),
            .text((matchers ?? []).map(\.alertmanagerText).joined(separator: " ")),
            text("startsAt"), text("endsAt"), text("createdBy"), text("comment"),
        ]
    }
}
