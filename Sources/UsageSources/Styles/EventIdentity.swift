// What tells one event from another.

import Credits
import ExactJSON

/// Identities of events.
enum EventIdentity {
    /// The identity of a row: what the rules name, or a fingerprint of the whole row.
    static func text(of place: RowPlace, _ rules: EventRules) throws(PollFailure) -> String {
        guard let path = rules.identity else {
            // Rows of inner levels may be equal under different outer ones.
            return fingerprint(.array(place.nodes.map(\.value)))
        }
        let source = place.field(path)
        let value = try place.required(source)
        guard let text = value.stringValue ?? value.numberLexeme, !text.isEmpty else {
            throw place.failure(source, "is no identity: \(value.shown)")
        }
        return text
    }

    /// 128 bits over the row with its members sorted, in hexadecimal.
    ///
    /// It tells rows of one vendor apart; it is no defence against one who forges rows, who could
    /// as well forge the usage.
    static func fingerprint(_ row: JSONValue) -> String {
        var first: UInt64 = 0xCBF2_9CE4_8422_2325
        var second: UInt64 = 0x6C62_272E_07BB_0142
        for byte in canonical(row).serialized() {
            first = (first ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
            second = (second &+ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15
            second ^= second >> 29
        }
        return hexadecimal(first) + hexadecimal(second)
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map(canonical))
        case .object(let object):
            let members = object.members.sorted {
                $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
            }
            return .object(JSONObject(members.map { ($0.name, canonical($0.value)) }))
        default: return value
        }
    }
}
