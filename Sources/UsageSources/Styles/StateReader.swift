// Reads what a style remembered. The text was written by this program: anything unexpected means
// that the ledger was changed by hand or is damaged, and nothing may be counted on it.

import Credits
import ExactJSON

/// Reads the state of a source.
struct StateReader {
    /// A state may be longer than an answer of a vendor.
    private static let limits = JSONLimits(bytes: 64 << 20)

    private let object: JSONObject
    private let source: String

    /// A reader of a state; nil when there is none, or it belongs to another style.
    init?(_ text: String?, style: String, source: String) throws(PollFailure) {
        guard let text, !text.isEmpty else { return nil }
        self.source = source
        do throws(JSONError) {
            let value = try JSONReader.read(Array(text.utf8), limits: Self.limits)
            object = value.objectValue ?? JSONObject()
        } catch {
            throw Self.damaged(source, error.message)
        }
        guard let written = object["style"]?.stringValue else {
            throw Self.damaged(source, "it names no style")
        }
        if written != style { return nil }
    }

    /// An instant.
    func instant(_ name: String) throws(PollFailure) -> Timestamp {
        try instant(object[name])
    }

    /// A day.
    func day(_ name: String) throws(PollFailure) -> CalendarDay {
        try day(object[name])
    }

    /// Rows of so many columns.
    func rows(_ name: String, width: Int) throws(PollFailure) -> [[JSONValue]] {
        guard let rows = object[name]?.arrayValue else { throw damaged("`\(name)` is missing") }
        var output: [[JSONValue]] = []
        output.reserveCapacity(rows.count)
        for row in rows {
            guard let columns = row.arrayValue, columns.count == width else {
                throw damaged("a row of `\(name)` has not \(width) columns")
            }
            output.append(columns)
        }
        return output
    }

    /// A text.
    func text(_ value: JSONValue?) throws(PollFailure) -> String {
        guard let text = value?.stringValue else { throw damaged("a text is missing") }
        return text
    }

    /// A whole number.
    func integer(_ value: JSONValue?) throws(PollFailure) -> Int64 {
        guard let number = value?.integerValue else { throw damaged("a number is missing") }
        return number
    }

    /// An instant in milliseconds.
    func instant(_ value: JSONValue?) throws(PollFailure) -> Timestamp {
        Timestamp(milliseconds: try integer(value))
    }

    /// A day.
    func day(_ value: JSONValue?) throws(PollFailure) -> CalendarDay {
        guard let day = CalendarDay(iso: try text(value)) else { throw damaged("a day is missing") }
        return day
    }

    /// An exact number.
    func decimal(_ value: JSONValue?) throws(PollFailure) -> ExactDecimal {
        let lexeme = try text(value)
        do throws(AmountError) {
            return try ExactDecimal(lexeme)
        } catch {
            throw damaged("\(error)")
        }
    }

    private func damaged(_ what: String) -> PollFailure {
        Self.damaged(source, what)
    }

    private static func damaged(_ source: String, _ what: String) -> PollFailure {
        PollFailure(
            .internal,
            "what the ledger remembers of source \(source) cannot be read (\(what)); "
                + "restore the ledger from a backup")
    }
}
