// Equality of JSON values as RFC 9535 section 2.3.5.2.2 defines it.

extension JSONValue: Equatable {
    /// Equal as RFC 9535 compares; see `JSONValue`.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        var budget = Int.max
        return left.equals(right, budget: &budget) == true
    }

    /// Compares while counting the work: about one unit per pair of values, and one more per
    /// kilobyte of string. Nil when the budget ran out before the answer was known.
    func equals(_ other: JSONValue, budget: inout Int) -> Bool? {
        budget -= 1
        guard budget >= 0 else { return nil }
        switch (self, other) {
        case (.null, .null):
            return true
        case (.bool(let left), .bool(let right)):
            return left == right
        case (.number(let left), .number(let right)):
            return left == right
        case (.string(let left), .string(let right)):
            let length = left.utf8.count
            guard length == right.utf8.count else { return false }
            budget -= length / 1_024
            guard budget >= 0 else { return nil }
            return left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)):
            return Self.equals(left, right, budget: &budget)
        case (.object(let left), .object(let right)):
            return Self.equals(left, right, budget: &budget)
        default:
            return false
        }
    }

    private static func equals(
        _ left: [JSONValue], _ right: [JSONValue], budget: inout Int
    ) -> Bool? {
        guard left.count == right.count else { return false }
        for (one, other) in zip(left, right) {
            guard let same = one.equals(other, budget: &budget) else { return nil }
            guard same else { return false }
        }
        return true
    }

    private static func equals(
        _ left: JSONObject, _ right: JSONObject, budget: inout Int
    ) -> Bool? {
        guard left.count == right.count else { return false }
        for member in left.members {
            guard let other = right[member.name] else { return false }
            guard let same = member.value.equals(other, budget: &budget) else { return nil }
            guard same else { return false }
        }
        return true
    }
}

extension String {
    /// Equality by code points. `==` of `String` also equates canonically equivalent texts,
    /// which are different names in JSON.
    func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let same = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in
                var index = 0
                while index < left.count, left[index] == right[index] { index += 1 }
                return index == left.count
            }
        }
        return (same ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
