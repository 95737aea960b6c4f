// Values as bytes: runs of equal ones, each as the distance from the one before.
//
// 1. What comes out has the bits that went in; a value that the short form would change takes the
//    long one.

/// Packs values.
///
/// The first byte is a number of decimal places. Then, for each run of equal values, a number: its
/// lowest bit says whether a count of further samples follows, the rest is zero for the long form
/// or one more than the folded distance from the last value of the short form, in units of those
/// places. The long form is the difference in bits from the value before without its empty bytes
/// at both ends, their counts in a byte before it.
enum PackedValues {
    /// Decimal places of the short form; usage is kept to six.
    private static let mostPlaces = 6
    private static let powers: [Double] = [1, 10, 100, 1e3, 1e4, 1e5, 1e6]
    /// Units beyond which neighbours are no longer different numbers.
    private static let largestUnits = 4_503_599_627_370_496.0

    static func pack(_ values: ArraySlice<Double>, into bytes: inout [UInt8]) {
        let places = commonPlaces(values)
        bytes.append(UInt8(places))
        var previousUnits: Int64 = 0
        var previousBits: UInt64 = 0
        var index = values.startIndex
        while index < values.endIndex {
            let value = values[index]
            var end = index + 1
            while end < values.endIndex, values[end].bitPattern == value.bitPattern { end += 1 }
            let further = end - index - 1
            let mark: UInt64 = further > 0 ? 1 : 0
            if let units = units(value, places) {
                let distance = PackedNumber.folded(units - previousUnits) + 1
                PackedNumber.append(distance << 1 | mark, to: &bytes)
                previousUnits = units
            } else {
                PackedNumber.append(mark, to: &bytes)
                appendLong(value.bitPattern ^ previousBits, to: &bytes)
            }
            if further > 0 { PackedNumber.append(UInt64(further - 1), to: &bytes) }
            previousBits = value.bitPattern
            index = end
        }
    }

    /// The value in units of so many places, if that gives back its bits.
    @inline(__always)
    private static func units(_ value: Double, _ places: Int) -> Int64? {
        let scaled = (value * powers[places]).rounded()
        guard abs(scaled) <= largestUnits else { return nil }
        let units = Int64(scaled)
        return (Double(units) / powers[places]).bitPattern == value.bitPattern ? units : nil
    }

    /// The most places that any value needs for the short form.
    private static func commonPlaces(_ values: ArraySlice<Double>) -> Int {
        var places = 0
        var previous: UInt64?
        for value in values where value.bitPattern != previous {
            previous = value.bitPattern
            guard units(value, places) == nil else { continue }
            var needed = places + 1
            while needed <= mostPlaces, units(value, needed) == nil { needed += 1 }
            if needed <= mostPlaces { places = needed }
        }
        return places
    }

    private static func appendLong(_ bits: UInt64, to bytes: inout [UInt8]) {
        let leading = min(bits.leadingZeroBitCount / 8, 7)
        let trailing = min(bits.trailingZeroBitCount / 8, 7 - leading)
        bytes.append(UInt8(leading << 4 | trailing))
        for byte in trailing..<(8 - leading) {
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(8 * byte)))
        }
    }

    private static func readLong(
        _ bytes: UnsafeBufferPointer<UInt8>, _ place: inout Int
    ) -> UInt64 {
        let (leading, trailing) = (Int(bytes[place] >> 4), Int(bytes[place] & 0x0F))
        place += 1
        var bits: UInt64 = 0
        for byte in trailing..<(8 - leading) {
            bits |= UInt64(bytes[place]) << UInt64(8 * byte)
            place += 1
        }
        return bits
    }

    /// Appends the values with these indices.
    static func unpack(
        _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, into output: inout [Double]
    ) {
        let power = powers[Int(bytes[0])]
        var place = 1
        var units: Int64 = 0
        var bits: UInt64 = 0
        var index = 0
        while index < range.upperBound, place < bytes.count {
            let mark = PackedNumber.read(bytes, &place)
            if mark > 1 {
                units += PackedNumber.unfolded((mark >> 1) - 1)
                bits = (Double(units) / power).bitPattern
            } else {
                bits ^= readLong(bytes, &place)
            }
            var end = index + 1
            if mark & 1 == 1 { end += Int(PackedNumber.read(bytes, &place)) + 1 }
            let count = min(end, range.upperBound) - max(index, range.lowerBound)
            let value = Double(bitPattern: bits)
            if count == 1 {
                output.append(value)
            } else if count > 1 {
                output.append(contentsOf: repeatElement(value, count: count))
            }
            index = end
        }
    }
}
