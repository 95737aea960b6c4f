// Accept and Accept-Encoding: lists of names with parameters and q-values.

/// Reads Accept-like headers leniently: what cannot be understood is passed over.
package enum AcceptHeader {
    /// One element of the list.
    struct Clause: Equatable {
        /// The media range or coding in lower case.
        let name: String
        /// The parameters but `q`, names in lower case; of repeated ones the first.
        let parameters: [String: String]
        /// From 0 to 1; larger values count as 1, unreadable ones too.
        let quality: Double
    }

    /// More clauses than any client sends.
    private static let mostClauses = 100

    /// The clauses in the order of the header.
    static func clauses(_ header: String) -> [Clause] {
        var clauses: [Clause] = []
        for element in split(Array(header.utf8)[...], at: UInt8(ascii: ",")) {
            var parts = split(element, at: UInt8(ascii: ";")).map(trimmed)
            guard !parts.isEmpty else { continue }
            let name = parts.removeFirst().lowercased()
            guard !name.isEmpty else { continue }
            clauses.append(clause(name, parts))
            if clauses.count == mostClauses { break }
        }
        return clauses
    }

    /// Whether an answer may and should be compressed with gzip.
    ///
    /// - Parameter acceptEncoding: the header; nil when there is none.
    /// - Source: RFC 9110, 12.5.3
    package static func acceptsGzip(acceptEncoding: String?) -> Bool {
        let clauses = clauses(acceptEncoding ?? "")
        func quality(_ names: String...) -> Double? {
            clauses.filter { names.contains($0.name) }.map(\.quality).max()
        }
        guard let gzip = quality("gzip", "x-gzip") ?? quality("*"), gzip > 0 else { return false }
        return gzip >= (quality("identity") ?? 0)
    }

    private static func clause(_ name: String, _ parts: [String]) -> Clause {
        var parameters: [String: String] = [:]
        for part in parts {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let key = trimmed(Array(part[..<equals].utf8)[...]).lowercased()
            let value = unquoted(trimmed(Array(part[part.index(after: equals)...].utf8)[...]))
            if parameters[key] == nil { parameters[key] = value }
        }
        let quality = parameters.removeValue(forKey: "q").map(readQuality) ?? 1
        return Clause(name: name, parameters: parameters, quality: quality)
    }

    private static func readQuality(_ text: String) -> Double {
        guard NumberLexeme.isReal(text.utf8), let value = Double(text) else { return 1 }
        return min(max(value, 0), 1)
    }

    /// Splits at a separator outside of quotes.
    private static func split(_ bytes: ArraySlice<UInt8>, at separator: UInt8) -> [ArraySlice<
        UInt8
    >] {
        var parts: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in bytes.indices {
            let byte = bytes[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == separator, !isQuoted {
                parts.append(bytes[start..<index])
                start = index + 1
            }
        }
        parts.append(bytes[start...])
        return parts
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let rest = bytes.drop(while: isBlank)
        let end = rest.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? rest.startIndex
        return String(decoding: rest[rest.startIndex..<end], as: UTF8.self)
    }

    private static func unquoted(_ text: String) -> String {
        guard text.utf8.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        return String(text.dropFirst().dropLast()).replacing("\\", with: "")
    }
}
