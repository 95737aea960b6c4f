// Silences from the words of the command line, and as they are printed.

import ArgumentParser
import Credits
import ExactJSON
import Testing

@testable import AgentCommands

@Suite("Silences on the command line")
struct SilenceCommandTests {
    private static let now = Timestamp(rfc3339: "2026-11-10T12:00:00Z") ?? Timestamp(seconds: 0)

    private func body(_ matchers: [String], _ options: [String]) throws -> String {
        try SilenceRequest(
            matchers: matchers, options: try SilenceOptions.parse(options), now: Self.now,
            user: "operator"
        ).body.text()
    }

    private func matcher(_ name: String, _ value: String, regex: Bool = false) -> String {
        #"{"isEqual":true,"isRegex":\#(regex),"name":"\#(name)","value":"\#(value)"}"#
    }

    @Test("a name alone is an alert's; an hour from now, by this user")
    func short() throws {
        #expect(
            try body(["High"], ["--comment", "c"])
                == #"{"matchers":[\#(matcher("alertname", "High"))],"#
                + #""startsAt":"2026-11-10T12:00:00Z","endsAt":"2026-11-10T13:00:00Z","#
                + #""createdBy":"operator","comment":"c"}"#)
    }

    @Test("everything told")
    func long() throws {
        #expect(
            try body(
                ["alertname=~\"A|B\"", "team=x"],
                [
                    "-c", "c", "--start", "2026-11-11T00:00:00Z", "-d", "1d2h", "-a",
                    "alice@example.com",
                ])
                == #"{"matchers":[\#(matcher("alertname", "A|B", regex: true)),"#
                + #"\#(matcher("team", "x"))],"startsAt":"2026-11-11T00:00:00Z","#
                + #""endsAt":"2026-11-12T02:00:00Z","createdBy":"alice@example.com","#
                + #""comment":"c"}"#)
        #expect(
            try body(["A"], ["-c", "c", "--end", "2026-11-10T12:30:00Z"])
                .contains(#""endsAt":"2026-11-10T12:30:00Z""#))
    }

    @Test(
        "what makes no silence is refused with the way out",
        arguments: [
            (["A"], [], "--comment"), ([], ["-c", "c"], "at least one matcher"),
            (["a=b", "c"], ["-c", "c"], "expected =, !=, =~ or !~"),
            (["a=~("], ["-c", "c"], "a=~("),
            (["A"], ["-c", "c", "-d", "0"], "longer than 0"),
            (["A"], ["-c", "c", "-d", "1h", "--end", "2027-01-01T00:00:00Z"], "exclude"),
            (["A"], ["-c", "c", "--end", "2026-11-10T12:00:00Z"], "before it begins"),
        ] as [([String], [String], String)])
    func refusals(_ matchers: [String], _ options: [String], _ words: String) throws {
        let error = #expect(throws: SilenceRequestError.self) { try body(matchers, options) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }

    private static let list = """
        [{"id":"1","status":{"state":"active"},"comment":"a\\nb","createdBy":"x","endsAt":"e",
        "matchers":[{"isEqual":false,"isRegex":true,"name":"n","value":"v"}],"startsAt":"s"},
        {"id":"2","status":{"state":"expired"}}]
        """

    @Test("those that are over are listed apart")
    func report() throws {
        let list = try #require(try JSONReader.read(Array(Self.list.utf8)).arrayValue)
        let table = SilenceReport(list, expired: false).text(.table)
        #expect(table.split(separator: "\n").count == 2)
        #expect(table.contains(#"n!~"v""#))
        #expect(!table.contains("expired"))
        let json = SilenceReport(list, expired: true).text(.json)
        #expect(try JSONReader.read(Array(json.utf8)) == .array([list[1]]))
        #expect(SilenceReport([], expired: false).text(.table) == "no silences\n")
    }

    @Test(
        "answers of Alertmanager's API",
        arguments: [
            (200, "", nil), (200, #"{"silenceID":"1"}"#, nil),
            (400, #""end time can't be in the past""#, "end time can't be in the past"),
            (422, #"{"code":601,"message":"no uuid"}"#, "no uuid"),
            (403, #"{"status":"error","errorType":"forbidden","error":"no token"}"#, "no token"),
            (404, "", "there is no such silence; see `silence list`"),
            (
                200, "nope",
                "the control socket does not answer as an agent does: status 200, no JSON"
            ),
        ] as [(Int, String, String?)])
    func answers(_ status: Int, _ body: String, _ failure: String?) throws {
        do throws(ControlFailure) {
            let value = try ControlClient.data(
                of: .silences, status: status, body: Array(body.utf8))
            #expect(failure == nil)
            #expect(value.isNull == body.isEmpty)
        } catch {
            #expect(error.description == failure)
        }
    }
}
