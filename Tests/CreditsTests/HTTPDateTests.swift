// Dates as HTTP headers write them.

import Credits
import Testing

@Suite struct HTTPDateTests {
    static let dates: [(text: String, instant: String?)] = [
        ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"),
        ("Thu, 31 Dec 2026 23:59:59 GMT", "2026-12-31T23:59:59Z"),
        ("Thu, 29 Feb 2024 00:00:00 GMT", "2024-02-29T00:00:00Z"),
        ("Sun, 30 Feb 2025 00:00:00 GMT", nil), ("Sunday, 06-Nov-94 08:49:37 GMT", nil),
        ("Sun Nov  6 08:49:37 1994", nil), ("Sun, 06 Nov 1994 08:49:37 +0000", nil), ("", nil),
        ("Sun, 6 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 nov 1994 08:49:37 GMT", nil),
        ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Nov 1994 24:49:37 GMT", nil),
        ("Xxx, 06 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Xxx 1994 08:49:37 GMT", nil),
        ("Sun, 00 Nov 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49 GMT", nil),
        ("Sun, 06 Nov 1994 08:49:37.5 GMT", nil), ("Sun,  06 Nov 1994 08:49:37 GMT", nil),
        ("Sun, 06 Nov 94 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 8:49:37 GMT", nil),
    ]

    @Test(arguments: dates)
    func onlyTheFixedFormIsRead(_ text: String, _ instant: String?) {
        #expect(Timestamp(httpDate: text)?.description == instant)
    }

    @Test(arguments: dates)
    func whatIsReadIsWrittenAgain(_ text: String, _ instant: String?) throws {
        guard let instant else { return }
        let time = try #require(Timestamp(rfc3339: instant))
        #expect(time.httpDate == text)
        #expect(time.adding(milliseconds: 999).httpDate == text)
    }

    @Test func datesBefore1970AreWritten() {
        #expect(Timestamp(milliseconds: -1).httpDate == "Wed, 31 Dec 1969 23:59:59 GMT")
    }
}
