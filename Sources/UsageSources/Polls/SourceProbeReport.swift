// The account of one poll in lines of text, for `source probe`: requests, rows, readings, totals.

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

    private let definition: SourceDefinition
    private let now: Timestamp

    /// The head of a report: the source and its window.
    ///
    /// - Parameter now: when the poll begins.
    package init(_ definition: SourceDefinition, window: PollWindow, now: Timestamp) {
        self.definition = definition
        self.now = now
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
        if result.hasRestarted { head += ", read twice because their total changed" }
        lines.append(head)
        for row in result.rows.prefix(Self.maximumListed) { lines.append(Self.line(of: row)) }
        noteRest(
            of: result.rowCount + result.ignoredRowCount + result.filteredRowCount,
            listed: min(result.rows.count, Self.maximumListed))
        if let skew = result.clockSkewMilliseconds, skew.magnitude > 60_000 {
            lines.append("the clock here is \(skew / 1000) s ahead of the source's")
        }
        guard let observations = result.observations else { return list(result.readings) }
        lines += observations.lines(atMost: Self.maximumListed)
        listFirst(observations)
    }

    /// Where a row stands, what was read of it, and the row itself.
    private static func line(of row: MappedRow) -> String {
        let quantities = row.quantities.map { "\($0.amount) \($0.unit)" }.joined(separator: ", ")
        let fields = [row.day?.description, row.product].compactMap { $0 }.map { $0 + " " }
        let read =
            row.passedOver.isEmpty
            ? fields.joined() + text(of: row.dimensions) + quantities
            : "passed over: " + row.passedOver
        let place = row.line.map { "line \($0), " } ?? ""
        return "  \(row.page) \(place)\(row.location): "
            + (read.isEmpty ? "" : read + " ") + "← \(row.raw)"
    }

    /// What the observations would count as if this were the first poll of the source.
    private mutating func listFirst(_ observations: StyleObservations) {
        do throws(PollFailure) {
            let outcome = try observations.reduced(
                state: nil, source: definition.id, organization: definition.organization,
                now: now, disabledProducts: [])
            lines.append("as the first poll of the source:")
            lines += outcome.notes.prefix(Self.maximumListed).map { "  \($0)" }
            list(outcome.readings)
        } catch {
            lines.append("failed: \(error)")
        }
    }

    private mutating func list(_ readings: [Reading]) {
        lines.append("\(readings.count) readings")
        var totals: [String: CreditAmount] = [:]
        for (index, reading) in readings.enumerated() {
            let key = reading.key
            if let sum = try? (totals[key.product] ?? .zero).adding(reading.credits) {
                totals[key.product] = sum
            }
            guard index < Self.maximumListed else { continue }
            let conversion =
                key.unit == RowMapping.creditsUnit && reading.creditsPerUnit == .one
                ? "" : " (\(reading.quantity) \(key.unit) × \(reading.creditsPerUnit))"
            let dimensions = Self.text(of: key.dimensions)
            lines.append(
                "  \(key.day) \(key.product) \(dimensions)\(reading.credits) credits"
                    + conversion)
        }
        noteRest(of: readings.count, listed: min(readings.count, Self.maximumListed))
        for (product, sum) in totals.sorted(by: { $0.key < $1.key }).prefix(Self.maximumListed) {
            lines.append("total \(product): \(sum) credits")
        }
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
