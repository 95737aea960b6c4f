// Timestamps as bytes: how much each distance differs from the one before.

/// Packs rising timestamps after the first one.
///
/// Each distance is the one before plus a difference, written as a number; a difference of zero is
/// followed by how often it comes again. A grid with a few samples beside it takes a few bytes for
/// each of those.
enum PackedTimes {
    static func pack(_ timestamps: ArraySlice<Int64>) -> [UInt8] {
        var bytes: [UInt8] = []
        var previous = timestamps.first ?? 0
        var distance: Int64 = 0
        var repeated: UInt64 = 0
        for time in timestamps.dropFirst() {
            let difference = time - previous - distance
            if difference == 0 {
                repeated += 1
            } else {
                endRun(&repeated, into: &bytes)
                PackedNumber.append(PackedNumber.folded(difference), to: &bytes)
            }
            distance = time - previous
            previous = time
        }
        endRun(&repeated, into: &bytes)
        return bytes
    }

    private static func endRun(_ repeated: inout UInt64, into bytes: inout [UInt8]) {
        guard repeated > 0 else { return }
        bytes.append(0)
        PackedNumber.append(repeated - 1, to: &bytes)
        repeated = 0
    }

    /// Appends the timestamps in a closed range and gives their indices.
    static func unpack(
        _ bytes: UnsafeBufferPointer<UInt8>, first: Int64, from: Int64, through: Int64,
        into output: inout [Int64]
    ) -> Range<Int> {
        var place = 0
        var time = first
        var distance: Int64 = 0
        var index = 0
        var start: Int?
        while time <= through {
            if time >= from {
                if start == nil { start = index }
                output.append(time)
            }
            index += 1
            guard place < bytes.count else { break }
            let difference = PackedNumber.read(bytes, &place)
            guard difference == 0 else {
                distance += PackedNumber.unfolded(difference)
                time += distance
                continue
            }
            // The last of the run is left to the next turn.
            for _ in 0..<PackedNumber.read(bytes, &place) {
                time += distance
                guard time <= through else { break }
                if time >= from {
                    if start == nil { start = index }
                    output.append(time)
                }
                index += 1
            }
            time += distance
        }
        return (start ?? index)..<index
    }
}

/// Whole numbers in seven bits a byte, low ones first.
enum PackedNumber {
    /// Small numbers of either sign become small numbers.
    @inline(__always)
    static func folded(_ number: Int64) -> UInt64 {
        UInt64(bitPattern: (number << 1) ^ (number >> 63))
    }

    @inline(__always)
    static func unfolded(_ number: UInt64) -> Int64 {
        Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    @inline(__always)
    static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Reads a number that `append` wrote and moves on behind it.
    @inline(__always)
    static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> UInt64 {
        var number: UInt64 = 0
        var shift: UInt64 = 0
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return number
    }
}
