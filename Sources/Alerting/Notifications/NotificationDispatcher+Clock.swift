// A wall clock that jumps: plans and memories move along, so that a repeat is neither hurried nor
// put off.

extension NotificationDispatcher {
    /// Moves everything that is counted from by so many milliseconds. What an alert says of its
    /// start stays.
    package mutating func shift(byMilliseconds jump: Int64) {
        for identity in groups.keys {
            groups[identity]?.shift(byMilliseconds: jump)
        }
        for (key, record) in records {
            let moved = NotificationLogRecord(
                key: key, firing: record.firing, resolved: record.resolved,
                sentAt: record.sentAt.addingClamped(jump))
            records[key] = moved
            quietRecords[key] = moved
        }
    }
}

extension NotificationGroup {
    fileprivate mutating func shift(byMilliseconds jump: Int64) {
        nextFlush = nextFlush.addingClamped(jump)
        for fingerprint in members.keys {
            let changedAt = members[fingerprint]?.changedAt ?? 0
            members[fingerprint]?.changedAt = changedAt.addingClamped(jump)
        }
    }
}
