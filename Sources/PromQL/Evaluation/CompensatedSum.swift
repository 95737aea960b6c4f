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
