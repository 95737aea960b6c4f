// Which ledger, and how far it had come when it was taken last.

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

    /// The mark of a text; nil when it is none.
    init?(text: String) {
        let words = text.split(separator: " ")
        guard words.count == 4, words[0] == "ledger", words[2] == "epoch",
            let epoch = Int64(words[3])
        else { return nil }
        self.init(ledger: String(words[1]), epoch: epoch)
    }

    /// Whether the ledger was taken exactly once since another mark.
    func isSuccessor(of other: LedgerMark) -> Bool {
        ledger == other.ledger && epoch > 0 && epoch - 1 == other.epoch
    }

    /// The mark as text.
    var text: String { "ledger \(ledger) epoch \(epoch)" }
}
