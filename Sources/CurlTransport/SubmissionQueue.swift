// The requests that wait for a free transfer, first come first served.

/// A queue with removal by identifier in constant time.
struct SubmissionQueue {
    private var order: [UInt64] = []
    private var head = 0
    private var waiting: [UInt64: Submission] = [:]

    /// Requests that wait.
    var count: Int { waiting.count }

    /// Adds a request at the end.
    mutating func append(_ submission: Submission) {
        order.append(submission.identifier)
        waiting[submission.identifier] = submission
    }

    /// Takes the request that has waited longest.
    mutating func removeFirst() -> Submission? {
        while head < order.count {
            let identifier = order[head]
            head += 1
            if head > 1_024, head * 2 > order.count {
                order.removeFirst(head)
                head = 0
            }
            if let submission = waiting.removeValue(forKey: identifier) { return submission }
        }
        return nil
    }

    /// Takes one request out of its turn.
    mutating func remove(_ identifier: UInt64) -> Submission? {
        waiting.removeValue(forKey: identifier)
    }

    /// The requests that wait, in order.
    var submissions: [Submission] {
        order[head...].compactMap { waiting[$0] }
    }
}
