// Writes JSON as Prometheus does: samples as `[seconds, "value"]`, straight into bytes.

import PromQL

/// A JSON document that is being written.
struct PrometheusJSON {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ text: String) {
        bytes += Array(text.utf8)
    }

    /// A string with the escapes that JSON asks for.
    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): raw("\\n")
            case UInt8(ascii: "\r"): raw("\\r")
            case UInt8(ascii: "\t"): raw("\\t")
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                raw("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A list, its elements separated by commas.
    mutating func list<Element>(
        _ elements: some Sequence<Element>, _ write: (inout PrometheusJSON, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        separated(elements, write)
        bytes.append(UInt8(ascii: "]"))
    }

    /// Elements separated by commas.
    mutating func separated<Element>(
        _ elements: some Sequence<Element>, _ write: (inout PrometheusJSON, Element) -> Void
    ) {
        var isFirst = true
        for element in elements {
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(&self, element)
        }
    }

    /// Labels as an object.
    mutating func labels(_ pairs: [LabelPair]) {
        bytes.append(UInt8(ascii: "{"))
        separated(pairs) { json, pair in
            json.string(pair.name)
            json.bytes.append(UInt8(ascii: ":"))
            json.string(pair.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// `[seconds, "value"]`.
    mutating func sample(_ timestamp: Int64, _ value: Double) {
        bytes.append(UInt8(ascii: "["))
        seconds(timestamp)
        raw(",\"")
        raw(Self.text(of: value))
        raw("\"]")
    }

    /// Milliseconds as seconds, with three decimals unless they are zero.
    private mutating func seconds(_ milliseconds: Int64) {
        let magnitude = milliseconds.magnitude
        if milliseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        raw(String(magnitude / 1000))
        let fraction = magnitude % 1000
        guard fraction != 0 else { return }
        raw(fraction < 10 ? ".00" : fraction < 100 ? ".0" : ".")
        raw(String(fraction))
    }

    /// A sample's value: no exponent between 1e-6 and 1e21.
    static func text(of value: Double) -> String {
        let magnitude = value.magnitude
        let isPlain = magnitude == 0 || (magnitude >= 1e-6 && magnitude < 1e21)
        return isPlain || !value.isFinite
            ? GoFloat.fixed(value) : GoFloat.general(value, exponentFrom: .min)
    }

    /// An alert's value: always with an exponent.
    static func exponentText(of value: Double) -> String {
        guard value != 0 else { return value.sign == .minus ? "-0e+00" : "0e+00" }
        return GoFloat.general(value, exponentFrom: .min)
    }
}
