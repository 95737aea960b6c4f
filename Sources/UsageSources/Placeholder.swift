// The closed list of what a URL or a query value may have filled in.

import Credits

/// How an instant is written into a request.
package enum InstantFormat: String, Sendable, Hashable, CaseIterable {
    /// `YYYY-MM-DD`, the day itself.
    case date
    /// Seconds since 1970.
    case unix
    /// RFC 3339 in UTC.
    case rfc3339
    /// Milliseconds since 1970.
    case unixMilliseconds = "unix_ms"
}

/// A part of a request that changes from poll to poll or from page to page.
package enum Placeholder: Sendable, Hashable {
    /// The first day asked for, or its first instant.
    case windowStart(InstantFormat)
    /// The last day asked for, or the first instant after it.
    case windowEnd(InstantFormat)
    /// The cursor of the page; empty on the first one.
    case cursor
    /// The number of the page.
    case page

    /// Every placeholder as it is written.
    package static let allowed: String =
        (["window.start", "window.end"].map { name in
            "{\(name):" + InstantFormat.allCases.map(\.rawValue).joined(separator: "|") + "}"
        } + ["{cursor}", "{page}"]).joined(separator: ", ")

    /// Reads what stands between the braces; nil when it is not on the list.
    init?(_ text: some StringProtocol) {
        switch text {
        case "cursor": self = .cursor
        case "page": self = .page
        default:
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let format = InstantFormat(rawValue: String(parts[1])) else {
                return nil
            }
            switch parts[0] {
            case "window.start": self = .windowStart(format)
            case "window.end": self = .windowEnd(format)
            default: return nil
            }
        }
    }
}

/// What the placeholders stand for in one request.
package struct PlaceholderValues: Sendable {
    /// The window of the poll.
    package let window: PollWindow
    /// The cursor of the page; nil on the first one.
    package let cursor: String?
    /// The number of the page in the source's own counting.
    package let page: Int

    /// The values of one request.
    package init(window: PollWindow, cursor: String? = nil, page: Int = 1) {
        self.window = window
        self.cursor = cursor
        self.page = page
    }

    /// The text of a placeholder, not yet encoded.
    package func text(of placeholder: Placeholder) -> String {
        switch placeholder {
        case .windowStart(.date): window.first.description
        case .windowEnd(.date): window.last.description
        case .windowStart(let format): Self.text(of: window.firstInstant, as: format)
        case .windowEnd(let format): Self.text(of: window.endInstant, as: format)
        case .cursor: cursor ?? ""
        case .page: String(page)
        }
    }

    private static func text(of instant: Timestamp, as format: InstantFormat) -> String {
        switch format {
        case .unix: String(instant.seconds)
        case .unixMilliseconds: String(instant.milliseconds)
        case .rfc3339, .date: instant.description
        }
    }
}
