// The account of one poll in lines of text, for `source probe`: requests, rows, readings.

import Credits
import PositionedYAML

/// Durations in messages.
enum Milliseconds {
    /// `10s`, `1m30s`.
    static func text(_ milliseconds: Int64) -> String {
        PrometheusDuration(milliseconds: milliseconds).description
    }
}

/// Writes down what a poll did; it never holds a secret.
package struct SourceProbeReport: Sendable {
    /// Rows and readings beyond this many are counted, not listed.
    private static let maximumListed = 1000

    /// The lines so far.
    package private(set) var lines: [String] = []

    /// The head of a report: the source and its window.
    package init(_ definition: SourceDefinition, window: PollWindow) {
        lines.append("source \(definition.id) (organization \(definition.organization))")
        var days = "window \(window.first) to \(window.last) in \(window.calendar.identifier)"
        if window.lastAccepted != window.last { days += ", rows until \(window.lastAccepted)" }
        lines.append(days)
    }

    /// Takes a step of the machine.
    package mutating func record(_ step: PollStep) {
        switch step {
        case .send(let request, let wait):
            let prefix = wait == 0 ? "" : "after \(Milliseconds.text(Int64(wait))): "
            lines.append("→ \(prefix)\(request.redacted)")
        case .finished(let result): record(result)
        case .failed(let failure, let retryAfter):
            lines.append("failed: \(failure)")
            if let retryAfter { lines.append("the source asks to wait \(retryAfter) s") }
        }
    }

    /// Takes what became of a request.
    package mutating func record(_ event: PollEvent, elapsedMilliseconds: Int64) {
        let time = "at \(Milliseconds.text(max(0, elapsedMilliseconds)))"
        switch event {
        case .response(let response):
            let type = response.header("content-type").map { ", \($0)" } ?? ""
            lines.append(
                "← \(StatusName.text(response.status)), \(response.body.count) bytes\(type), "
                    + "\(time)"
            )
        case .fault(let fault):
            lines.append("← \(fault.reason.rawValue): \(fault.message), \(time)")
        }
    }

    private mutating func record(_ result: PollResult) {
        var head = "\(result.rowCount) rows on \(result.pageCount) pages"
        if result.ignoredRowCount > 0 { head += ", \(result.ignoredRowCount) outside the window" }
        if result.filteredRowCount > 0 {
            head += ", \(result.filteredRowCount) passed over by `where`"
        }
        lines.append(head)
        for row in result.rows.prefix(Self.maximumListed) {
            let quantities = row.quantities.map { "\($0.amount) \($0.unit)" }
            lines.append(
                "  \(row.page) \(row.location): \(row.day) \(row.product) "
                    + Self.text(of: row.dimensions) + quantities.joined(separator: ", "))
        }
        noteRest(of: result.rowCount, listed: min(result.rows.count, Self.maximumListed))
        if let observations = result.observations {
            lines += observations.lines(atMost: Self.maximumListed)
            return
        }
        lines.append("\(result.readings.count) readings")
        for reading in result.readings.prefix(Self.maximumListed) {
            let key = reading.key
            let conversion =
                key.unit == RowMapping.creditsUnit && reading.creditsPerUnit == .one
                ? "" : " (\(reading.quantity) \(key.unit) × \(reading.creditsPerUnit))"
            let dimensions = Self.text(of: key.dimensions)
            lines.append(
                "  \(key.day) \(key.product) \(dimensions)\(reading.credits) credits"
                    + conversion)
        }
        noteRest(of: result.readings.count, listed: min(result.readings.count, Self.maximumListed))
    }

    /// `{model=x} `, or nothing.
    private static func text(of dimensions: [ReadingDimension]) -> String {
        if dimensions.isEmpty { return "" }
        return "{" + dimensions.map { "\($0.name)=\($0.value)" }.joined(separator: ", ") + "} "
    }

    private mutating func noteRest(of count: Int, listed: Int) {
        if listed > 0, count > listed { lines.append("  … and \(count - listed) more") }
    }
}
