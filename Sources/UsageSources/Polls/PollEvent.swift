// What a poll hears and what it wants: the alphabet of the poll machine.

import Credits

/// A complete HTTP response.
package struct SourceResponse: Sendable, Hashable {
    /// Status code.
    package let status: Int
    /// Headers in order.
    package let headers: [SourceHeader]
    /// Decoded body.
    package let body: [UInt8]
    /// Absolute target of a redirect; nil lets the machine read `Location` itself.
    package let redirectURL: String?
    /// Seconds that `Retry-After` asks for, from either of its forms.
    package let retryAfterSeconds: Int?

    /// A response; tests leave out what they do not need.
    package init(
        status: Int, headers: [SourceHeader] = [], body: [UInt8] = [], redirectURL: String? = nil,
        retryAfterSeconds: Int? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.redirectURL = redirectURL
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The value of the first header of that name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// Why no complete response arrived.
package struct SourceFault: Sendable, Hashable {
    /// The closed list of causes.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Name resolution, refusal or reset.
        case connect
        /// Handshake or certificate.
        case tls
        /// A time limit.
        case timeout
        /// The body or the headers passed their limit.
        case tooLarge
        /// A malformed URL or header, or an answer that is not HTTP.
        case `protocol`
    }

    /// The cause.
    package let reason: Reason
    /// What happened, without secrets.
    package let message: String

    /// A fault of a cause.
    package init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

/// What became of the request that was sent last.
package enum PollEvent: Sendable {
    /// It was answered.
    case response(SourceResponse)
    /// It was not.
    case fault(SourceFault)
}

/// What a poll wants next.
package enum PollStep: Sendable {
    /// Wait so many milliseconds, send the request, then `handle` what becomes of it.
    case send(SourceRequest, afterMilliseconds: Int)
    /// The poll is complete.
    case finished(PollResult)
    /// The poll failed, nothing of it counts. The source may have asked to be left alone for so
    /// many seconds: the next poll has to wait that long.
    case failed(PollFailure, retryAfterSeconds: Int?)
}

/// One row of a page as it was understood.
package struct MappedRow: Sendable, Hashable {
    /// The page in words, such as `page 2`.
    package let page: String
    /// Where the row stands in the page, such as `$['usage'][3]`.
    package let location: String
    /// The line of a text of lines on which it begins, from 1; nil in documents.
    package let line: Int?
    /// The row itself as JSON, cut to a line.
    package let raw: String
    /// Why it does not count; empty when it does.
    package let passedOver: String
    /// The ledger day; nil when the row has none, or was passed over before it was read.
    package let day: CalendarDay?
    /// The product; nil when it is read with the state of the source.
    package let product: String?
    /// Further dimensions of the key.
    package let dimensions: [ReadingDimension]
    /// Units and quantities, in the order of the measures.
    package let quantities: [Quantity]

    /// A number of a unit.
    package struct Quantity: Sendable, Hashable {
        /// The unit.
        package let unit: String
        /// How many of it.
        package let amount: ExactDecimal
    }
}

/// What a complete poll brought.
package struct PollResult: Sendable, Equatable {
    /// The readings, one for each key, sorted by the key's canonical text.
    package let readings: [Reading]
    /// The days that were accepted; the day of every reading lies in here.
    package let window: DayWindow
    /// Pages of the answer.
    package let pageCount: Int
    /// Rows that were taken.
    package let rowCount: Int
    /// Requests that were sent, retries and redirects included.
    package let requestCount: Int
    /// Rows of days outside the window that were passed over.
    package let ignoredRowCount: Int
    /// Rows that `where` passed over.
    package let filteredRowCount: Int
    /// The first rows, when the machine was told to keep them.
    package let rows: [MappedRow]
    /// What has yet to be reduced with the state of the source; nil when `readings` is all.
    package let observations: StyleObservations?
    /// The last day that had ended and was asked for; before the window when there is none.
    package let finishedThrough: CalendarDay
    /// Days of which rows say whether they are final.
    package let finality: [CalendarDay: Bool]
    /// How far the clock here is ahead of the source's; nil when it says no time.
    package let clockSkewMilliseconds: Int64?
    /// Whether the pages were read twice because their total changed.
    package let hasRestarted: Bool
    /// The first instant whose use was not asked for; nil when what is stated has no days.
    package let askedUntil: Timestamp?
}
