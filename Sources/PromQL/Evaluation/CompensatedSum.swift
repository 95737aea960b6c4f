// Sums that do not lose small terms next to large ones.

/// A sum with Neumaier's compensation, as Prometheus 3 adds.
struct CompensatedSum {
    var sum: Double
    var compensation = 0.0

    init(_ start: Double = 0) {
        sum = start
    }

    @inline(__always)
    mutating func add(_ increment: Double) {
        let total = sum + increment
        if total.isInfinite {
            compensation = 0
        } else if abs(sum) >= abs(increment) {
            compensation += (sum - total) + increment
        } else {
            compensation += (increment - total) + sum
        }
        sum = total
    }

    /// Sum and compensation together; an infinite sum stays what it is.
    var value: Double { sum.isInfinite ? sum : sum + compensation }
}

/// A mean that adds up directly while the sum fits, then goes over to a running mean.
struct CompensatedMean {
    private var total: CompensatedSum
    private var count = 1.0
    private var isRunning = false

    /// Starts with the first value.
    init(_ first: Double) {
        total = CompensatedSum(first)
    }

    mutating func add(_ value: Double) {
        count += 1
        if !isRunning {
            var next = total
            next.add(value)
            if !next.sum.isInfinite {
                total = next
                return
            }
            isRunning = true
            total.sum /= count - 1
            total.compensation /= count - 1
        }
        let weight = (count - 1) / count
        total.sum *= weight
        total.compensation *= weight
        total.add(value / count)
    }

    var value: Double {
        if isRunning { return total.sum + total.compensation }
        return total.sum / count + total.compensation / count
    }
}

/// The running mean of Prometheus 2, with or without compensation.
struct RunningMean {
    private var mean: CompensatedSum
    private var count = 1.0
    private let isCompensated: Bool

    /// Starts with the first value.
    init(_ first: Double, isCompensated: Bool) {
        mean = CompensatedSum(first)
        self.isCompensated = isCompensated
    }

    mutating func add(_ value: Double) {
        count += 1
        if mean.sum.isInfinite {
            // Only NaN or the other infinity changes an infinite mean.
            if value.isFinite || value == mean.sum { return }
        }
        let change = value / count - mean.sum / count
        if isCompensated {
            mean.add(change)
        } else {
            mean.sum += change
        }
    }

    var value: Double { mean.value }
}
