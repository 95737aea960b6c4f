// Functions over the samples of one series in one time window.

/// The samples of a window and what a function may need besides them.
struct SampleWindow {
    let timestamps: UnsafeBufferPointer<Int64>
    let values: UnsafeBufferPointer<Double>
    /// The window's ends, milliseconds.
    let start: Int64
    let end: Int64
    /// The evaluation time, which differs from `end` under `offset` and `@`.
    let time: Int64
    /// The scalar argument, if the function has one.
    let argument: Double

    @inline(__always) var count: Int { values.count }
    @inline(__always) var last: Double { values[values.count - 1] }
}

enum RangeFunctions {
    /// The value of a function for a window that is not empty, or absent.
    static func apply(
        _ function: PromQLFunction, _ window: SampleWindow, profile: VersionProfile,
        scratch: inout [Double]
    ) -> Double {
        switch function {
        case .rate: extrapolated(window, profile, isCounter: true, isRate: true)
        case .increase: extrapolated(window, profile, isCounter: true, isRate: false)
        case .delta: extrapolated(window, profile, isCounter: false, isRate: false)
        case .irate: lastChange(window, isRate: true)
        case .idelta: lastChange(window, isRate: false)
        case .deriv:
            window.count < 2 ? VectorBlock.absent : regression(window, window.timestamps[0]).slope
        case .predictLinear: predicted(window)
        case .changes: changes(window)
        case .resets: resets(window)
        case .averageOverTime: average(window, profile)
        case .sumOverTime: sum(window)
        case .minimumOverTime: extreme(window) { $0 < $1 }
        case .maximumOverTime: extreme(window) { $0 > $1 }
        case .countOverTime: Double(window.count)
        case .firstOverTime: window.values[0]
        case .lastOverTime: window.last
        case .presentOverTime, .absentOverTime: 1
        case .varianceOverTime: variance(window)
        case .deviationOverTime: variance(window).squareRoot()
        case .quantileOverTime: quantile(window, &scratch)
        default: VectorBlock.absent
        }
    }

    // MARK: - Rates

    /// The change over the window, extrapolated to its ends where samples come close to them.
    private static func extrapolated(
        _ window: SampleWindow, _ profile: VersionProfile, isCounter: Bool, isRate: Bool
    ) -> Double {
        let count = window.count
        guard count > 1 else { return VectorBlock.absent }
        let first = window.values[0]
        var change = window.last - first
        if isCounter {
            var previous = first
            for index in 1..<count {
                let current = window.values[index]
                if current < previous { change += previous }
                previous = current
            }
        }
        let firstTime = window.timestamps[0]
        let lastTime = window.timestamps[count - 1]
        var toStart = Double(firstTime - window.start) / 1000
        var toEnd = Double(window.end - lastTime) / 1000
        let sampled = Double(lastTime - firstTime) / 1000
        let average = sampled / Double(count - 1)
        let threshold = average * 1.1
        let isModern = profile == .prometheus3
        if isModern, toStart >= threshold { toStart = average / 2 }
        if isCounter, change > 0, first >= 0 {
            // A counter cannot have been negative: not further back than where it was zero.
            toStart = min(toStart, sampled * (first / change))
        }
        if !isModern, toStart >= threshold { toStart = average / 2 }
        if toEnd >= threshold { toEnd = average / 2 }
        var factor = (sampled + toStart + toEnd) / sampled
        if isRate { factor /= Double(window.end - window.start) / 1000 }
        return change * factor
    }

    private static func lastChange(_ window: SampleWindow, isRate: Bool) -> Double {
        let count = window.count
        guard count > 1 else { return VectorBlock.absent }
        let previous = window.values[count - 2]
        let current = window.values[count - 1]
        // After a counter reset the counter itself is the change.
        let change = isRate && current < previous ? current : current - previous
        guard isRate else { return change }
        let elapsed = window.timestamps[count - 1] - window.timestamps[count - 2]
        return change / (Double(elapsed) / 1000)
    }

    private static func changes(_ window: SampleWindow) -> Double {
        var count = 0
        for index in 1..<max(1, window.count) {
            let previous = window.values[index - 1]
            let current = window.values[index]
            if current != previous, !(current.isNaN && previous.isNaN) { count += 1 }
        }
        return Double(count)
    }

    private static func resets(_ window: SampleWindow) -> Double {
        var count = 0
        for index in 1..<max(1, window.count)
        where window.values[index] < window.values[index - 1] {
            count += 1
        }
        return Double(count)
    }

    // MARK: - Regression

    private static func predicted(_ window: SampleWindow) -> Double {
        guard window.count > 1 else { return VectorBlock.absent }
        let line = regression(window, window.time)
        return line.slope * window.argument + line.intercept
    }

    /// Least squares with time in seconds from `origin`.
    private static func regression(
        _ window: SampleWindow, _ origin: Int64
    ) -> (slope: Double, intercept: Double) {
        let first = window.values[0]
        var isConstant = true
        var sumX = CompensatedSum()
        var sumY = CompensatedSum()
        var sumXY = CompensatedSum()
        var sumXX = CompensatedSum()
        for index in 0..<window.count {
            let y = window.values[index]
            if isConstant, index > 0, y != first { isConstant = false }
            let x = Double(window.timestamps[index] - origin) / 1000
            sumX.add(x)
            sumY.add(y)
            sumXY.add(x * y)
            sumXX.add(x * x)
        }
        if isConstant { return first.isInfinite ? (.nan, .nan) : (0, first) }
        let n = Double(window.count)
        let x = sumX.sum + sumX.compensation
        let y = sumY.sum + sumY.compensation
        let covariance = sumXY.sum + sumXY.compensation - x * y / n
        let variance = sumXX.sum + sumXX.compensation - x * x / n
        let slope = covariance / variance
        return (slope, y / n - slope * x / n)
    }

    // MARK: - Aggregates

    private static func average(_ window: SampleWindow, _ profile: VersionProfile) -> Double {
        if profile == .prometheus2 {
            var mean = RunningMean(window.values[0], isCompensated: true)
            for index in 1..<max(1, window.count) { mean.add(window.values[index]) }
            return mean.value
        }
        var mean = CompensatedMean(window.values[0])
        for index in 1..<max(1, window.count) { mean.add(window.values[index]) }
        return mean.value
    }

    private static func sum(_ window: SampleWindow) -> Double {
        var total = CompensatedSum()
        for value in window.values { total.add(value) }
        return total.value
    }

    @inline(__always)
    private static func extreme(
        _ window: SampleWindow, _ isBetter: (Double, Double) -> Bool
    ) -> Double {
        var best = window.values[0]
        for value in window.values where isBetter(value, best) || best.isNaN { best = value }
        return best
    }

    private static func variance(_ window: SampleWindow) -> Double {
        var count = 0.0
        var mean = CompensatedSum()
        var squares = CompensatedSum()
        for value in window.values {
            count += 1
            let delta = value - (mean.sum + mean.compensation)
            mean.add(delta / count)
            squares.add(delta * (value - (mean.sum + mean.compensation)))
        }
        return (squares.sum + squares.compensation) / count
    }

    private static func quantile(_ window: SampleWindow, _ scratch: inout [Double]) -> Double {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: window.values)
        return Quantiles.quantile(window.argument, of: &scratch)
    }
}
