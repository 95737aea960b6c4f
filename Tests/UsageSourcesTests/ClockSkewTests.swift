// The header `Date` tells how far the clock here is off.

import Credits
import Testing

@testable import UsageSources

@Suite struct ClockSkewTests {
    private func step(_ date: String, age: String = "", most: String = "") throws -> PollStep {
        let lines = most.isEmpty ? [] : ["max_clock_skew: \(most)"]
        var script = PollScript(
            try SourceFixture.definition(
                (lines + [SourceFixture.request, SourceFixture.map]).joined(separator: "\n")))
        var headers = [SourceHeader("Date", date)]
        if !age.isEmpty { headers.append(SourceHeader("Age", age)) }
        return script.run([
            .response(
                SourceResponse(status: 200, headers: headers, body: Array(#"{"usage": []}"#.utf8)))
        ])
    }

    static let skews: [(date: String, age: String, milliseconds: Int64?)] = [
        ("Mon, 23 Nov 2026 10:00:00 GMT", "", -499),
        ("Mon, 23 Nov 2026 09:58:00 GMT", "", 119_501),
        ("Mon, 23 Nov 2026 09:58:00 GMT", "120", -499),
        ("Mon, 23 Nov 2026 10:30:00 GMT", "", -1_800_499), ("now", "", nil), ("", "", nil),
        ("Mon, 23 Nov 2026 10:00:00 GMT", "99999999", nil),
    ]

    @Test(arguments: skews)
    func theSkewIsMeasured(_ date: String, _ age: String, _ milliseconds: Int64?) throws {
        let result = try #require(try step(date, age: age).result)
        #expect(result.clockSkewMilliseconds == milliseconds)
    }

    @Test func aClockThatIsFarOffFailsThePollOnlyWhenAsked() throws {
        let far = "Mon, 23 Nov 2026 09:49:00 GMT"
        #expect(try step(far).result != nil)
        let failure = try #require(try step(far, most: "10m").failure)
        #expect(failure.reason == .checkFailed)
        #expect(
            failure.message.hasPrefix("page 1: the clock here and the source's differ by 10m59s"))
        #expect(try step("Mon, 23 Nov 2026 09:51:00 GMT", most: "10m").result != nil)
    }
}
