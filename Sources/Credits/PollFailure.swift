// Why a poll failed: the closed list that metrics and logs share.

/// The reason label of `ai_credits_source_poll_failures_total`.
package enum PollFailureReason: String, Sendable, Hashable, CaseIterable {
    case timeout
    case connect
    case tls
    case httpStatus = "http_status"
    case throttled
    case unauthorized
    case tooLarge = "too_large"
    case notJSON = "not_json"
    case badValue = "bad_value"
    case rowsMissing = "rows_missing"
    case outsideWindow = "outside_window"
    case incompletePages = "incomplete_pages"
    case checkFailed = "check_failed"
    case tooManyProducts = "too_many_products"
    case sourceConflict = "source_conflict"
    case `internal`
}

/// A failed poll: nothing of it was kept.
package struct PollFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason, one of a closed list.
    package let reason: PollFailureReason
    /// What happened, to what, where (page and JSON location), and what to do.
    package let message: String

    /// A failure of a reason.
    package init(_ reason: PollFailureReason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    package var description: String { "\(reason.rawValue): \(message)" }
}
