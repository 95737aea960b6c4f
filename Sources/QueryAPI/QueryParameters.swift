// Parameters of the query API, read as Prometheus reads them.

import Credits
import PromQL

/// The parameters of a request, from its query or its form.
package struct QueryParameters: Sendable {
    private let pairs: [(name: String, value: String)]

    /// Parameters in their order.
    package init(_ pairs: [(name: String, value: String)]) {
        self.pairs = pairs
    }

    /// The first value of a name, or an empty text.
    subscript(name: String) -> String {
        pairs.first { $0.name == name }?.value ?? ""
    }

    /// All values of a name.
    func all(_ name: String) -> [String] {
        pairs.filter { $0.name == name }.map(\.value)
    }

    /// An instant, milliseconds since 1970; nil when the parameter is absent.
    func time(_ name: String) throws(QueryAPIError) -> Int64? {
        let text = self[name]
        guard !text.isEmpty else { return nil }
        guard let time = Self.time(text) else {
            throw .parameter(
                name, "invalid time value for '\(name)': \(Self.unreadable(text, "timestamp"))")
        }
        return time
    }

    /// An instant that has to be there.
    func requiredTime(_ name: String) throws(QueryAPIError) -> Int64 {
        guard let time = Self.time(self[name]) else {
            throw .parameter(name, Self.unreadable(self[name], "timestamp"))
        }
        return time
    }

    /// A duration in milliseconds, fractions included: seconds, or units.
    func duration(_ name: String) throws(QueryAPIError) -> Double {
        let text = self[name]
        if let seconds = GoFloat.parse(text) {
            guard (seconds * 1e9).magnitude < 0x1p63 else {
                throw .parameter(
                    name, Self.unreadable(text, "duration") + ". It overflows int64")
            }
            return seconds * 1000
        }
        guard let milliseconds = try? PrometheusTime.parse(text) else {
            throw .parameter(name, Self.unreadable(text, "duration"))
        }
        return Double(milliseconds)
    }

    /// How long the query may take, milliseconds; nil when nothing was asked for.
    func timeout() throws(QueryAPIError) -> Double? {
        self["timeout"].isEmpty ? nil : try duration("timeout")
    }

    /// The most results; nil for all.
    func limit() throws(QueryAPIError) -> Int? {
        let text = self["limit"]
        guard !text.isEmpty else { return nil }
        guard let limit = Int(text) else {
            throw .parameter(
                "limit", "strconv.Atoi: parsing \(GoText.quoted(text)): invalid syntax")
        }
        guard limit >= 0 else { throw .parameter("limit", "limit must be non-negative") }
        return limit == 0 ? nil : limit
    }

    /// The series selectors of `match[]`.
    func matchers() throws(QueryAPIError) -> [[LabelMatcher]] {
        let isOpen = "match[] must contain at least one non-empty matcher"
        var selections: [[LabelMatcher]] = []
        for text in all("match[]") {
            do {
                selections.append(try PromQLExpression.parseSelector(text))
            } catch {
                // An expression may not select everything; here that has words of its own.
                let isEmpty = error.message.contains("at least one non-empty matcher")
                throw .parameter("match[]", isEmpty ? isOpen : "\(error)")
            }
        }
        if selections.contains(where: { $0.allSatisfy { $0.matches("") } }) {
            throw .parameter("match[]", isOpen)
        }
        return selections
    }

    private static func time(_ text: String) -> Int64? {
        if let seconds = GoFloat.parse(text) {
            let milliseconds = (seconds * 1000).rounded()
            guard milliseconds.magnitude <= Double(TimeBounds.accepted.upperBound) else {
                return nil
            }
            return Int64(milliseconds)
        }
        switch text {
        // What clients send for "from the beginning" and "to the end".
        case "-292273086-05-16T16:47:06Z": return TimeBounds.accepted.lowerBound
        case "+292277025-08-18T07:12:54.999999999Z": return TimeBounds.accepted.upperBound
        default: return Timestamp(rfc3339: text)?.milliseconds
        }
    }

    private static func unreadable(_ text: String, _ kind: String) -> String {
        "cannot parse \(GoText.quoted(text)) to a valid \(kind)"
    }
}
