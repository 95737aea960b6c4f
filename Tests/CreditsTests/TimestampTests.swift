// Instants: RFC 3339 in and out.

import Credits
import Testing

@Suite struct TimestampTests {
    static let instants: [(text: String, milliseconds: Int64, printed: String)] = [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
        ("2026-11-23T10:20:30Z", 1_795_429_230_000, "2026-11-23T10:20:30Z"),
        ("2026-11-23T10:20:30.5Z", 1_795_429_230_500, "2026-11-23T10:20:30.500Z"),
        ("2026-11-23T10:20:30.007Z", 1_795_429_230_007, "2026-11-23T10:20:30.007Z"),
        ("2026-11-23T10:20:30.1239999Z", 1_795_429_230_123, "2026-11-23T10:20:30.123Z"),
        ("2026-11-23t10:20:30z", 1_795_429_230_000, "2026-11-23T10:20:30Z"),
        ("2026-11-23 10:20:30Z", 1_795_429_230_000, "2026-11-23T10:20:30Z"),
        ("2026-11-23T12:20:30+02:00", 1_795_429_230_000, "2026-11-23T10:20:30Z"),
        ("2026-11-23T04:50:30-05:30", 1_795_429_230_000, "2026-11-23T10:20:30Z"),
        ("1969-12-31T23:59:59.999Z", -1, "1969-12-31T23:59:59.999Z"),
        ("1969-12-31T23:59:59Z", -1000, "1969-12-31T23:59:59Z"),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000, "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000, "9999-12-31T23:59:59Z"),
        ("9999-12-31T22:59:59.999-01:00", 253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ("2016-12-31T23:59:60Z", 1_483_228_800_000, "2017-01-01T00:00:00Z"),
    ]

    @Test(arguments: instants)
    func anInstantIsReadAndWritten(_ text: String, _ milliseconds: Int64, _ printed: String) throws
    {
        let instant = try #require(Timestamp(rfc3339: text))
        #expect(instant.milliseconds == milliseconds)
        #expect(instant.description == printed)
        #expect(Timestamp(rfc3339: printed) == instant)
    }

    static let noInstants = [
        "", "2026-11-23", "2026-11-23T10:20:30", "2026-11-23T10:20Z", "2026-11-23T24:00:00Z",
        "2026-11-23T10:60:00Z", "2026-11-23T10:20:61Z", "2026-11-31T10:20:30Z",
        "2026-11-23T10:20:30.Z", "2026-11-23T10:20:30+2:00", "2026-11-23T10:20:30+02:60",
        "2026-11-23T10:20:30+24:00", "2026-11-23T10:20:30 UTC", "2026-11-23T10:20:30.5",
        "2026-11-23X10:20:30Z", "2026-11-23T10-20-30Z", "2026-11-23T10:20:30ZZ",
        "2026-11-23T1a:20:30Z", "20261123T102030Z00000", "9999-12-31T23:59:59-12:00",
        "9999-12-31T23:59:60Z", "9999-12-31T23:59:00-00:01", "0001-01-01T00:00:00+00:01",
    ]

    @Test(arguments: noInstants)
    func whatIsNoInstantIsRefused(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func secondsAreRoundedDown() {
        #expect(Timestamp(milliseconds: 1999).seconds == 1)
        #expect(Timestamp(milliseconds: -1).seconds == -1)
        #expect(Timestamp(milliseconds: -1000).seconds == -1)
        #expect(Timestamp(milliseconds: -1001).seconds == -2)
        #expect(Timestamp(seconds: 5) == Timestamp(milliseconds: 5000))
        #expect(Timestamp(milliseconds: 1500).fractionalSeconds == 1.5)
        #expect(Timestamp(seconds: 1).adding(milliseconds: -1500).milliseconds == -500)
        #expect(Timestamp(seconds: 1) < Timestamp(seconds: 2))
    }
}
