// What counts as a page: JSON within its limits, nothing else.

import Credits
import Testing

@testable import UsageSources

@Suite struct PageBodyTests {
    private func step(
        _ body: [UInt8], type: String? = nil, status: Int = 200, maximum: String = "8MiB"
    ) throws -> PollStep {
        let source = try SourceFixture.definition(
            "request: {url: https://a.example/, max_body: \(maximum)}", SourceFixture.map)
        var script = PollScript(source)
        let headers = type.map { [SourceHeader("Content-Type", $0)] } ?? []
        return script.run([
            .response(SourceResponse(status: status, headers: headers, body: body))
        ])
    }

    static let refused: [(body: String, type: String?, message: String)] = [
        ("", nil, "page 1: the body is empty (status 200)"),
        (" \n", "application/json", "page 1: the body is empty (status 200)"),
        (
            "<!DOCTYPE html><p>", nil,
            "page 1: status 200 with HTML instead of JSON; a login page or a proxy answers in "
                + "place of the source"
        ),
        (
            "\u{FEFF} <html>", "application/json",
            "page 1: status 200 with HTML instead of JSON; a login page or a proxy answers in "
                + "place of the source"
        ),
        (
            #"{"usage": []}"#, "Text/HTML; charset=utf-8",
            "page 1: status 200 with HTML instead of JSON; a login page or a proxy answers in "
                + "place of the source"
        ),
        (
            "<?xml version='1.0'?>", "application/xml",
            "page 1: status 200 with XML instead of JSON; a login page or a proxy answers in "
                + "place of the source"
        ),
    ]

    @Test(arguments: refused)
    func anythingButJSONIsRefusedInPlainWords(
        _ body: String, _ type: String?, _ message: String
    ) throws {
        let failure = try step(Array(body.utf8), type: type).failure
        #expect(failure == PollFailure(.notJSON, message))
    }

    static let broken: [(body: String, place: String)] = [
        (
            "{\"usage\": [\n  {\"date\": \"2026-11-02\", \"credits\": Na}]}",
            "page 1, line 2, column 37, at $['usage'][0]['credits']: "
        ),
        ("{\"usage\": [{\"date\": \"2026-11-02\", ", "page 1, line 1, column "),
        (
            "{\"usage\": [{\"a\": 1, \"a\": 2}]}",
            "page 1, line 1, column 21, at $['usage'][0]['a']: "
        ),
        ("{\"usage\": []} trailing", "page 1, line 1, column 15, at $: "),
        ("garbage", "page 1, line 1, column 1, at $: "),
    ]

    @Test(arguments: broken)
    func brokenJSONNamesLineColumnAndPlace(_ body: String, _ place: String) throws {
        let failure = try #require(try step(Array(body.utf8)).failure)
        #expect(failure.reason == .notJSON)
        #expect(failure.message.hasPrefix(place), "\(failure.message)")
    }

    @Test(arguments: ["NaN", "-Infinity", "Infinity"])
    func aNumberThatIsNoneIsABadValueAtItsPlace(_ word: String) throws {
        let failure = try #require(try step(Array("[{\"credits\": \(word)}]".utf8)).failure)
        #expect(failure.reason == .badValue)
        #expect(
            failure.message.hasPrefix("page 1, line 1, column 14, at $[0]['credits']: ")
                || failure.message.hasPrefix("page 1, line 1, column 15, at $[0]['credits']: "))
        #expect(failure.message.contains(" is not a number"))
    }

    @Test func textThatIsNotUTF8IsRefused() throws {
        let failure = try step(Array("{\"usage\": [\"".utf8) + [0xFF, 0x22, 0x5D, 0x7D]).failure
        #expect(failure?.reason == .notJSON)
    }

    @Test func aByteOrderMarkAndAnyContentTypeArePassedOver() throws {
        let body = Array("\u{FEFF}{\"usage\": []}".utf8)
        #expect(try step(body, type: "text/plain").result?.readings.isEmpty == true)
        #expect(try step(body, status: 206).result != nil)
    }

    @Test func aBodyBeyondItsLimitIsTooLarge() throws {
        let body = Array("{\"usage\": [\(String(repeating: " ", count: 5000))]}".utf8)
        let failure = try step(body, maximum: "4KiB").failure
        #expect(
            failure
                == PollFailure(
                    .tooLarge,
                    "page 1: the body has more than 4096 bytes; ask for smaller pages or raise "
                        + "`limits.body`"))
        #expect(try step(body, maximum: "8KiB").result != nil)
    }

    @Test func damagedPagesNeverDoMoreThanFail() throws {
        let source = try SourceFixture.definition(
            SourceFixture.request, "paginate: {kind: cursor, next: $.n, more: $.m, into: query.c}",
            SourceFixture.map)
        let page =
            #"{"usage":[{"date":"2026-11-02","product":"a","credits":-1.5e0}],"n":7,"m":false}"#
        let whole = Array(page.utf8)
        let replacements = Array("\"\\{}[],:-+.eE0919nulltrue \u{0}\u{7F}é".utf8)
        var state: UInt64 = 11
        var ends: [String: Int] = [:]
        for _ in 0..<5000 {
            var body = whole
            for _ in 0..<(1 + Int(state >> 60 & 3)) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(state >> 33) % body.count
                body[place] = replacements[Int(state >> 20 & 0xFFFF) % replacements.count]
            }
            var script = PollScript(source)
            switch script.run([.response(SourceResponse(status: 200, body: body))]) {
            case .finished: ends["finished", default: 0] += 1
            case .failed(let failure, _): ends[failure.reason.rawValue, default: 0] += 1
            case .send: Issue.record("\(String(decoding: body, as: UTF8.self)) asks for more")
            }
        }
        let expected = ["finished", "not_json", "bad_value", "rows_missing", "outside_window"]
        for end in expected { #expect(ends[end, default: 0] > 0, "\(end) of \(ends)") }
        #expect(Set(ends.keys).subtracting(expected) == ["incomplete_pages"], "\(ends)")
    }

    @Test func nestingWithoutEndIsTooLarge() throws {
        let body = Array(String(repeating: "[", count: 100_000).utf8)
        #expect(try step(body).failure?.reason == .tooLarge)
    }
}
