// Comma-separated values to rows: an object for each line, texts by the names of the first line.
//
// Source: RFC 4180. A line feed alone ends a line too; a field that is empty and unquoted is null.
// 1. Every line has as many fields as the first one, or the whole text is refused.

import ExactJSON

/// Why a text is no table.
struct CSVFailure: Error, Equatable {
    let line: Int
    let message: String
    var isTooLarge = false
}

/// Reads comma-separated values.
struct CSVReader {
    /// The most fields of one text.
    private static let maximumFields = 1_000_000

    private let bytes: ArraySlice<UInt8>
    private let delimiter: UInt8
    private var index: Int
    private var line = 1
    private var fieldCount = 0

    private init(_ bytes: ArraySlice<UInt8>, _ format: CSVFormat) {
        self.bytes = bytes
        delimiter = format.delimiter
        index = bytes.startIndex
    }

    /// The rows of a text.
    static func read(
        _ bytes: ArraySlice<UInt8>, _ format: CSVFormat
    ) throws(CSVFailure) -> PageContent {
        var reader = CSVReader(bytes, format)
        let names = try reader.names()
        var rows: [JSONValue] = []
        var lines: [Int] = []
        while reader.skipEmptyLines() {
            let line = reader.line
            let fields = try reader.record()
            guard fields.count == names.count else {
                throw CSVFailure(
                    line: line,
                    message: "has \(fields.count) fields, the line of names has \(names.count)")
            }
            rows.append(.object(JSONObject(zip(names, fields).map { ($0, $1) })))
            lines.append(line)
        }
        return PageContent(value: .array(rows), lines: lines)
    }

    private mutating func names() throws(CSVFailure) -> [String] {
        guard skipEmptyLines() else {
            throw CSVFailure(line: 1, message: "there is no line of names")
        }
        let first = line
        let names = try record().map { $0.stringValue ?? "" }
        if names.contains("") {
            throw CSVFailure(line: first, message: "a column has no name")
        }
        guard Set(names).count == names.count else {
            throw CSVFailure(line: first, message: "two columns have one name")
        }
        return names
    }

    /// Moves to the next line with something on it; false at the end.
    private mutating func skipEmptyLines() -> Bool {
        while index < bytes.endIndex, takeLineEnd() {}
        return index < bytes.endIndex
    }

    /// Takes CR LF or LF.
    private mutating func takeLineEnd() -> Bool {
        guard index < bytes.endIndex else { return false }
        if bytes[index] == 0x0A {
            index += 1
        } else if bytes[index] == 0x0D, bytes[(index + 1)...].first == 0x0A {
            index += 2
        } else {
            return false
        }
        line += 1
        return true
    }

    /// The fields of a record.
    private mutating func record() throws(CSVFailure) -> [JSONValue] {
        var fields: [JSONValue] = []
        while true {
            fieldCount += 1
            guard fieldCount <= Self.maximumFields else {
                throw CSVFailure(
                    line: line, message: "there are more than \(Self.maximumFields) fields",
                    isTooLarge: true)
            }
            fields.append(try field())
            if index == bytes.endIndex || takeLineEnd() { return fields }
            guard bytes[index] == delimiter else {
                throw CSVFailure(
                    line: line, message: "text follows the closing quote of a field")
            }
            index += 1
        }
    }

    private mutating func field() throws(CSVFailure) -> JSONValue {
        guard index < bytes.endIndex else { return .null }
        if bytes[index] == UInt8(ascii: "\"") { return .string(try quotedField()) }
        let start = index
        while index < bytes.endIndex, bytes[index] != delimiter, bytes[index] != 0x0A,
            !(bytes[index] == 0x0D && bytes[(index + 1)...].first == 0x0A)
        {
            if bytes[index] == UInt8(ascii: "\"") {
                throw CSVFailure(
                    line: line,
                    message: "a quote stands inside a field that does not begin with one")
            }
            index += 1
        }
        return start == index ? .null : .string(try text(bytes[start..<index]))
    }

    private mutating func quotedField() throws(CSVFailure) -> String {
        let first = line
        var output: [UInt8] = []
        index += 1
        while index < bytes.endIndex {
            let byte = bytes[index]
            index += 1
            if byte == 0x0A { line += 1 }
            guard byte == UInt8(ascii: "\"") else {
                output.append(byte)
                continue
            }
            guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else {
                return try text(output[...])
            }
            output.append(byte)
            index += 1
        }
        throw CSVFailure(line: first, message: "the quote that begins a field here is never closed")
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(CSVFailure) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CSVFailure(line: line, message: "a field is not UTF-8")
        }
        return text
    }
}
