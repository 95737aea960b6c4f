// The content of a body in the shape of its source, as one JSON value.

import Credits
import ExactJSON

/// What a body holds.
struct PageContent {
    /// A document; for texts of lines the array of their rows.
    let value: JSONValue
    /// For texts of lines: where each row begins, from 1.
    var lines: [Int] = []

    /// Reads the body of a response with a status of 2xx.
    ///
    /// - Parameters:
    ///   - page: the page in words.
    ///   - mayBeEmpty: whether a text of lines without a line means that there are no rows.
    static func read(
        _ response: SourceResponse, as shape: RowShape, page: String, maximumBytes: Int,
        mayBeEmpty: Bool = false
    ) throws(PollFailure) -> PageContent {
        if !shape.isDocument, PageBody.isEmpty(response.body),
            mayBeEmpty || isNoLines(response, shape)
        {
            return PageContent(value: .array([]))
        }
        switch shape {
        case .json, .table, .zip:
            return PageContent(
                value: try PageBody.json(of: response, page: page, maximumBytes: maximumBytes))
        case .lines:
            let body = try PageBody.text(of: response, page: page, maximumBytes: maximumBytes)
            return try documents(body, page: page, maximumBytes: maximumBytes)
        case .csv(let format):
            let body = try PageBody.text(of: response, page: page, maximumBytes: maximumBytes)
            do throws(CSVFailure) {
                return try CSVReader.read(body, format)
            } catch {
                throw PollFailure(
                    error.isTooLarge ? .tooLarge : .notJSON,
                    "\(page), line \(error.line): \(error.message)")
            }
        }
    }

    /// Whether an empty body is a whole answer: the server itself says that it sends lines, or
    /// nothing. A table needs its line of names, so an empty one is no table.
    private static func isNoLines(_ response: SourceResponse, _ shape: RowShape) -> Bool {
        if response.status == 204 { return true }
        guard case .lines = shape else { return false }
        let type = (response.header("content-type") ?? "").lowercased()
        return ["ndjson", "jsonl", "json-lines", "jsonlines"].contains { type.contains($0) }
    }

    /// A document a line; lines of white space do not count.
    private static func documents(
        _ body: ArraySlice<UInt8>, page: String, maximumBytes: Int
    ) throws(PollFailure) -> PageContent {
        var values: [JSONValue] = []
        var lines: [Int] = []
        let parts = body.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (index, line) in parts.enumerated() {
            guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
            do throws(JSONError) {
                values.append(
                    try JSONReader.read(Array(line), limits: JSONLimits(bytes: maximumBytes)))
            } catch {
                throw PollFailure(
                    PageBody.reason(error.reason),
                    "\(page), line \(index + 1), column \(error.column), at \(error.location): "
                        + error.message)
            }
            lines.append(index + 1)
        }
        return PageContent(value: .array(values), lines: lines)
    }
}
