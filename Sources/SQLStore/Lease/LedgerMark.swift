// Which ledger, and how far it had come.

import Credits
import Foundation

/// A ledger's own identifier and its epoch.
package struct LedgerMark: Sendable, Hashable {
    /// Random, made with the ledger; a copy keeps it.
    package let ledger: String
    /// How often it was taken.
    package let epoch: Int64

    /// A mark.
    package init(ledger: String, epoch: Int64) {
        self.ledger = ledger
        self.epoch = epoch
    }

    /// Whether the ledger was taken exactly once since another mark.
    func isSuccessor(of other: LedgerMark) -> Bool {
        ledger == other.ledger && epoch > 0 && epoch - 1 == other.epoch
    }
}

/// What a place remembers of the ledger that was used there last.
package struct LedgerMemo: Sendable, Hashable {
    /// Which ledger, and its epoch.
    package let mark: LedgerMark
    /// Writes committed by then, over all epochs.
    package let writes: Int64

    /// What was known of a ledger.
    package init(mark: LedgerMark, writes: Int64) {
        self.mark = mark
        self.writes = writes
    }

    /// The memo of a text; nil when it is none. Earlier programs did not count writes.
    init?(text: String) {
        let words = text.split(separator: " ")
        guard words.count == 4 || words.count == 6, words[0] == "ledger", words[2] == "epoch",
            let epoch = Int64(words[3])
        else { return nil }
        var writes: Int64 = 0
        if words.count == 6 {
            guard words[4] == "writes", let count = Int64(words[5]) else { return nil }
            writes = count
        }
        self.init(mark: LedgerMark(ledger: String(words[1]), epoch: epoch), writes: writes)
    }

    /// Whether it is of the same ledger at a later time.
    func isLater(than other: LedgerMemo) -> Bool {
        mark.ledger == other.mark.ledger
            && (mark.epoch, writes) > (other.mark.epoch, other.writes)
    }

    /// The memo as text.
    var text: String { "ledger \(mark.ledger) epoch \(mark.epoch) writes \(writes)" }
}
