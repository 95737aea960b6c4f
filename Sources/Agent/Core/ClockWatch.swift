// Notices jumps of the wall clock by comparing it with the monotonic one.

import Credits

/// Compares two clocks from tick to tick.
struct ClockWatch: Sendable {
    /// A difference beyond this is a step, not drift.
    private static let toleranceMilliseconds: Int64 = 1000

    private var last: (wall: Int64, elapsed: Int64)?

    /// Milliseconds by which the wall clock jumped since the last reading; nil when it did not.
    mutating func step(wall: Timestamp, elapsed: Int64) -> Int64? {
        defer { last = (wall.milliseconds, elapsed) }
        guard let last else { return nil }
        let jump = (wall.milliseconds - last.wall) - (elapsed - last.elapsed)
        return abs(jump) >= Self.toleranceMilliseconds ? jump : nil
    }
}
