// The figures behind all stand-ins of vendors.
//
// 1. They follow from the seed, the vendor and the day alone: asking again gives the same, but for
//    the hours of today that have not begun.
// 2. Nothing was used before the first day, and nothing on one day in eleven.

/// The usage that one vendor reports.
package struct VendorUsage: Sendable {
    /// The first day with usage.
    package static let firstDay = SimulatedDay(number: 20_454)
    /// The models, in the order of their lines.
    package static let models = ["atlas-large", "atlas-small", "quill-1"]

    private static let projects: [String?] = ["research", nil]
    private static let users = ["alice@example.com", "bob@example.com"]

    private let seed: UInt64
    private let now: Double

    /// The usage of a vendor under a simulator's seed, up to an instant in seconds since 1970.
    package init(vendor: String, seed: UInt64, now: Double) {
        self.now = now
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in vendor.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        self.seed = hash &+ seed
    }

    /// The lines of a day, by model and then project.
    package func lines(on day: SimulatedDay) -> [VendorLine] {
        guard day >= Self.firstDay, day.number % 11 != 5 else { return [] }
        var lines: [VendorLine] = []
        for model in Self.models {
            for (index, project) in Self.projects.enumerated() {
                lines.append(line(day, model, project, Self.users[index], number: lines.count))
            }
        }
        return lines.filter { Double($0.instant) <= now }
    }

    /// The lines of a range of days, at most 400 of them.
    package func lines(in days: Range<SimulatedDay>) -> [VendorLine] {
        let last = min(days.upperBound, days.lowerBound.advanced(by: 400))
        var lines: [VendorLine] = []
        var day = days.lowerBound
        while day < last {
            lines += self.lines(on: day)
            day = day.advanced(by: 1)
        }
        return lines
    }

    /// The sum of a figure from the first day (or a later one) to a day, both inclusive.
    package func sum(
        since first: SimulatedDay = Self.firstDay, to last: SimulatedDay,
        _ figure: (VendorLine) -> Int64
    ) -> Int64 {
        var total: Int64 = 0
        var day = max(first, Self.firstDay)
        while day <= last {
            for line in lines(on: day) { total += figure(line) }
            day = day.advanced(by: 1)
        }
        return total
    }

    private func line(
        _ day: SimulatedDay, _ model: String, _ project: String?, _ user: String, number: Int
    ) -> VendorLine {
        var random = SplitMix64(
            state: seed &+ UInt64(day.number) &* 1_000_003 &+ UInt64(number) &* 7919)
        func draw(_ bound: UInt64) -> Int64 { Int64(random.next() % bound) }
        let input = 1000 + draw(90_000)
        return VendorLine(
            day: day, hour: Int(draw(24)), model: model, project: project, user: user,
            inputTokens: input, cachedTokens: input / 4, outputTokens: 100 + draw(30_000),
            requests: 1 + draw(400), cost: SimulatedAmount(micros: 10_001 + draw(4_900_000)),
            credits: SimulatedAmount(micros: 100_003 + draw(90_000_000)))
    }
}
