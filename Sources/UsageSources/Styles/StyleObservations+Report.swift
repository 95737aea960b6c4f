// What a poll observed in lines of text, for `source probe`.

import Credits

extension StyleObservations {
    /// A line for each observation, at most so many, below a line that counts them.
    func lines(atMost limit: Int) -> [String] {
        let (name, all) = described
        var lines = [
            "\(all.count) \(name); readings follow from them and from what the ledger holds"
        ]
        lines += all.prefix(limit).map { "  \($0)" }
        if all.count > limit { lines.append("  … and \(all.count - limit) more") }
        return lines
    }

    private var described: (name: String, lines: [String]) {
        switch content {
        case .counter(let samples, _):
            let lines = samples.map { sample in
                "\(sample.series): \(sample.value)"
                    + (sample.mark.isEmpty ? "" : ", period \(shown(sample.mark))")
            }
            return ("totals", lines)
        case .balance(let samples, _):
            return ("balances", samples.map { "\($0.series): \($0.figures.text)" })
        case .events(let samples, let span, _):
            let lines = samples.map { sample in
                let quantities = sample.quantities.map { "\($0.amount) \($0.unit)" }
                return "\(sample.at) \(shown(sample.identity)) \(sample.product) "
                    + quantities.joined(separator: ", ")
            }
            return ("events of \(span.start) to \(span.end)", lines)
        }
    }
}

extension BalanceSample.Figures {
    /// `92 left of 100`.
    fileprivate var text: String {
        switch self {
        case .granted(let granted, let used, let remaining):
            "\(granted) granted, \(used) used" + (remaining.map { ", \($0) left" } ?? "")
        case .remaining(let remaining, let limit):
            "\(remaining) left" + (limit.map { " of \($0)" } ?? "")
        }
    }
}
