// A sealed run of samples, packed.
//
// An idle gauge sampled on a grid for a month costs a few dozen bytes instead of megabytes.
//
// 1. A chunk is never empty and never changes.
// 2. Unpacking gives back the exact timestamps and the exact bits of the values.

struct SampleChunk: Sendable {
    private enum Times: Sendable {
        case grid(step: Int64)
        case list([Int64])
    }

    private enum Values: Sendable {
        case constant(Double)
        /// `ends[i]` is the index after the last sample that has `values[i]`.
        case runs(values: [Double], ends: [UInt16])
        case list([Double])
    }

    let first: Int64
    let last: Int64
    let count: Int
    private let times: Times
    private let values: Values

    /// Packs samples; both slices have the same count, at least one and at most 65,535.
    init(timestamps: ArraySlice<Int64>, values: ArraySlice<Double>) {
        precondition(!timestamps.isEmpty && timestamps.count == values.count)
        count = timestamps.count
        first = timestamps[timestamps.startIndex]
        last = timestamps[timestamps.endIndex - 1]
        times = Self.packed(timestamps)
        self.values = Self.packed(values)
    }

    private static func packed(_ timestamps: ArraySlice<Int64>) -> Times {
        guard timestamps.count > 1 else { return .grid(step: 0) }
        let start = timestamps.startIndex
        let step = timestamps[start + 1] - timestamps[start]
        for index in (start + 1)..<timestamps.endIndex
        where timestamps[index] - timestamps[index - 1] != step {
            return .list(Array(timestamps))
        }
        return .grid(step: step)
    }

    private static func packed(_ values: ArraySlice<Double>) -> Values {
        var distinct: [Double] = []
        var ends: [UInt16] = []
        for (index, value) in values.enumerated() {
            if let previous = distinct.last, previous.bitPattern == value.bitPattern {
                ends[ends.count - 1] = UInt16(index + 1)
            } else {
                distinct.append(value)
                ends.append(UInt16(index + 1))
            }
        }
        if distinct.count == 1 { return .constant(distinct[0]) }
        if distinct.count * 5 < values.count * 4 { return .runs(values: distinct, ends: ends) }
        return .list(Array(values))
    }

    private init(first: Int64, last: Int64, count: Int, step: Int64, value: Double) {
        self.first = first
        self.last = last
        self.count = count
        times = .grid(step: step)
        values = .constant(value)
    }

    /// Samples of one value on a grid; at least two.
    init(idleFrom first: Int64, step: Int64, count: Int, value: Double) {
        self.init(
            first: first, last: first + Int64(count - 1) * step, count: count, step: step,
            value: value)
    }

    /// The grid's step and the value, if every sample has the same value on a grid.
    private var idle: (step: Int64, value: Double)? {
        guard count > 1, case .grid(let step) = times, case .constant(let value) = values else {
            return nil
        }
        return (step, value)
    }

    /// One chunk for both, if the next one goes on with the same value on the same grid.
    func joined(with next: SampleChunk) -> SampleChunk? {
        guard let mine = idle, let other = next.idle, mine.step == other.step,
            mine.value.bitPattern == other.value.bitPattern, next.first == last + mine.step
        else { return nil }
        return SampleChunk(
            first: first, last: next.last, count: count + next.count, step: mine.step,
            value: mine.value)
    }

    /// The chunk without its samples before `time`, if that is cheap, else the chunk itself.
    /// At least the last sample is at or after `time`.
    func trimmed(before time: Int64) -> SampleChunk {
        guard first < time, let (step, value) = idle else { return self }
        let gone = index(of: time)
        return SampleChunk(
            first: first + Int64(gone) * step, last: last, count: count - gone, step: step,
            value: value)
    }

    /// Appends the samples with `from <= timestamp <= through` to the buffer.
    func unpack(from: Int64, through: Int64, into buffer: inout SampleBuffer) {
        guard from <= last, through >= first else { return }
        let start = index(of: from)
        var end = start
        switch times {
        case .grid(let step):
            end = through >= last ? count : Int((through - first) / max(step, 1)) + 1
            for index in start..<max(start, end) {
                buffer.timestamps.append(first + Int64(index) * step)
            }
        case .list(let list):
            end = TimestampSearch.count(through: through, in: list)
            if start < end { buffer.timestamps.append(contentsOf: list[start..<end]) }
        }
        if start < end { unpackValues(start..<end, into: &buffer.values) }
    }

    /// The first index whose timestamp is at or after `time`.
    private func index(of time: Int64) -> Int {
        guard time > first else { return 0 }
        switch times {
        case .grid(let step): return Int((time - first + step - 1) / max(step, 1))
        case .list(let list): return TimestampSearch.count(through: time - 1, in: list)
        }
    }

    private func unpackValues(_ range: Range<Int>, into output: inout [Double]) {
        switch values {
        case .constant(let value):
            output.append(contentsOf: repeatElement(value, count: range.count))
        case .list(let list):
            output.append(contentsOf: list[range])
        case .runs(let distinct, let ends):
            var start = 0
            for (value, end) in zip(distinct, ends) {
                let overlap =
                    max(
                        start, range.lowerBound)..<max(
                        max(start, range.lowerBound), min(Int(end), range.upperBound))
                if !overlap.isEmpty {
                    output.append(contentsOf: repeatElement(value, count: overlap.count))
                }
                start = Int(end)
            }
        }
    }
}
