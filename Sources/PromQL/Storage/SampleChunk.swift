// A sealed run of samples, packed.
//
// An idle gauge sampled on a grid for a month costs a few dozen bytes instead of megabytes, and a
// busy one a few bytes a sample.
//
// 1. A chunk is never empty and never changes.
// 2. Unpacking gives back the exact timestamps and the exact bits of the values.
// 3. Without packed bytes the samples lie on a grid and have one value.

struct SampleChunk: Sendable {
    /// Chunks do not grow beyond this by joining, except those of one value on a grid.
    static let longest = 1024

    let first: Int64
    let last: Int64
    /// Milliseconds between the samples of a grid; 0 when the times are among the bytes.
    private let step: Int64
    private let firstValue: Double
    /// The values, after the times if they are not on a grid.
    private let bytes: [UInt8]
    private let storedCount: Int32
    private let valuesStart: Int32

    var count: Int { Int(storedCount) }

    /// Packs samples; both slices have the same count, at least one.
    init(timestamps: ArraySlice<Int64>, values: ArraySlice<Double>) {
        precondition(!timestamps.isEmpty && timestamps.count == values.count)
        storedCount = Int32(timestamps.count)
        first = timestamps[timestamps.startIndex]
        last = timestamps[timestamps.endIndex - 1]
        firstValue = values[values.startIndex]
        let bits = firstValue.bitPattern
        let isConstant = values.allSatisfy { $0.bitPattern == bits }
        if let step = Self.gridStep(timestamps) {
            self.step = step
            valuesStart = 0
            bytes = isConstant ? [] : Self.packed(nil, values)
        } else {
            step = 0
            let times = PackedTimes.pack(timestamps)
            valuesStart = Int32(times.count)
            bytes = Self.packed(times, values)
        }
    }

    /// The bytes in an array of their own size.
    private static func packed(_ times: [UInt8]?, _ values: ArraySlice<Double>) -> [UInt8] {
        var bytes = times ?? []
        PackedValues.pack(values, into: &bytes)
        return Array(unsafeUninitializedCapacity: bytes.count) { buffer, count in
            count = buffer.initialize(fromContentsOf: bytes)
        }
    }

    private static func gridStep(_ timestamps: ArraySlice<Int64>) -> Int64? {
        guard timestamps.count > 1 else { return 1 }
        let start = timestamps.startIndex
        let step = timestamps[start + 1] - timestamps[start]
        for index in (start + 1)..<timestamps.endIndex
        where timestamps[index] - timestamps[index - 1] != step {
            return nil
        }
        return step
    }

    /// Samples of one value on a grid; at least two, at most 2^31 - 1.
    init(idleFrom first: Int64, step: Int64, count: Int, value: Double) {
        self.first = first
        last = first + Int64(count - 1) * step
        self.step = step
        firstValue = value
        bytes = []
        storedCount = Int32(count)
        valuesStart = 0
    }

    /// Whether every sample has the same value on a grid.
    private var isIdle: Bool { count > 1 && bytes.isEmpty }

    // MARK: - Making one of two, or less of one

    /// One chunk for both, if the next one goes on with the same value on the same grid.
    func joined(with next: SampleChunk) -> SampleChunk? {
        guard isIdle, next.isIdle, step == next.step, next.first == last + step,
            firstValue.bitPattern == next.firstValue.bitPattern,
            count + next.count <= Int(Int32.max)
        else { return nil }
        return SampleChunk(
            idleFrom: first, step: step, count: count + next.count, value: firstValue)
    }

    /// One chunk for both, packed anew.
    func merged(with next: SampleChunk) -> SampleChunk {
        var buffer = SampleBuffer()
        buffer.reserve(count + next.count)
        unpack(from: .min, through: .max, into: &buffer)
        next.unpack(from: .min, through: .max, into: &buffer)
        return SampleChunk(timestamps: buffer.timestamps[...], values: buffer.values[...])
    }

    /// The chunk without its samples before `time`, if they are many, else the chunk itself.
    /// At least the last sample is at or after `time`.
    func trimmed(before time: Int64) -> SampleChunk {
        guard first < time else { return self }
        if isIdle {
            let gone = Int((time - first + step - 1) / step)
            return SampleChunk(
                idleFrom: first + Int64(gone) * step, step: step, count: count - gone,
                value: firstValue)
        }
        var kept = SampleBuffer()
        unpack(from: time, through: .max, into: &kept)
        guard count - kept.count >= SampleSeries.chunkLength else { return self }
        return SampleChunk(timestamps: kept.timestamps[...], values: kept.values[...])
    }

    // MARK: - Unpacking

    /// Appends the samples with `from <= timestamp <= through` to the buffer.
    func unpack(from: Int64, through: Int64, into buffer: inout SampleBuffer) {
        guard from <= last, through >= first else { return }
        let range = unpackTimes(from: from, through: through, into: &buffer.timestamps)
        guard !range.isEmpty else { return }
        guard !bytes.isEmpty else {
            buffer.values.append(contentsOf: repeatElement(firstValue, count: range.count))
            return
        }
        bytes.withUnsafeBufferPointer { bytes in
            PackedValues.unpack(
                UnsafeBufferPointer(rebasing: bytes[Int(valuesStart)...]), range,
                into: &buffer.values)
        }
    }

    private func unpackTimes(
        from: Int64, through: Int64, into output: inout [Int64]
    ) -> Range<Int> {
        if step == 0 {
            return bytes.withUnsafeBufferPointer { bytes in
                PackedTimes.unpack(
                    UnsafeBufferPointer(rebasing: bytes[..<Int(valuesStart)]), first: first,
                    from: from, through: through, into: &output)
            }
        }
        let start = from <= first ? 0 : Int((from - first + step - 1) / step)
        let end = through >= last ? count : Int((through - first) / step) + 1
        guard start < end else { return 0..<0 }
        var time = first + Int64(start) * step
        for _ in start..<end {
            output.append(time)
            time += step
        }
        return start..<end
    }
}
