// What this machine remembers of a ledger that lies in a database elsewhere: a restored copy, or a
// former primary that came back, is noticed at the next start.
//
// 1. It only helps: without the file, or with one that cannot be written, nothing is refused.

import Foundation
import Ports

/// A file with what is known of the ledger that was used last.
struct LedgerMemory: Sendable {
    let path: String
    /// Which database; what is known of another one is of no interest.
    let place: String

    /// The ledger that was used last; nil when none is remembered.
    var memo: LedgerMemo? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count == 2, lines[0] == place else { return nil }
        return LedgerMemo(text: lines[1])
    }

    /// Remembers the ledger that is used.
    func write(_ memo: LedgerMemo) {
        let url = URL(fileURLWithPath: path)
        try? Data("\(place)\n\(memo.text)\n".utf8).write(to: url, options: .atomic)
    }
}
