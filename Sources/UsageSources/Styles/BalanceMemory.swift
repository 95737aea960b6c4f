// What is remembered of a balance, so that every snapshot can be reconciled.

import Credits
import ExactJSON

/// The book of one balance since it was opened.
struct BalanceMemory: Sendable, Hashable {
    /// What was left when it was opened.
    var opening: ExactDecimal
    /// What was granted since then.
    var grants: ExactDecimal = .zero
    /// What was used since then.
    var usage: ExactDecimal = .zero
    /// What was left at the last poll.
    var closing: ExactDecimal
    /// The total of grants, or the limit, at the last poll; nil when the source says neither.
    var ceiling: ExactDecimal?

    /// Opening + grants − use − closing: zero when nothing was missed.
    func drift() throws(AmountError) -> ExactDecimal {
        try opening.adding(grants).subtracting(usage).subtracting(closing)
    }

    /// The key, then `opening, grants, usage, closing, ceiling`.
    func json(_ key: SeriesKey) -> JSONValue {
        .array(
            key.json + [
                .string(opening.description), .string(grants.description),
                .string(usage.description), .string(closing.description),
                ceiling.map { .string($0.description) } ?? .null,
            ])
    }

    /// The balances of a state.
    static func all(_ reader: StateReader) throws(PollFailure) -> [SeriesKey: BalanceMemory] {
        var balances: [SeriesKey: BalanceMemory] = [:]
        for row in try reader.rows("balances", width: SeriesKey.width + 5) {
            let figures = Array(row.dropFirst(SeriesKey.width))
            var memory = BalanceMemory(
                opening: try reader.decimal(figures[0]), closing: try reader.decimal(figures[3]))
            memory.grants = try reader.decimal(figures[1])
            memory.usage = try reader.decimal(figures[2])
            if !figures[4].isNull { memory.ceiling = try reader.decimal(figures[4]) }
            balances[try SeriesKey(row, reader)] = memory
        }
        return balances
    }
}
