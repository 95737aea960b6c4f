// Entries as columns of text: what the API answers, what a file of entries holds.
//
// 1. Text and entry are one to one: what reads back differently is refused, so that a changed
//    file cannot pass for the one that was written.
// 2. Columns and their order do not change; later ones are added behind.

import Credits

/// A column of an entry.
package enum EntryColumn: String, Sendable, Hashable, CaseIterable {
    case organization
    case sequence
    case day
    case product
    case kind
    case credits
    case quantity
    case unit
    case rate
    case source
    case key
    case revision
    case poll
    case recordedAt = "recorded_at"
    case note
    case hash

    /// Whether the text is a decimal number.
    package var isNumber: Bool {
        switch self {
        case .sequence, .credits, .quantity, .rate, .revision: true
        default: false
        }
    }
}

extension Entry {
    /// The text of a column.
    package func text(_ column: EntryColumn) -> String {
        switch column {
        case .organization: organization
        case .sequence: String(sequence)
        case .day: day.description
        case .product: product
        case .kind: kind.rawValue
        case .credits: credits.description
        case .quantity: quantity
        case .unit: unit
        case .rate: rate
        case .source: source
        case .key: key
        case .revision: String(revision)
        case .poll: poll
        case .recordedAt: recordedAt.description
        case .note: note
        case .hash: hash
        }
    }
}

/// Why texts are no entry.
package struct EntryTextError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The column concerned.
    package let column: EntryColumn
    /// What is wrong with its text.
    package let message: String

    package var description: String { "`\(column.rawValue)` \(message)" }
}

/// An entry's columns as text, not yet judged.
package struct EntryText: Sendable, Hashable {
    private let texts: [EntryColumn: String]

    /// The texts of columns.
    package init(_ texts: [EntryColumn: String]) {
        self.texts = texts
    }

    /// The text of a column; empty when there is none.
    package subscript(column: EntryColumn) -> String { texts[column] ?? "" }

    /// The entry that the texts state, behind a hash; its hash is the stated one.
    package func entry(behind previousHash: String) throws(EntryTextError) -> Entry {
        Entry(
            organization: self[.organization], sequence: try integer(.sequence),
            day: try exact(.day, { CalendarDay(iso: $0) }), product: self[.product],
            kind: try exact(.kind, { EntryKind(rawValue: $0) }), credits: try credits(),
            quantity: self[.quantity], unit: self[.unit], rate: self[.rate],
            source: self[.source], key: self[.key], revision: try integer(.revision),
            poll: self[.poll], recordedAt: try exact(.recordedAt, { Timestamp(rfc3339: $0) }),
            note: self[.note], previousHash: previousHash, hash: self[.hash])
    }

    private func integer(_ column: EntryColumn) throws(EntryTextError) -> Int64 {
        guard let value = Int64(self[column]), String(value) == self[column] else {
            throw wrong(column)
        }
        return value
    }

    private func exact<Value: CustomStringConvertible>(
        _ column: EntryColumn, _ read: (String) -> Value?
    ) throws(EntryTextError) -> Value {
        guard let value = read(self[column]), value.description == self[column] else {
            throw wrong(column)
        }
        return value
    }

    /// A spreadsheet may write `12.50` for 12.5, but nothing may be rounded.
    private func credits() throws(EntryTextError) -> CreditAmount {
        guard let decimal = try? ExactDecimal(self[.credits]),
            let amount = try? CreditAmount(decimal),
            let written = try? ExactDecimal(amount.description), written == decimal
        else { throw wrong(.credits) }
        return amount
    }

    private func wrong(_ column: EntryColumn) -> EntryTextError {
        let text = self[column]
        return EntryTextError(
            column: column,
            message: text.isEmpty
                ? "is empty" : "is \(String(text.prefix(80)).debugDescription)")
    }
}

extension EntryKind: CustomStringConvertible {
    /// `usage`, `correction`, `adjustment` or `opening`.
    package var description: String { rawValue }
}
