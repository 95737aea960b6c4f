// What the answer to one attempt means.

/// Why an attempt failed, as the label `reason` of the metric says; a closed list.
///
/// - Source: alertmanager notify/util.go (FailureReason)
package enum NotificationFailureReason: String, Sendable, Hashable, CaseIterable {
    case clientError
    case serverError
    case authError
    case rateLimited
    case contextDeadlineExceeded
    /// No answer at all, a redirect, or an answer that HTTP does not know.
    case other
}

/// What becomes of a notification after an attempt.
package enum AttemptOutcome: Sendable, Hashable {
    /// Delivered.
    case sent
    /// To be tried again by the schedule.
    case retry(NotificationFailureReason)
    /// Never to be tried again.
    case failed(NotificationFailureReason)
    /// The receiver does not want to hear from us until the configuration is read again.
    case disableReceiver

    /// Judges an attempt.
    ///
    /// - Parameters:
    ///   - status: the answer's status; nil when there was none.
    ///   - timedOut: whether the deadline ended the attempt.
    package static func classify(status: Int?, timedOut: Bool = false) -> AttemptOutcome {
        guard let status else { return .retry(timedOut ? .contextDeadlineExceeded : .other) }
        switch status {
        case 200...299: return .sent
        case 410: return .disableReceiver
        case 413: return .failed(.clientError)
        case 401, 403: return .retry(.authError)
        case 429: return .retry(.rateLimited)
        case 400...499: return .retry(.clientError)
        case 500...599: return .retry(.serverError)
        default: return .retry(.other)
        }
    }

    /// The failure to count; nil when delivered.
    package var failureReason: NotificationFailureReason? {
        switch self {
        case .sent: nil
        case .retry(let reason), .failed(let reason): reason
        case .disableReceiver: .clientError
        }
    }
}
