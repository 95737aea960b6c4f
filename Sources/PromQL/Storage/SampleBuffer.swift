// Flat arrays of samples: what the evaluator reads.

/// Samples of one series, oldest first, as two parallel arrays.
package struct SampleBuffer: Sendable, Equatable {
    /// Milliseconds since 1970, strictly rising.
    package internal(set) var timestamps: [Int64] = []
    /// One value per timestamp; stale markers are included.
    package internal(set) var values: [Double] = []

    /// An empty buffer.
    package init() {}

    /// Number of samples.
    package var count: Int { timestamps.count }

    /// Equal times and equal bits, so that a NaN equals itself.
    package static func == (left: SampleBuffer, right: SampleBuffer) -> Bool {
        left.timestamps == right.timestamps
            && left.values.map(\.bitPattern) == right.values.map(\.bitPattern)
    }

    mutating func removeAll() {
        timestamps.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }

    mutating func reserve(_ count: Int) {
        timestamps.reserveCapacity(count)
        values.reserveCapacity(count)
    }

    /// Makes room for another sample in twice the present room, within a limit: arrays left to
    /// themselves grow beyond what is ever used.
    @inline(__always)
    mutating func makeRoom(atMost limit: Int) {
        guard count == timestamps.capacity || count == values.capacity else { return }
        reserve(max(count + 1, min(max(4, 2 * count), limit)))
    }

    mutating func append(_ timestamp: Int64, _ value: Double) {
        timestamps.append(timestamp)
        values.append(value)
    }
}

/// A view of samples that lives as long as the closure it is given to.
struct SampleView {
    let timestamps: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>

    @inline(__always) var count: Int { timestamps.count }

    /// The first index at or after `start` whose timestamp is greater than `time`.
    @inline(__always)
    func firstIndex(after time: Int64, from start: Int = 0) -> Int {
        var index = start
        while index < timestamps.count, timestamps[index] <= time {
            index += 1
        }
        return index
    }
}

/// Binary search in rising timestamps.
enum TimestampSearch {
    /// The number of timestamps that are less than or equal to `time`.
    static func count(through time: Int64, in timestamps: [Int64]) -> Int {
        timestamps.withUnsafeBufferPointer { count(through: time, in: $0) }
    }

    static func count(through time: Int64, in timestamps: UnsafeBufferPointer<Int64>) -> Int {
        // Most reads end at the newest sample.
        guard let last = timestamps.last, time < last else { return timestamps.count }
        var low = 0
        var high = timestamps.count
        while low < high {
            let middle = (low + high) / 2
            if timestamps[middle] <= time {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
