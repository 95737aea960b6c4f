// The store: what it keeps, refuses, finds and forgets.

import PromQL
import Testing

@Suite("sample store")
struct SampleStoreTests {
    private let up = SeriesLabels(metric: "up", [("job", "a")])

    @Test func keepsSamplesInOrder() {
        var store = SampleStore()
        #expect(store.append(up, timestamp: 1000, value: 1) == .appended)
        #expect(store.append(up, timestamp: 2000, value: 0) == .appended)
        #expect(store.seriesCount == 1)
        #expect(store.sampleCount == 2)
        let samples = store.select([LabelMatcher("job", equals: "a")]).first?.samples
        #expect(samples?.timestamps == [1000, 2000])
        #expect(samples?.values == [1, 0])
    }

    @Test func refusesWhatWouldRewriteHistory() {
        var store = SampleStore()
        store.append(up, timestamp: 2000, value: 1)
        #expect(store.append(up, timestamp: 2000, value: 1) == .duplicate)
        #expect(store.append(up, timestamp: 2000, value: 7) == .conflicting(existing: 1))
        #expect(store.append(up, timestamp: 1999, value: 1) == .outOfOrder(newest: 2000))
        #expect(store.append(up, timestamp: .max, value: 1) == .timestampOutOfRange)
        #expect(store.append(up, timestamp: .min, value: 1) == .timestampOutOfRange)
        #expect(store.sampleCount == 1)
    }

    @Test func comparesNaNsByTheirBits() {
        var store = SampleStore()
        store.append(up, timestamp: 1, value: .nan)
        #expect(store.append(up, timestamp: 1, value: .nan) == .duplicate)
        #expect(!store.append(up, timestamp: 1, value: StaleMarker.value).isStored)
    }

    @Test func holdsAtMostTheSeriesAllowed() {
        var store = SampleStore(maximumSeries: 1)
        store.append(up, timestamp: 1, value: 1)
        let other = SeriesLabels(metric: "other")
        #expect(store.append(other, timestamp: 1, value: 1) == .tooManySeries(limit: 1))
        #expect(store.append(up, timestamp: 2, value: 1) == .appended)
    }

    @Test func marksASeriesStaleOnce() {
        var store = SampleStore()
        #expect(store.appendStale(up, timestamp: 1) == .duplicate)
        store.append(up, timestamp: 1, value: 1)
        #expect(store.appendStale(up, timestamp: 2) == .appended)
        #expect(store.appendStale(up, timestamp: 3) == .duplicate)
        #expect(store.newest(up)?.value.bitPattern == 0x7FF0_0000_0000_0002)
    }

    @Test func endsWhatAScrapeNoLongerShows() {
        var store = SampleStore()
        var memory = ScrapeMemory()
        let down = SeriesLabels(metric: "down")
        let first = store.appendScrape([(up, 1), (down, 0)], timestamp: 1000, memory: &memory)
        let second = store.appendScrape([(up, 1)], timestamp: 2000, memory: &memory)
        let third = store.appendScrape([(up, 1)], timestamp: 3000, memory: &memory)
        #expect([first.stored, second.stored, third.stored] == [2, 1, 1])
        #expect([first.ended, second.ended, third.ended] == [0, 1, 0])
        #expect(store.newest(down).map { StaleMarker.isStale($0.value) } == true)
    }

    @Test func namesTheSamplesAScrapeCouldNotStore() {
        var store = SampleStore()
        var memory = ScrapeMemory()
        store.append(up, timestamp: 5000, value: 1)
        let outcome = store.appendScrape([(up, 1)], timestamp: 1000, memory: &memory)
        #expect(outcome.refused == [up])
    }

    // MARK: - Packing

    /// Shapes that are packed in different ways.
    static let shapes:
        [(name: String, time: @Sendable (Int) -> Int64, value: @Sendable (Int) -> Double)] = [
            ("idle gauge on a grid", { Int64($0) * 15_000 }, { _ in 3 }),
            ("busy gauge on a grid", { Int64($0) * 15_000 }, { Double($0) }),
            ("steps on a grid", { Int64($0) * 15_000 }, { Double($0 / 7) }),
            ("irregular times", { Int64($0) * 15_000 + Int64($0 % 3) }, { Double($0 % 5) }),
            ("stale now and then", { Int64($0) * 1000 }, { $0 % 50 == 0 ? StaleMarker.value : 1 }),
            ("usage in micro-credits", { Int64($0) * 15_000 }, { Double($0 * 7919) / 1_000_000 }),
            ("sums of fractions", { Int64($0) * 15_000 }, { Double($0) * 0.1 + 0.2 }),
            (
                "every kind of number", { Int64($0) * 1000 },
                {
                    [0, -0.0, .nan, .infinity, -1e300, 2e-308, 0.1, -7, 9e15, StaleMarker.value][
                        $0 % 10]
                }
            ),
            (
                "changes beside the grid",
                { Int64($0 / 9) * 135_000 + Int64($0 % 9) * ($0 % 9 == 8 ? 14_321 : 15_000) },
                { Double($0 / 9) / 4 }
            ),
            (
                "times far apart", { Int64($0) * Int64($0) * 1_000_000_007 - 5_000_000_000 },
                { _ in 1 }
            ),
        ]

    @Test(arguments: 0..<10)
    func givesBackWhatItPacked(_ shape: Int) {
        let (_, time, value) = Self.shapes[shape]
        var store = SampleStore()
        for index in 0..<2000 {
            store.append(up, timestamp: time(index), value: value(index))
        }
        for (low, high) in [
            (0, 1999), (3, 700), (31, 32), (255, 256), (511, 1030), (1023, 1024), (1990, 1999),
            (77, 77),
        ] {
            let found = store.select([], from: time(low), through: time(high)).first?.samples
            #expect(found?.timestamps == (low...high).map(time))
            #expect(
                found?.values.map(\.bitPattern) == (low...high).map { value($0).bitPattern })
            let between = store.select([], from: time(low) - 1, through: time(high) + 1)
            #expect(between.first?.samples == found)
        }
    }

    // MARK: - Runs

    @Test(arguments: [1, 2, 127, 128, 129, 255, 256, 257, 258, 400, 5000])
    func aRunIsTheSameAsItsSamplesOneByOne(_ length: Int) {
        var runs = SampleStore()
        var single = SampleStore()
        var time: Int64 = 0
        for (index, count) in [length, 1, 300, length, 128].enumerated() {
            let value = Double(index / 2)
            #expect(runs.appendRun(up, from: time, step: 500, count: count, value: value).isStored)
            for _ in 0..<count {
                single.append(up, timestamp: time, value: value)
                time += 500
            }
            // A sample beside the grid in between.
            time += Int64(index)
            runs.append(up, timestamp: time, value: .nan)
            single.append(up, timestamp: time, value: .nan)
            time += 500
        }
        #expect(runs.sampleCount == single.sampleCount)
        #expect(runs.select([]) == single.select([]))
        for (from, through) in [(0, 700), (60_000, 64_000), (time - 3000, time), (1, 2)] {
            #expect(
                runs.select([], from: from, through: through)
                    == single.select([], from: from, through: through))
        }
        runs.drop(before: time / 2)
        #expect(runs.select([], from: time / 2) == single.select([], from: time / 2))
        let old = runs.select([], through: time / 2 - 1).first?.samples.count ?? 0
        #expect(old < 2 * 128)
        #expect(runs.append(up, timestamp: time, value: 1) == .appended)
    }

    @Test func aRunThatCannotBeStoredChangesNothing() {
        let down = SeriesLabels(metric: "down")
        var store = SampleStore(maximumSeries: 1)
        store.append(up, timestamp: 1000, value: 1)
        #expect(
            store.appendRun(up, from: 500, step: 10, count: 9, value: 1)
                == .outOfOrder(newest: 1000))
        #expect(
            store.appendRun(down, from: 500, step: 10, count: 9, value: 1)
                == .tooManySeries(limit: 1))
        #expect(
            store.appendRun(up, from: 2000, step: .max, count: 9, value: 1)
                == .timestampOutOfRange)
        #expect(store.sampleCount == 1)
    }

    @Test func aScrapeOfChangesLeavesIdleSeriesAlone() {
        let down = SeriesLabels(metric: "down")
        var store = SampleStore()
        var memory = ScrapeMemory()
        _ = store.appendScrape([(up, 1), (down, .nan)], timestamp: 1000, memory: &memory)
        let changes = store.appendScrape(
            [(up, 2), (down, .nan)], timestamp: 1500, memory: &memory, onlyChanges: true)
        #expect((changes.stored, changes.ended) == (1, 0))
        #expect(store.newest(down)?.timestamp == 1000)
        let gone = store.appendScrape(
            [(up, 2)], timestamp: 1700, memory: &memory, onlyChanges: true)
        #expect((gone.stored, gone.ended) == (0, 1))
        #expect(store.newest(up)?.timestamp == 1500)
    }

    // MARK: - Retention

    @Test func dropsOldSamplesAndEmptySeries() {
        var store = SampleStore()
        let old = SeriesLabels(metric: "old")
        store.append(old, timestamp: 1, value: 1)
        for index in 0..<1000 { store.append(up, timestamp: Int64(index) * 1000, value: 1) }
        let dropped = store.drop(before: 600_000)
        #expect(!store.contains(old))
        #expect(store.seriesCount == 1)
        #expect(store.sampleCount == 1001 - dropped)
        #expect(dropped > 500)
        #expect(store.select([], from: 600_000).first?.samples.count == 400)
        #expect(store.select([LabelMatcher("__name__", equals: "old")]).isEmpty)
    }

    @Test func keepsLittleThatIsTooOldOfPackedSamples() {
        var store = SampleStore()
        for index in 0..<3000 {
            store.append(up, timestamp: Int64(index) * 1000, value: Double(index % 13))
        }
        for time in stride(from: Int64(0), to: 3_000_000, by: 77_000) {
            store.drop(before: time)
            let kept = store.select([]).first?.samples
            #expect(kept?.values.last == Double(2999 % 13))
            #expect(kept.map { $0.count == store.sampleCount } == true)
            #expect(kept?.timestamps.first.map { $0 > time - 64_000 && $0 <= time } == true)
        }
    }

    @Test func reusesThePlaceOfADroppedSeries() {
        var store = SampleStore()
        store.append(SeriesLabels(metric: "a"), timestamp: 1, value: 1)
        store.append(up, timestamp: 100, value: 1)
        store.drop(before: 50)
        store.append(SeriesLabels(metric: "z"), timestamp: 200, value: 1)
        #expect(store.series([[]]).map(\.metricName) == ["up", "z"])
        store.drop(before: .max)
        #expect(store.seriesCount == 0)
        #expect(store.sampleCount == 0)
    }

    @Test func aCopyIsASnapshot() {
        var store = SampleStore()
        store.append(up, timestamp: 1, value: 1)
        let snapshot = store
        store.append(up, timestamp: 2, value: 2)
        store.append(SeriesLabels(metric: "new"), timestamp: 2, value: 2)
        #expect(snapshot.sampleCount == 1)
        #expect(snapshot.select([]).first?.samples.values == [1])
        #expect(store.sampleCount == 3)
    }

    // MARK: - Selection

    private func fleet() -> SampleStore {
        var store = SampleStore()
        for (index, job) in ["web", "db", "cache", "web"].enumerated() {
            store.append(
                SeriesLabels(metric: "up", [("job", job), ("instance", "\(index)")]),
                timestamp: Int64(index), value: 1)
        }
        store.append(SeriesLabels(metric: "other", [("job", "web")]), timestamp: 9, value: 1)
        return store
    }

    @Test(arguments: [
        (#"up"#, ["up/2", "up/1", "up/0", "up/3"]),
        (#"up{job="web"}"#, ["up/0", "up/3"]),
        (#"up{job!="web"}"#, ["up/2", "up/1"]),
        (#"{job=~"db|cache"}"#, ["up/2", "up/1"]),
        (#"{job=~"w.*"}"#, ["other/", "up/0", "up/3"]),
        (#"{__name__=~".+",job!~"w.b"}"#, ["up/2", "up/1"]),
        (#"up{instance=~"0|1|"}"#, ["up/1", "up/0"]),
        (#"{job="web",instance=""}"#, ["other/"]),
        (#"up{job="nowhere"}"#, []),
    ])
    func selectsByMatchersInTheOrderOfLabels(_ selector: String, _ wanted: [String]) throws {
        let matchers = try PromQLExpression.parseSelector(selector)
        let found = fleet().select(matchers).map {
            "\($0.labels.metricName)/\($0.labels["instance"] ?? "")"
        }
        #expect(Set(found) == Set(wanted))
        #expect(found.count == wanted.count)
        #expect(fleet().select(matchers).map(\.labels) == fleet().series([matchers]))
    }

    @Test func listsNamesAndValuesOfLabels() {
        let store = fleet()
        #expect(store.labelNames() == ["__name__", "instance", "job"])
        #expect(store.labelValues(of: "job") == ["cache", "db", "web"])
        let matchers = [LabelMatcher("job", equals: "web")]
        #expect(store.labelValues(of: "__name__", [matchers]) == ["other", "up"])
        #expect(store.labelValues(of: "job", from: 2, through: 2) == ["cache"])
    }
}
