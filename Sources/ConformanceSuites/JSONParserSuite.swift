// The parser suite: `y_` must be accepted, `n_` must be refused, `i_` may go either way.
//
// 1. Repeated names are legal here: the last one stays.
// 2. Whatever is accepted survives being written and read again.

import ExactJSON

/// Runs texts whose file names say what must become of them.
package enum JSONParserSuite {
    private enum Verdict {
        case accepted
        case refused
        case either
    }

    /// Whether a file is a case of this suite.
    package static func isCase(_ name: String) -> Bool {
        verdict(name) != nil
    }

    /// Runs one text.
    package static func run(_ bytes: [UInt8], name: String) -> SuiteTally {
        var tally = SuiteTally()
        guard let verdict = verdict(name) else { return tally }
        tally.record(name, check(bytes, verdict))
        return tally
    }

    private static func verdict(_ name: String) -> Verdict? {
        guard name.hasSuffix(".json") else { return nil }
        if name.hasPrefix("y_") { return .accepted }
        if name.hasPrefix("n_") { return .refused }
        return name.hasPrefix("i_") ? .either : nil
    }

    /// Why a case fails, or nil.
    private static func check(_ bytes: [UInt8], _ verdict: Verdict) -> String? {
        for mark in [ByteOrderMark.refuse, .ignore] {
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONReader.read(bytes, repeatedKeys: .keepLast, byteOrderMark: mark)
            } catch {
                if verdict == .accepted { return "refused: \(error)" }
                continue
            }
            if verdict == .refused { return "accepted" }
            guard let again = try? JSONReader.read(value.serialized()), again == value else {
                return "not the same after being written and read again"
            }
        }
        return nil
    }
}
