// From a successful response to a JSON value, or a failure that names line, column and place.

import Credits
import ExactJSON

/// Reads the body of a page.
enum PageBody {
    /// The JSON value of a response with a status of 2xx.
    static func json(
        of response: SourceResponse, page: String, maximumBytes: Int
    ) throws(PollFailure) -> JSONValue {
        let body = response.body
        try check(response, page: page, maximumBytes: maximumBytes, expected: "JSON")
        do throws(JSONError) {
            return try JSONReader.read(
                body, limits: JSONLimits(bytes: maximumBytes), byteOrderMark: .ignore)
        } catch {
            if let word = nonFiniteNumber(in: body, at: error.offset) {
                throw PollFailure(
                    .badValue,
                    "\(page), line \(error.line), column \(error.column), at "
                        + "\(error.location): \(word) is not a number that JSON or a ledger "
                        + "can hold"
                )
            }
            throw PollFailure(reason(error.reason), "\(page), \(error)")
        }
    }

    /// The member `error` of a refusal by a token endpoint (RFC 6749 section 5.2); nil when there
    /// is none that can be shown.
    static func errorCode(of response: SourceResponse) -> String? {
        guard response.body.count <= 65_536, let root = try? JSONReader.read(response.body),
            let code = root["error"]?.stringValue, code.utf8.count <= 60,
            code.utf8.allSatisfy({ $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) })
        else { return nil }
        return code
    }

    /// The bytes of a text, without a byte order mark.
    static func text(
        of response: SourceResponse, page: String, maximumBytes: Int
    ) throws(PollFailure) -> ArraySlice<UInt8> {
        let body = response.body
        try check(response, page: page, maximumBytes: maximumBytes, expected: "rows")
        return body.starts(with: [0xEF, 0xBB, 0xBF]) ? body.dropFirst(3) : body[...]
    }

    /// Refuses bodies that are too large, empty, or a page for people.
    private static func check(
        _ response: SourceResponse, page: String, maximumBytes: Int, expected: String
    ) throws(PollFailure) {
        let body = response.body
        guard body.count <= maximumBytes else {
            throw PollFailure(
                .tooLarge,
                "\(page): the body has more than \(maximumBytes) bytes; ask for smaller pages "
                    + "or raise `limits.body`")
        }
        guard let start = body.first(where: { !isSkipped($0) }) else {
            throw PollFailure(.notJSON, "\(page): the body is empty (status \(response.status))")
        }
        let type = (response.header("content-type") ?? "").lowercased()
        if type.contains("text/html") || start == UInt8(ascii: "<") {
            let kind = looksLikeXML(body, type) ? "XML" : "HTML"
            throw PollFailure(
                .notJSON,
                "\(page): status \(response.status) with \(kind) instead of \(expected); "
                    + "a login page or a proxy answers in place of the source")
        }
    }

    /// What some vendors write where a number cannot be written.
    private static func nonFiniteNumber(in body: [UInt8], at offset: Int) -> String? {
        guard offset < body.count else { return nil }
        // After a sign the mistake is at the letter.
        let rest = body[offset...].prefix(10).drop { $0 == UInt8(ascii: "-") }
        return ["NaN", "nan", "Infinity", "inf"].first { rest.starts(with: $0.utf8) }
    }

    /// Whether a body has nothing but white space.
    static func isEmpty(_ body: [UInt8]) -> Bool {
        !body.contains { !isSkipped($0) }
    }

    /// White space, and the bytes of a byte order mark.
    private static func isSkipped(_ byte: UInt8) -> Bool {
        [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains(byte)
    }

    private static func looksLikeXML(_ body: [UInt8], _ type: String) -> Bool {
        if type.contains("html") { return false }
        let beginning = body.drop(while: isSkipped).prefix(5)
        return beginning.elementsEqual("<?xml".utf8) || type.contains("xml")
    }

    /// The failure that an error of the reader stands for.
    static func reason(_ reason: JSONError.Reason) -> PollFailureReason {
        switch reason {
        case .tooDeep, .tooManyNodes, .tooManyBytes, .stringTooLong: .tooLarge
        case .numberTooLong: .badValue
        default: .notJSON
        }
    }
}

extension JSONValue {
    /// The value for a message: short, one line.
    var shown: String {
        switch self {
        case .string(let text): UsageSources.shown(text)
        case .number(let number): String(number.lexeme.prefix(60))
        default: kindName
        }
    }
}

/// A text from outside in double quotes: one line, at most 60 characters.
func shown(_ text: String) -> String {
    var output = "\""
    for (index, scalar) in text.unicodeScalars.enumerated() {
        if index == 60 { return output + "…\"" }
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        output.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
    }
    return output + "\""
}
