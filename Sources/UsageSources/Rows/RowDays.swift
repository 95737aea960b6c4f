// Reads the day of a row, and checks that its bucket is that day.
//
// A written date is the ledger day. An instant is one in the zone that `day.time_zone` or
// `window.time_zone` names; without one RFC 3339 counts by its written date, Unix time in the
// organization's zone.

import Credits
import ExactJSON

extension DayField {
    /// Seconds since 1970 of the years 1 to 9999.
    private static let seconds: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// What a row says: a date, or an instant and the date and time it was written with.
    private enum Moment {
        case date(CalendarDay)
        case instant(Timestamp, written: Written?)

        struct Written {
            let day: CalendarDay
            let isMidnight: Bool
        }
    }

    /// The day of a row.
    func value(
        in place: RowPlace, span: RequestSpan, zone windowZone: ZonedCalendar?
    ) throws(PollFailure) -> CalendarDay {
        guard let start else { return span.last }
        // What most sources write: there is no more to it than the date.
        if start.format == .date, end == nil, !isAligned { return try Self.date(start, place) }
        let zone = zone ?? windowZone
        let moment = try Self.moment(start, place)
        let day = Self.day(of: moment, zone: zone, span)
        let rules = EdgeRules(zone: zone, span: span)
        if isAligned || end != nil, !Self.isEdge(moment, of: day, rules) {
            throw place.failure(
                start.source,
                "the bucket does not begin with a day\(Self.words(rules)); ask the source for "
                    + "whole days of that zone, or write `window.time_zone`")
        }
        if let end {
            let last = try Self.moment(end, place)
            try check(moment, to: last, of: end.source, day, place, rules)
        }
        return day
    }

    private static func day(
        of moment: Moment, zone: ZonedCalendar?, _ span: RequestSpan
    ) -> CalendarDay {
        switch moment {
        case .date(let day): day
        case .instant(let instant, let written):
            zone?.day(at: instant) ?? written?.day ?? span.calendar.day(at: instant)
        }
    }

    /// The instant of a row; nil when it says a date alone.
    func instant(in place: RowPlace) throws(PollFailure) -> Timestamp? {
        guard let start, case .instant(let instant, _) = try Self.moment(start, place) else {
            return nil
        }
        return instant
    }

    // MARK: Buckets

    private struct EdgeRules {
        let zone: ZonedCalendar?
        let span: RequestSpan
    }

    /// The bucket must end with its day; that of today may end early.
    private func check(
        _ start: Moment, to end: Moment, of source: FieldSource, _ day: CalendarDay,
        _ place: RowPlace, _ rules: EdgeRules
    ) throws(PollFailure) {
        let isWhole = Self.isEdge(end, of: day.adding(days: 1), rules)
        guard isWhole || Self.isRest(start, end, day, rules) else {
            throw place.failure(
                source,
                "the bucket that begins on \(day) does not end with that day"
                    + "\(Self.words(rules)); ask the source for buckets of one day")
        }
    }

    private static func isEdge(
        _ moment: Moment, of day: CalendarDay, _ rules: EdgeRules
    ) -> Bool {
        switch moment {
        case .date(let written): return written == day
        case .instant(let instant, let written):
            if rules.zone == nil, let written { return written.day == day && written.isMidnight }
            return (rules.zone ?? rules.span.calendar).start(of: day) == instant
        }
    }

    /// Whether the bucket of the last day asked for ends within it, as today's may.
    private static func isRest(
        _ start: Moment, _ end: Moment, _ day: CalendarDay, _ rules: EdgeRules
    ) -> Bool {
        guard day >= rules.span.last, case .instant(let first, _) = start,
            case .instant(let last, _) = end
        else { return false }
        return last > first && Self.day(of: end, zone: rules.zone, rules.span) == day
    }

    private static func words(_ rules: EdgeRules) -> String {
        rules.zone.map { " in \($0.identifier)" } ?? ""
    }

    // MARK: Formats

    private static func moment(
        _ written: Written, _ place: RowPlace
    ) throws(PollFailure) -> Moment {
        let value = try place.required(written.source)
        switch written.format {
        case .date: return .date(try date(written, place))
        case .compactDate:
            if let day = compactDay(value.stringValue ?? value.numberLexeme) { return .date(day) }
            throw place.failure(
                written.source,
                "\(value.shown) is no day written YYYYMMDD" + hint(value, written))
        case .unix, .unixMilliseconds:
            return .instant(try instant(value, written, place), written: nil)
        case .rfc3339:
            let text = value.stringValue ?? ""
            guard let instant = Timestamp(rfc3339: text),
                let day = CalendarDay(
                    iso: String(decoding: text.utf8.prefix(10), as: UTF8.self))
            else {
                throw place.failure(
                    written.source,
                    "\(value.shown) is no instant such as 2026-11-01T00:00:00Z"
                        + hint(value, written))
            }
            let clock = text.utf8.dropFirst(11).prefix(8)
            let isMidnight =
                clock.elementsEqual("00:00:00".utf8) && instant.milliseconds % 1000 == 0
            return .instant(instant, written: .init(day: day, isMidnight: isMidnight))
        }
    }

    private static func date(
        _ written: Written, _ place: RowPlace
    ) throws(PollFailure) -> CalendarDay {
        let value = try place.required(written.source)
        if case .string(let text) = value, let day = CalendarDay(iso: text) { return day }
        throw place.failure(
            written.source, "\(value.shown) is no day written YYYY-MM-DD" + hint(value, written))
    }

    private static func compactDay(_ text: String?) -> CalendarDay? {
        guard let text, text.utf8.count == 8 else { return nil }
        let year = text.prefix(4)
        let month = text.dropFirst(4).prefix(2)
        return CalendarDay(iso: "\(year)-\(month)-\(text.suffix(2))")
    }

    private static func instant(
        _ value: JSONValue, _ written: Written, _ place: RowPlace
    ) throws(PollFailure) -> Timestamp {
        let isSeconds = written.format == .unix
        let number = value.integerValue ?? value.stringValue.flatMap { Int64($0) }
        let bounds =
            isSeconds
            ? Self.seconds : (Self.seconds.lowerBound * 1000)...(Self.seconds.upperBound * 1000)
        guard let number, bounds.contains(number) else {
            let unit = isSeconds ? "seconds" : "milliseconds"
            throw place.failure(
                written.source,
                "\(value.shown) is no whole number of \(unit) since 1970" + hint(value, written))
        }
        return isSeconds ? Timestamp(seconds: number) : Timestamp(milliseconds: number)
    }

    /// What the vendor seems to write instead.
    private static func hint(_ value: JSONValue, _ written: Written) -> String {
        let format = written.format
        let isDate = format == .date || format == .compactDate || format == .rfc3339
        let likely: Format? =
            switch value {
            case .number: isDate ? .unix : .unixMilliseconds
            case .string(let text) where CalendarDay(iso: text) != nil: .date
            case .string(let text) where Timestamp(rfc3339: text) != nil: .rfc3339
            default: nil
            }
        guard let likely, likely != format else { return "" }
        return "; `day: {path: \(written.source.text), type: \(likely.rawValue)}` would read it"
    }
}
