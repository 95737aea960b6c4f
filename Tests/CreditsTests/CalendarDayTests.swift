// Days and months of the Gregorian calendar.

import Credits
import Testing

@Suite struct CalendarDayTests {
    static let days: [(text: String, number: Int64)] = [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2000-03-01", 11_017),
        ("2026-11-23", 20_780), ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
        ("1900-03-01", -25_508), ("2100-03-01", 47_541),
    ]

    @Test(arguments: days)
    func aDayIsReadCountedAndWritten(_ text: String, _ number: Int64) throws {
        let day = try #require(CalendarDay(iso: text))
        #expect(day.daysSinceEpoch == number)
        #expect(CalendarDay(daysSinceEpoch: number).description == text)
    }

    static let noDays = [
        "", "2026-11-31", "2026-02-29", "1900-02-29", "2026-00-01", "2026-13-01", "2026-01-00",
        "0000-01-01", "2026-1-01", "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01",
        "2026-01-0a", "-026-01-01", "+026-01-01", "２０２６-01-01", "2026-01-01T00:00:00Z",
    ]

    @Test(arguments: noDays)
    func whatIsNoDayIsRefused(_ text: String) {
        #expect(CalendarDay(iso: text) == nil)
    }

    @Test func componentsAgreeWithCountingOverFourCenturies() throws {
        var day = try #require(CalendarDay(iso: "1899-12-31"))
        let end = try #require(CalendarDay(iso: "2301-01-01"))
        var expected: (year: Int64, month: Int64, day: Int64) = (1899, 12, 31)
        while day < end {
            let parts = day.components
            guard parts == expected else {
                Issue.record("\(parts) is not \(expected)")
                return
            }
            #expect(CalendarDay(year: parts.year, month: parts.month, day: parts.day) == day)
            expected = Self.dayAfter(expected)
            day = day.adding(days: 1)
        }
    }

    private static func dayAfter(
        _ day: (year: Int64, month: Int64, day: Int64)
    ) -> (year: Int64, month: Int64, day: Int64) {
        let isLeap = day.year % 4 == 0 && (day.year % 100 != 0 || day.year % 400 == 0)
        let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        if day.day < lengths[Int(day.month) - 1] { return (day.year, day.month, day.day + 1) }
        return day.month == 12 ? (day.year + 1, 1, 1) : (day.year, day.month + 1, 1)
    }

    static let months: [(text: String, days: Int64, next: String, previous: String)] = [
        ("2026-11", 30, "2026-12", "2026-10"), ("2026-12", 31, "2027-01", "2026-11"),
        ("2027-01", 31, "2027-02", "2026-12"), ("2028-02", 29, "2028-03", "2028-01"),
        ("2027-02", 28, "2027-03", "2027-01"), ("2000-02", 29, "2000-03", "2000-01"),
        ("2100-02", 28, "2100-03", "2100-01"),
    ]

    @Test(arguments: months)
    func aMonthKnowsItsDaysAndNeighbours(
        _ text: String, _ days: Int64, _ next: String, _ previous: String
    ) throws {
        let month = try #require(BillingMonth(iso: text))
        #expect(month.description == text)
        #expect(month.dayCount == days)
        #expect(month.next.description == next)
        #expect(month.previous.description == previous)
        #expect(month.firstDay.description == text + "-01")
        #expect(month.contains(month.firstDay))
        #expect(month.contains(month.next.firstDay.adding(days: -1)))
        #expect(!month.contains(month.next.firstDay))
        #expect(!month.contains(month.firstDay.adding(days: -1)))
        #expect(month.firstDay.month == month)
        #expect(month < month.next)
        #expect(month > month.previous)
    }

    @Test(arguments: ["", "2026", "2026-13", "2026-1", "2026-11-01", "2026-00"])
    func whatIsNoMonthIsRefused(_ text: String) {
        #expect(BillingMonth(iso: text) == nil)
    }
}
