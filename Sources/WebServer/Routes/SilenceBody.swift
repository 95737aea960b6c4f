// The body of POST /api/v2/silences, judged as Alertmanager's generated server judges it.

import Alerting
import Credits
import ExactJSON
import PromQL

/// Why a body or path is refused, in the words and numbers of Alertmanager's server.
///
/// - Source: go-openapi/errors schema.go (codes 601, 602, 612)
struct SilenceBodyError: Error {
    private let status: Int
    private let code: Int
    private let message: String

    init(_ status: Int, code: Int, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    var response: WebResponse {
        .bare(["code": .integer(code), "message": .string(message)], status: status)
    }

    static func missing(_ name: String) -> SilenceBodyError {
        SilenceBodyError(422, code: 602, "\(name) is required")
    }

    static func unreadable(_ reason: String) -> SilenceBodyError {
        SilenceBodyError(
            400, code: 400, "parsing silence body from \"\" failed, because \(reason)")
    }
}

/// Reads silences that are asked for.
enum SilenceBody {
    /// Refuses what is not said to be JSON; a body of no stated type is taken for JSON.
    static func checkType(_ type: String?) throws(SilenceBodyError) {
        guard let type else { return }
        let name = type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        guard name == "application/json" else {
            throw SilenceBodyError(
                415, code: 415,
                "unsupported media type \(JSONValue.string(type).text()), "
                    + "only [application/json] are allowed")
        }
    }

    /// The wish in a body; members that are not known are passed over.
    static func read(_ bytes: [UInt8]) throws(SilenceBodyError) -> SilenceProposal {
        guard !bytes.isEmpty else { throw .missing("silence in body") }
        let value: JSONValue
        do {
            value = try JSONReader.read(bytes)
        } catch {
            throw .unreadable("\(error)")
        }
        guard value.objectValue != nil else {
            throw .unreadable("it is \(value.kindName), not an object")
        }
        let id = try text(value, "id") ?? ""
        let comment = try text(value, "comment")
        let author = try text(value, "createdBy")
        let end = try instant(value, "endsAt")
        let start = try instant(value, "startsAt")
        guard let comment else { throw .missing("comment in body") }
        guard let author else { throw .missing("createdBy in body") }
        guard let end else { throw .missing("endsAt in body") }
        let matchers = try matchers(value)
        guard let start else { throw .missing("startsAt in body") }
        return SilenceProposal(
            id: id.lowercased(), matchers: matchers, startsAt: start, endsAt: end,
            createdBy: author, comment: comment)
    }

    private static func text(
        _ body: JSONValue, _ name: String
    ) throws(SilenceBodyError) -> String? {
        guard let value = body[name], !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw .unreadable("`\(name)` is \(value.kindName), not a text")
        }
        return text
    }

    private static func instant(
        _ body: JSONValue, _ name: String
    ) throws(SilenceBodyError) -> Int64? {
        guard let text = try text(body, name) else { return nil }
        guard let instant = Timestamp(rfc3339: text) else {
            throw .unreadable(
                "`\(name)` is no instant such as 2026-12-01T00:00:00Z: "
                    + JSONValue.string(String(text.prefix(80))).text())
        }
        return instant.milliseconds
    }

    private static func matchers(_ body: JSONValue) throws(SilenceBodyError) -> [LabelMatcher] {
        guard let value = body["matchers"], !value.isNull else {
            throw .missing("matchers in body")
        }
        guard let list = value.arrayValue else {
            throw .unreadable("`matchers` is \(value.kindName), not a list")
        }
        guard !list.isEmpty else {
            throw SilenceBodyError(
                422, code: 612, "matchers in body should have at least 1 items")
        }
        do throws(SilenceMatchers.Failure) {
            return try SilenceMatchers.read(list)
        } catch {
            switch error {
            case .missing(let name): throw .missing("matchers.\(name) in body")
            case .wrongType(let name): throw .unreadable("`matchers.\(name)` has a wrong type")
            case .pattern(let index, let message):
                throw SilenceBodyError(
                    400, code: 400,
                    "silence invalid: invalid label matcher \(index): \(message)")
            }
        }
    }
}
