// One series in the store: packed chunks and a flat head.
//
// 1. Timestamps rise strictly from the first chunk to the end of the head.
// 2. The head always holds at least the newest `headLength` samples (or all of them), so that
//    rules over the last minutes read flat memory.

struct SampleSeries: Sendable {
    /// How many samples the head keeps at least.
    private static let headLength = 64
    /// How many samples are packed at once.
    static let chunkLength = 32

    let labels: SeriesLabels
    private(set) var chunks: [SampleChunk] = []
    private(set) var head = SampleBuffer()
    private(set) var sampleCount = 0

    init(labels: SeriesLabels) {
        self.labels = labels
    }

    var newest: Int64? { head.timestamps.last }
    var newestValue: Double? { head.values.last }
    var oldest: Int64? { chunks.first?.first ?? head.timestamps.first }

    /// Appends a sample that is newer than all others.
    mutating func append(_ timestamp: Int64, _ value: Double) {
        head.makeRoom(atMost: Self.headLength + Self.chunkLength)
        head.append(timestamp, value)
        sampleCount += 1
        guard head.count >= Self.headLength + Self.chunkLength else { return }
        seal(Self.chunkLength)
    }

    /// Appends samples of one value on a grid; the first is newer than all others.
    mutating func appendRun(from start: Int64, step: Int64, count: Int, value: Double) {
        var single = 0
        let packed = count - Self.headLength
        // A short run is not worth a chunk of its own.
        if packed > Self.chunkLength {
            seal(head.count)
            add(SampleChunk(idleFrom: start, step: step, count: packed, value: value))
            sampleCount += packed
            single = packed
        }
        while single < count {
            append(start + Int64(single) * step, value)
            single += 1
        }
    }

    /// Packs the oldest samples of the head.
    private mutating func seal(_ count: Int) {
        guard count > 0 else { return }
        add(
            SampleChunk(
                timestamps: head.timestamps[..<count], values: head.values[..<count]))
        head.timestamps.removeFirst(count)
        head.values.removeFirst(count)
    }

    /// Adds a chunk. Neighbours of like length become one: a sample is packed anew a few times
    /// while its chunk grows, and the many short chunks of a long history do not stay.
    private mutating func add(_ chunk: SampleChunk) {
        if let joined = chunks.last?.joined(with: chunk) {
            chunks[chunks.count - 1] = joined
            return
        }
        var chunk = chunk
        while let last = chunks.last, last.count <= 2 * chunk.count,
            last.count + chunk.count <= SampleChunk.longest
        {
            chunk = last.merged(with: chunk)
            chunks.removeLast()
        }
        chunks.append(chunk)
    }

    /// Drops old samples: whole chunks that end before `time` and the head's samples before it.
    ///
    /// - Returns: how many samples went.
    mutating func drop(before time: Int64) -> Int {
        var dropped = 0
        let keptFrom = chunks.firstIndex { $0.last >= time } ?? chunks.count
        for chunk in chunks[..<keptFrom] { dropped += chunk.count }
        chunks.removeFirst(keptFrom)
        if let first = chunks.first {
            let trimmed = first.trimmed(before: time)
            dropped += first.count - trimmed.count
            chunks[0] = trimmed
        } else {
            let old = TimestampSearch.count(through: time - 1, in: head.timestamps)
            head.timestamps.removeFirst(old)
            head.values.removeFirst(old)
            dropped += old
        }
        sampleCount -= dropped
        return dropped
    }

    /// Gives the samples with `from <= timestamp <= through` to the body, without copying when
    /// they all lie in the head.
    @inline(__always)
    func withSamples<Result>(
        from: Int64, through: Int64, scratch: inout SampleBuffer,
        _ body: (SampleView) throws(PromQLEvaluationError) -> Result
    ) throws(PromQLEvaluationError) -> Result {
        if let lastChunk = chunks.last, lastChunk.last >= from {
            scratch.removeAll()
            for chunk in chunks where chunk.last >= from && chunk.first <= through {
                chunk.unpack(from: from, through: through, into: &scratch)
            }
            let end = TimestampSearch.count(through: through, in: head.timestamps)
            scratch.timestamps.append(contentsOf: head.timestamps[..<end])
            scratch.values.append(contentsOf: head.values[..<end])
            return try Self.view(scratch, 0..<scratch.count, body)
        }
        let start =
            from == .min ? 0 : TimestampSearch.count(through: from - 1, in: head.timestamps)
        let end = TimestampSearch.count(through: through, in: head.timestamps)
        return try Self.view(head, start..<max(start, end), body)
    }

    @inline(__always)
    static func view<Result>(
        _ buffer: borrowing SampleBuffer, _ range: Range<Int>,
        _ body: (SampleView) throws(PromQLEvaluationError) -> Result
    ) throws(PromQLEvaluationError) -> Result {
        try buffer.timestamps.withUnsafeBufferPointer {
            (timestamps) throws(PromQLEvaluationError) -> Result in
            try buffer.values.withUnsafeBufferPointer {
                (values) throws(PromQLEvaluationError) -> Result in
                try body(
                    SampleView(
                        timestamps: UnsafeBufferPointer(rebasing: timestamps[range]),
                        values: UnsafeBufferPointer(rebasing: values[range])))
            }
        }
    }
}
