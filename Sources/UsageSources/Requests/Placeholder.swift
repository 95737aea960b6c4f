// The closed list of what a request may have filled in.

import Credits
import ExactJSON

/// How an instant or a day is written into a request.
package enum InstantFormat: String, Sendable, Hashable, CaseIterable {
    /// `YYYY-MM-DD`, the day itself.
    case date
    /// Seconds since 1970.
    case unix
    /// RFC 3339 in UTC.
    case rfc3339
    /// Milliseconds since 1970.
    case unixMilliseconds = "unix_ms"
    /// The year of the day.
    case year = "y"
    /// The month of the day, 1 to 12.
    case month = "m"
    /// The day of the month, 1 to 31.
    case dayOfMonth = "d"

    /// Whether it is a number.
    var isNumber: Bool { self != .date && self != .rfc3339 }
}

/// A part of a request that changes from poll to poll or from page to page.
package enum Placeholder: Sendable, Hashable {
    /// The first day asked for, or its first instant.
    case windowStart(InstantFormat)
    /// The last day asked for, or the first instant after it.
    case windowEnd(InstantFormat)
    /// The day asked for, with `per_request: day`, or its first instant.
    case day(InstantFormat)
    /// The cursor of the page; empty on the first one.
    case cursor
    /// The number of the page, or its offset.
    case page
    /// The identifier of the vendor's job.
    case job
    /// The identifier of the organization.
    case organization

    /// Every placeholder as it is written.
    package static let allowed: String =
        (["window.start", "window.end", "day"].map { name in
            "{\(name):" + InstantFormat.allCases.map(\.rawValue).joined(separator: "|") + "}"
        } + ["{cursor}", "{page}", "{job.id}", "{org}"]).joined(separator: ", ")

    /// Reads what stands between the braces; nil when it is not on the list.
    init?(_ text: some StringProtocol) {
        switch text {
        case "cursor": self = .cursor
        case "page": self = .page
        case "job.id": self = .job
        case "org": self = .organization
        default:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let format = InstantFormat(rawValue: String(parts[1])) else {
                return nil
            }
            switch parts[0] {
            case "window.start": self = .windowStart(format)
            case "window.end": self = .windowEnd(format)
            case "day": self = .day(format)
            default: return nil
            }
        }
    }

    /// Whether its text is a number.
    var isNumber: Bool {
        switch self {
        case .windowStart(let format), .windowEnd(let format), .day(let format): format.isNumber
        case .page: true
        case .cursor, .job, .organization: false
        }
    }

    /// Whether it stands for a day asked for on its own.
    var isDay: Bool { if case .day = self { true } else { false } }
}

/// What the placeholders stand for in one request.
package struct PlaceholderValues: Sendable {
    /// The days of the request.
    package let span: RequestSpan
    /// Identifier of the organization.
    package let organization: String
    /// Identifier of the vendor's job; empty before there is one.
    package var job = ""
    /// What names the page.
    var cursor: PageCursor = .none

    /// The values of a request that is no page.
    package init(span: RequestSpan, organization: String, job: String = "") {
        self.span = span
        self.organization = organization
        self.job = job
    }

    /// The text of a placeholder, not yet encoded.
    package func text(of placeholder: Placeholder) -> String {
        switch placeholder {
        case .windowStart(let format), .day(let format):
            Self.text(of: span.firstInstant, span.first, as: format)
        case .windowEnd(let format): Self.text(of: span.endInstant, span.last, as: format)
        case .cursor, .page: cursor.text ?? ""
        case .job: job
        case .organization: organization
        }
    }

    private static func text(
        of instant: Timestamp, _ day: CalendarDay, as format: InstantFormat
    ) -> String {
        switch format {
        case .date: day.description
        case .unix: String(instant.seconds)
        case .unixMilliseconds: String(instant.milliseconds)
        case .rfc3339: instant.description
        case .year: String(day.components.year)
        case .month: String(day.components.month)
        case .dayOfMonth: String(day.components.day)
        }
    }
}
